//! The daily table.

use std::io::{Write, stdout};

use bitacora_core::id::PostId;
use bitacora_core::{code, nation};
use bitacora_device::Device;
use bitacora_device::Period as Days;
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{self, Facts, Labels, Language, Query, Table, Tally, Vocabulary};
use bitacora_report::period::Period;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::sync;
use crate::args::{Global, ReportArgs, ReportFormat, ReportLanguage, ReportName};
use crate::failure::Failure;
use crate::output::{Output, finished};
use crate::session;

/// `report`
pub(crate) fn report(global: &Global, out: Output, args: &ReportArgs) -> Result<(), Failure> {
    let ReportName::Daily = args.name;
    let post: Option<PostId> = args
        .post
        .as_deref()
        .map(|code| {
            code.parse()
                .map_err(|error| Failure::usage(format!("--post: {error}")))
        })
        .transpose()?;
    let device = session::open(global)?;
    let table = daily(&device, args, post)?;
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

fn daily(device: &Device, args: &ReportArgs, post: Option<PostId>) -> Result<Table, Failure> {
    let status = device.status()?;
    let tz: Tz = status.post.tz.parse().unwrap_or(Tz::UTC);
    let as_of = Utc::now();
    let period = Period::parse(&args.period, as_of.with_timezone(&tz).date_naive())
        .map_err(Failure::usage)?;
    let post_id = post.unwrap_or_else(|| status.post.post_id.clone());
    let mut tally = Tally::new(Query {
        post_id: post_id.clone(),
        period,
        only_reviewed: args.only_reviewed,
    });
    let days = Days {
        first: Some(period.from()),
        last: Some(period.to()),
    };
    device.for_each_packed(days, |record, flags| tally.add(record, flags.held))?;
    let post_name = if post_id == status.post.post_id {
        status.post.name.clone()
    } else {
        post_id.to_string()
    };
    let coverage = coverage(device, period, tz, as_of, args.offline)?;
    Ok(tally.finish(Facts {
        post_name,
        tz,
        as_of,
        clock_doubt: device.counts()?.clock_doubt,
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
fn coverage(
    device: &Device,
    period: Period,
    tz: Tz,
    as_of: DateTime<Utc>,
    offline: bool,
) -> Result<Coverage, Failure> {
    if !offline {
        sync::ask_for_teams(device)?;
    }
    let received_until = device.received_until()?;
    let known = |list| {
        let recorders = device.other_recorders(&list)?;
        Ok::<_, Failure>(Teams::of(&list, &recorders, received_until))
    };
    let teams = device.known_teams()?.map(known).transpose()?;
    let (from, until) = period.instants(tz);
    let patrols = device.outings(from, until)?;
    Ok(Coverage::of(teams.as_ref(), &patrols, period, tz, as_of))
}
