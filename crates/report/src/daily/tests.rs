//! Laws of the table, against a model in which every count is a list of cells.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod approved;
mod counted;
mod days;
mod drawn;
mod files;
mod laws;
mod model;
mod printed;

use std::collections::BTreeMap;

use bitacora_core::encounter::{Count, Status};
use bitacora_core::id::DeviceId;
use bitacora_core::summary::Summary;
use chrono::NaiveDate;
use uuid::Uuid;

use self::drawn::model;
use self::model::{Model, august, exact, example, sum};
use super::*;

fn facts() -> Facts {
    Facts {
        post_name: "Bajo Chiquito".to_owned(),
        tz: chrono_tz::America::Panama,
        as_of: "2023-08-14T23:00:00Z".parse().unwrap(),
        clock_doubt: 0,
        coverage: Coverage::default(),
    }
}

fn query(only_reviewed: bool) -> Query {
    Query {
        post_id: "PA-BCH".parse().unwrap(),
        period: Period::day(NaiveDate::from_ymd_opt(2023, 8, 14).unwrap()),
        only_reviewed,
    }
}

fn table(records: &[Model], only_reviewed: bool) -> Table {
    let rows: Vec<Summary> = records.iter().map(Model::summary).collect();
    Table::of(query(only_reviewed), &rows, facts())
}

struct Named;

impl Labels for Named {
    fn nationality(&self, code: &str) -> Option<String> {
        (code == "VEN").then(|| "Venezuela".to_owned())
    }

    fn category(&self, code: &str) -> Option<String> {
        (code == "ASO").then(|| "Asistencia social".to_owned())
    }
}
