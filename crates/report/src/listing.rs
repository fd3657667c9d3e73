//! Records as lines of a file, one at a time.

use std::io::Write;

use bitacora_core::encounter::Count;
use bitacora_core::summary::Summary;
use chrono::SecondsFormat;

use crate::cell::inert;

const HEADER: [&str; 28] = [
    "encounter_id",
    "short_code",
    "post_id",
    "patrol_id",
    "occurred_at",
    "day",
    "direction",
    "lat",
    "lon",
    "nationalities",
    "men_min",
    "men_max",
    "women_min",
    "women_max",
    "boys_min",
    "boys_max",
    "girls_min",
    "girls_max",
    "unknown_min",
    "unknown_max",
    "total_min",
    "total_max",
    "attentions",
    "status",
    "counts",
    "missing",
    "undecided",
    "clock_doubt",
];

/// A CSV file of records, opened with its header.
pub struct RecordsCsv<W: Write> {
    file: csv::Writer<W>,
}

impl<W: Write> RecordsCsv<W> {
    /// Starts the file, UTF-8 with a byte-order mark.
    pub fn new(mut out: W) -> csv::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut file = csv::Writer::from_writer(out);
        file.write_record(HEADER)?;
        Ok(Self { file })
    }

    /// Writes one record.
    pub fn write(&mut self, record: &Summary) -> csv::Result<()> {
        for text in identity(record) {
            self.file.write_field(inert(&text).as_ref())?;
        }
        for number in place(record) {
            self.file.write_field(number)?;
        }
        self.file
            .write_field(inert(&by_nationality(record)).as_ref())?;
        let people = &record.people;
        for Count { min, max } in [
            people.men,
            people.women,
            people.boys,
            people.girls,
            people.unknown,
            people.total,
        ] {
            self.file.write_field(min.to_string())?;
            self.file.write_field(max.to_string())?;
        }
        for text in state(record) {
            self.file.write_field(inert(&text).as_ref())?;
        }
        self.file.write_record(None::<&[u8]>)
    }

    /// Ends the file.
    pub fn finish(mut self) -> csv::Result<()> {
        Ok(self.file.flush()?)
    }
}

fn identity(record: &Summary) -> [String; 7] {
    [
        record.encounter_id.to_string(),
        record.short_code.clone(),
        record.post_id.to_string(),
        record
            .patrol_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
        record
            .occurred_at
            .to_rfc3339_opts(SecondsFormat::Secs, false),
        record.day.to_string(),
        record.direction.clone().unwrap_or_default(),
    ]
}

/// Coordinates west of Greenwich start with a minus; they are numbers, and stay numbers.
fn place(record: &Summary) -> [String; 2] {
    record.lat_lon.map_or_else(Default::default, |(lat, lon)| {
        [format!("{lat:.5}"), format!("{lon:.5}")]
    })
}

fn range(Count { min, max }: Count) -> String {
    if min == max {
        min.to_string()
    } else {
        format!("{min}–{max}")
    }
}

fn by_nationality(record: &Summary) -> String {
    let each = record
        .nationalities
        .iter()
        .map(|(code, people)| format!("{code} {}", range(people.total)));
    each.collect::<Vec<_>>().join("; ")
}

fn state(record: &Summary) -> [String; 6] {
    let attentions = record
        .attentions
        .iter()
        .map(|(category, people)| format!("{category} {}", range(*people)));
    let missing = record
        .missing
        .iter()
        .map(|(rule, field)| format!("{rule} {field}"));
    let status = serde_json::to_value(record.status).ok();
    [
        attentions.collect::<Vec<_>>().join("; "),
        status
            .as_ref()
            .and_then(|word| word.as_str())
            .unwrap_or_default()
            .to_owned(),
        record.counts().to_string(),
        missing.collect::<Vec<_>>().join("; "),
        record.undecided.join("; "),
        record.clock_doubt.to_string(),
    ]
}
