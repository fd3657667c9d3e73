//! The daily table.

mod asked;

use std::io::{Write, stdout};

use bitacora_core::id::PostId;
use bitacora_core::{code, nation};
use bitacora_device::Device;
use bitacora_device::Period as Days;
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{self, Facts, Labels, Language, Query, Table, Tally, Vocabulary};
use bitacora_report::period::Period;
use chrono::{DateTime, Utc};

use self::asked::Asked;
use super::sync;
use crate::args::{Global, ReportArgs, ReportFormat, ReportLanguage, ReportName};
use crate::failure::Failure;
use crate::output::{Output, finished};
use crate::session;

/// `report`
pub(crate) fn report(global: &Global, out: Output, args: &ReportArgs) -> Result<(), Failure> {
    let ReportName::Daily = args.name;
    let typed = args.post.as_deref().map(str::parse::<PostId>);
    let typed = typed
        .transpose()
        .map_err(|error| Failure::usage(format!("--post: {error}")))?;
    let device = session::open(global)?;
    let asked = Asked::of(&device, typed)?;
    let table = daily(&device, args, asked)?;
    let format = args.format.unwrap_or(if out.json {
        ReportFormat::Json
    } else {
        ReportFormat::Text
    });
    match format {
        ReportFormat::Json => {
            let value = serde_json::to_value(&table)?;
            Output { json: true }.answer(&value, String::new)
        }
        ReportFormat::Csv => {
            let mut file = Vec::new();
            daily::write_csv(&table, &mut file)?;
            finished(stdout().lock().write_all(&file))
        }
        ReportFormat::Text => {
            let page = daily::print(&table, &Names::of(&device, args.language)?);
            finished(stdout().lock().write_all(page.as_bytes()))
        }
    }
}

fn daily(device: &Device, args: &ReportArgs, asked: Asked) -> Result<Table, Failure> {
    let as_of = Utc::now();
    let period = Period::parse(&args.period, as_of.with_timezone(&asked.tz).date_naive())
        .map_err(Failure::usage)?;
    let mut tally = Tally::new(Query {
        post_id: asked.post.clone(),
        period,
        only_reviewed: args.only_reviewed,
    });
    let days = Days {
        first: Some(period.from()),
        last: Some(period.to()),
    };
    device.for_each_packed(days, |record, flags| tally.add(record, flags.held))?;
    let coverage = coverage(device, &asked, period, as_of, args.offline)?;
    Ok(tally.finish(Facts {
        clock_doubt: device.clock_doubt_of(&asked.post)?,
        post_name: asked.name,
        tz: asked.tz,
        as_of,
        coverage,
    }))
}

/// Names from the compiled code lists.
struct Names {
    language: ReportLanguage,
    vocabulary: Vocabulary,
}

impl Names {
    /// Returns the names in a language, with the words of the device's post.
    fn of(device: &Device, language: ReportLanguage) -> Result<Self, Failure> {
        let words = device.status()?.post.details.vocabulary;
        let vocabulary = words.as_deref().and_then(Vocabulary::read);
        Ok(Self {
            language,
            vocabulary: vocabulary.unwrap_or_default(),
        })
    }

    fn word(&self, es: &str, en: &str) -> String {
        match self.language {
            ReportLanguage::Es => es.to_owned(),
            ReportLanguage::En => en.to_owned(),
        }
    }
}

impl Labels for Names {
    fn language(&self) -> Language {
        match self.language {
            ReportLanguage::Es => Language::Spanish,
            ReportLanguage::En => Language::English,
        }
    }

    fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    fn nationality(&self, code: &str) -> Option<String> {
        nation::find(code).map(|nation| self.word(&nation.es, &nation.en))
    }

    fn category(&self, code: &str) -> Option<String> {
        code::find("beta_category", code).map(|item| self.word(&item.es, &item.en))
    }
}

/// Works out what is missing, from the server's list of teams, asked now or kept, and the patrols that are known here.
/// The server lists those of its own post; of another nobody says here who is missing.
fn coverage(
    device: &Device,
    asked: &Asked,
    period: Period,
    as_of: DateTime<Utc>,
    offline: bool,
) -> Result<Coverage, Failure> {
    let teams = match asked.is_own {
        true => teams(device, offline)?,
        false => None,
    };
    let (from, until) = period.instants(asked.tz);
    let patrols = device.outings(&asked.post, from, until)?;
    let received_from = device.received_from(&asked.post)?;
    let coverage = Coverage::of(teams.as_ref(), &patrols, period, asked.tz, as_of);
    Ok(coverage.on_a_device_since(received_from, period, asked.tz))
}

fn teams(device: &Device, offline: bool) -> Result<Option<Teams>, Failure> {
    if !offline {
        sync::ask_for_teams(device)?;
    }
    let received_until = device.received_until()?;
    let known = |list| {
        let recorders = device.other_recorders(&list)?;
        Ok::<_, Failure>(Teams::of(&list, &recorders, received_until))
    };
    device.known_teams()?.map(known).transpose()
}
