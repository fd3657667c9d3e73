//! Records as lines of a file, one at a time.

use std::io::Write;

use bitacora_core::encounter::Count;
use bitacora_core::summary::{Held, Summary};
use chrono::SecondsFormat;

use crate::cell::inert;

const HEADER: [&str; 31] = [
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
    "paper_ref",
    "held",
    "refused",
];

/// What a store knows of a record beside what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside<'a> {
    /// Where all of it is held, as the store's own word: `on_phone`, `at_post`, `at_hq`.
    pub place: &'a str,
    /// The server did not accept something of it.
    pub refused: bool,
    /// How far the post has it: one that it refused as a whole is in no table.
    pub held: Held,
}

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
    pub fn write(&mut self, record: &Summary, beside: Beside<'_>) -> csv::Result<()> {
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
        for text in state(record, beside.held) {
            self.file.write_field(inert(&text).as_ref())?;
        }
        self.file.write_field(beside.place)?;
        self.file.write_field(beside.refused.to_string())?;
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

/// A record counts here where it does in a table.
fn state(record: &Summary, held: Held) -> [String; 7] {
    let counts = record.counts() && held != Held::Refused;
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
        counts.to_string(),
        missing.collect::<Vec<_>>().join("; "),
        record.undecided.join("; "),
        record.clock_doubt.to_string(),
        record.paper_ref.clone().unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use std::collections::BTreeMap;

    use bitacora_core::encounter::Status;
    use bitacora_core::id::{DeviceId, EncounterId, PersonId};
    use bitacora_core::summary::People;

    use super::*;

    fn record() -> Summary {
        Summary {
            encounter_id: EncounterId::from_bytes([1; 16]),
            short_code: "BCH-0314-7QK-3".to_owned(),
            post_id: "PA-BCH".parse().unwrap(),
            patrol_id: None,
            author_id: PersonId::from_bytes([2; 16]),
            device_id: DeviceId::new([3; 16]),
            created_at: "2025-03-14T12:21:44Z".parse().unwrap(),
            occurred_at: "2025-03-14T07:21:40-05:00".parse().unwrap(),
            day: "2025-03-14".parse().unwrap(),
            other_days: Vec::new(),
            direction: None,
            lat_lon: None,
            nationalities: BTreeMap::new(),
            people: People::default(),
            attentions: BTreeMap::new(),
            status: Status::Complete,
            missing: Vec::new(),
            undecided: Vec::new(),
            parts_over_total: Vec::new(),
            clock_doubt: false,
            distinct_from: Vec::new(),
            paper_ref: None,
            as_approved: None,
        }
    }

    /// Writes a record and returns what stands in some of its columns.
    fn columns(record: &Summary, beside: Beside<'_>, names: [&str; 4]) -> [String; 4] {
        let mut bytes = Vec::new();
        let mut file = RecordsCsv::new(&mut bytes).unwrap();
        file.write(record, beside).unwrap();
        file.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut read = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = read.headers().unwrap().clone();
        let line = read.records().next().unwrap().unwrap();
        names.map(|name| {
            let place = header.iter().position(|column| column == name).unwrap();
            line.get(place).unwrap().to_owned()
        })
    }

    #[test]
    fn a_record_counts_in_a_file_where_it_counts_in_a_table_and_says_where_it_is_held() {
        let names = ["status", "counts", "held", "refused"];
        for (place, refused, held, expected) in [
            (
                "on_phone",
                false,
                Held::Unreceived,
                ["complete", "true", "on_phone", "false"],
            ),
            (
                "at_post",
                false,
                Held::AtPost,
                ["complete", "true", "at_post", "false"],
            ),
            (
                "at_post",
                true,
                Held::AtPost,
                ["complete", "true", "at_post", "true"],
            ),
            (
                "on_phone",
                true,
                Held::Refused,
                ["complete", "false", "on_phone", "true"],
            ),
        ] {
            let beside = Beside {
                place,
                refused,
                held,
            };
            assert_eq!(columns(&record(), beside, names), expected, "{beside:?}");
        }
        let void = Summary {
            status: Status::Voided,
            ..record()
        };
        let beside = Beside {
            place: "at_post",
            refused: false,
            held: Held::AtPost,
        };
        assert_eq!(
            columns(&void, beside, names),
            ["voided", "false", "at_post", "false"],
            "a void one is in no figure wherever it is"
        );
    }
}
