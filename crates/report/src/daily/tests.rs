//! Laws of the table, against a model in which every count is a list of cells.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;

use bitacora_core::encounter::{Count, Status};
use bitacora_core::id::{DeviceId, EncounterId, PersonId};
use bitacora_core::summary::{People, Summary};
use chrono::NaiveDate;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rstest::rstest;
use uuid::Uuid;

use super::*;

/// A record as the law sees it: the rest of a row is derived from this.
#[derive(Debug, Clone)]
struct Model {
    day: u8,
    other_day: Option<u8>,
    status: Status,
    cells: BTreeMap<&'static str, [Count; 5]>,
    estimate: Option<Count>,
    attentions: BTreeMap<&'static str, Count>,
}

fn sum(counts: impl IntoIterator<Item = Count>) -> Count {
    counts.into_iter().fold(Count::default(), |a, b| Count {
        min: a.min + b.min,
        max: a.max + b.max,
    })
}

fn people(cells: &[Count; 5]) -> People {
    let [men, women, boys, girls, unknown] = *cells;
    People {
        men,
        women,
        boys,
        girls,
        unknown,
        total: sum(cells.iter().copied()),
    }
}

fn august(day: u8) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 8, u32::from(day)).unwrap()
}

impl Model {
    /// Some of its days lie in the table's and some do not: there it counts as nobody or as everybody.
    fn is_of_another_day_perhaps(&self) -> bool {
        self.other_day.is_some_and(|other| other != self.day) && self.may_be_of(14)
    }

    fn may_be_of(&self, day: u8) -> bool {
        self.day == day || self.other_day == Some(day)
    }

    /// Returns the record with its counts as a table of the 14th has to hold them.
    fn in_the_table(&self) -> Self {
        let lowest = |count: &Count| Count {
            min: if self.is_of_another_day_perhaps() {
                0
            } else {
                count.min
            },
            max: count.max,
        };
        Self {
            cells: self
                .cells
                .iter()
                .map(|(code, cells)| (*code, cells.each_ref().map(lowest)))
                .collect(),
            estimate: self.estimate.as_ref().map(lowest),
            ..self.clone()
        }
    }

    fn total(&self) -> Count {
        let counted = sum(self.cells.values().flatten().copied());
        let estimate = self.estimate.unwrap_or_default();
        Count {
            min: counted.min.max(estimate.min),
            max: counted.max.max(estimate.max),
        }
    }

    fn summary(&self) -> Summary {
        let column = |index: usize| sum(self.cells.values().map(|cells| cells[index]));
        let day = august(self.day);
        let incomplete = self.status == Status::Draft;
        Summary {
            encounter_id: EncounterId::new(Uuid::from_u128(7)),
            short_code: "BCH-0814-7QK-3".to_owned(),
            post_id: "PA-BCH".parse().unwrap(),
            patrol_id: None,
            author_id: PersonId::new(Uuid::from_u128(8)),
            device_id: DeviceId::new([9; 16]),
            created_at: day.and_hms_opt(12, 0, 0).unwrap().and_utc(),
            occurred_at: day.and_hms_opt(12, 0, 0).unwrap().and_utc().fixed_offset(),
            day,
            other_days: self.other_day.map(august).into_iter().collect(),
            direction: None,
            lat_lon: None,
            nationalities: self
                .cells
                .iter()
                .map(|(code, cells)| ((*code).to_owned(), people(cells)))
                .collect(),
            people: People {
                men: column(0),
                women: column(1),
                boys: column(2),
                girls: column(3),
                unknown: column(4),
                total: self.total(),
            },
            attentions: self
                .attentions
                .iter()
                .map(|(code, count)| ((*code).to_owned(), *count))
                .collect(),
            status: self.status,
            missing: if incomplete {
                vec![("E02".to_owned(), "composition".to_owned())]
            } else {
                Vec::new()
            },
            undecided: Vec::new(),
            parts_over_total: Vec::new(),
            clock_doubt: false,
            distinct_from: Vec::new(),
        }
    }

    /// Returns the record after somebody chose in every place where two values stood.
    fn chosen(&self, low: bool) -> Self {
        let choose = |count: &Count| {
            let value = if low { count.min } else { count.max };
            Count {
                min: value,
                max: value,
            }
        };
        // Each cell is chosen by itself in life; the alternation by column stands for that.
        let cells = |cells: &[Count; 5]| {
            let mut chosen = cells.map(|count| choose(&count));
            chosen[0] = Count {
                min: cells[0].max,
                max: cells[0].max,
            };
            chosen
        };
        Self {
            day: if low {
                self.day
            } else {
                self.other_day.unwrap_or(self.day)
            },
            other_day: None,
            cells: self
                .cells
                .iter()
                .map(|(code, each)| (*code, cells(each)))
                .collect(),
            estimate: self.estimate.as_ref().map(choose),
            attentions: self
                .attentions
                .iter()
                .map(|(code, count)| (*code, choose(count)))
                .collect(),
            ..self.clone()
        }
    }
}

fn count() -> impl Strategy<Value = Count> {
    (0u32..30, 0u32..4).prop_map(|(min, more)| Count {
        min,
        max: min + more,
    })
}

fn model() -> impl Strategy<Value = Model> {
    use Status::*;
    let status = select(vec![
        Complete,
        Complete,
        Complete,
        Submitted,
        Reviewed,
        ChangedAfterReview,
        Voided,
        Withdrawn,
        Merged,
        Draft,
    ]);
    let cells = btree_map(
        select(vec!["VEN", "HTI", "ECU", "XXX"]),
        [count(), count(), count(), count(), count()],
        0..3,
    );
    let attentions = btree_map(select(vec!["ASO", "ORI", "PAX"]), count(), 0..3);
    // A row names no day twice.
    let days = (13u8..16, option::of(13u8..16))
        .prop_map(|(day, other)| (day, other.filter(|other| *other != day)));
    (days, status, cells, option::of(count()), attentions).prop_map(
        |((day, other_day), status, cells, estimate, attentions)| Model {
            day,
            other_day,
            status,
            cells,
            estimate,
            attentions,
        },
    )
}

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

fn counted(record: &Model, only_reviewed: bool) -> bool {
    let out = [
        Status::Voided,
        Status::Withdrawn,
        Status::Merged,
        Status::Draft,
    ];
    record.may_be_of(14)
        && !out.contains(&record.status)
        && (!only_reviewed || record.status == Status::Reviewed)
}

fn within(inner: Figure, outer: Figure) -> bool {
    outer.min <= inner.min && inner.max <= outer.max
}

fn cell(table: &Table, nationality: &str) -> Cells {
    let row = table.rows.iter().find(|row| row.nationality == nationality);
    row.map_or_else(Cells::default, |row| row.people)
}

proptest! {
    #[test]
    fn figures_equal_the_naive_fold(records in vec(model(), 0..12), only_reviewed: bool) {
        let table = table(&records, only_reviewed);
        let mine: Vec<Model> =
            records.iter().filter(|record| counted(record, only_reviewed)).map(Model::in_the_table).collect();
        prop_assert_eq!(table.encounters, mine.len() as u64, "every complete record that is not void counts");
        for code in ["VEN", "HTI", "ECU", "XXX"] {
            for (index, (name, figure)) in cell(&table, code).columns().into_iter().take(5).enumerate() {
                let naive = sum(mine.iter().filter_map(|record| record.cells.get(code)).map(|cells| cells[index]));
                prop_assert_eq!((figure.min, figure.max), (naive.min.into(), naive.max.into()), "{} {}", code, name);
            }
        }
        let total = sum(mine.iter().map(|record| record.total()));
        prop_assert_eq!((table.totals.total.min, table.totals.total.max), (total.min.into(), total.max.into()));
    }

    #[test]
    fn totals_are_the_sum_of_their_rows(records in vec(model(), 0..12)) {
        let table = table(&records, false);
        let mut rows = Cells::default();
        table.rows.iter().for_each(|row| rows += row.people);
        for ((name, total), (_, rows)) in table.totals.columns().into_iter().zip(rows.columns()).take(5) {
            prop_assert_eq!(total, Figure { undecided: total.undecided, ..rows }, "column {}", name);
        }
        prop_assert!(within(table.totals.total, rows.total), "an undecided estimate may only narrow the total");
        let chosen: Vec<Model> = records.iter().map(|record| record.chosen(true)).collect();
        let decided = self::table(&chosen, false);
        let mut rows = Cells::default();
        decided.rows.iter().for_each(|row| rows += row.people);
        prop_assert_eq!(decided.totals.total, rows.total, "with everything chosen the total is exactly its rows");
    }

    #[test]
    fn a_range_contains_every_choice(records in vec(model(), 0..12), low: bool) {
        let before = table(&records, false);
        let chosen: Vec<Model> = records.iter().map(|record| record.chosen(low)).collect();
        let after = table(&chosen, false);
        prop_assert!(within(after.totals.total, before.totals.total), "the total");
        prop_assert!(within(after.attentions_total, before.attentions_total), "the attentions");
        for row in &after.rows {
            if row.nationality == TOTAL_ONLY && before.rows.iter().all(|row| row.nationality != TOTAL_ONLY) {
                continue; // Equal ranges of cells and estimate: the remainder is not known apart (see `not_broken_down`).
            }
            let was = cell(&before, &row.nationality);
            for ((name, now), (_, was)) in row.people.columns().into_iter().zip(was.columns()) {
                prop_assert!(within(now, was), "{} {}: {} is not in {}", row.nationality, name, now, was);
            }
        }
    }

    #[test]
    fn every_record_of_the_period_is_counted_or_left_out_with_its_reason(records in vec(model(), 0..12), only_reviewed: bool) {
        let table = table(&records, only_reviewed);
        let left_out: u64 = table.left_out.iter().map(|left_out| left_out.records).sum();
        let of_the_day = |record: &&Model| record.may_be_of(14) && record.status != Status::Withdrawn;
        let of_the_day = records.iter().filter(of_the_day).count() as u64;
        prop_assert_eq!(table.encounters + left_out, of_the_day, "nothing disappears without a reason");
    }

    #[test]
    fn every_figure_is_that_of_the_records_behind_it(records in vec(model(), 0..12), only_reviewed: bool) {
        let whole = table(&records, only_reviewed);
        let rows: Vec<Summary> = records.iter().map(Model::summary).collect();
        let columns = [Some(Column::Men), Some(Column::Women), Some(Column::Boys), Some(Column::Girls), Some(Column::Unknown), None];
        for nationality in [Some("VEN"), Some("HTI"), Some("ECU"), Some("XXX"), Some(TOTAL_ONLY), None] {
            let figures = |table: &Table| nationality.map_or(table.totals, |code| cell(table, code)).columns();
            for (index, column) in columns.into_iter().enumerate() {
                let place = Place { nationality: nationality.map(str::to_owned), column };
                let behind: Vec<&Summary> =
                    rows.iter().filter(|row| query(only_reviewed).counts_in(&place, *row, Held::AtPost)).collect();
                let alone = Table::of(query(only_reviewed), behind.iter().copied(), facts());
                prop_assert_eq!(figures(&alone)[index], figures(&whole)[index], "{:?}: nobody is missing", place);
                for record in behind {
                    let one = Table::of(query(only_reviewed), [record], facts());
                    prop_assert!(figures(&one)[index].1.max > 0, "{:?}: nobody stands there for nothing", place);
                }
            }
        }
    }

    #[test]
    fn the_order_of_records_does_not_matter(records in vec(model(), 0..12)) {
        let mut reversed = records.clone();
        reversed.reverse();
        prop_assert_eq!(table(&records, false), table(&reversed, false), "a table is a sum");
    }
}

fn exact(number: u32) -> Count {
    Count {
        min: number,
        max: number,
    }
}

/// The group of DOMAIN 4.1's example, and one in which two phones counted the men differently.
fn example() -> Vec<Model> {
    let none = exact(0);
    let ven = [exact(3), exact(2), exact(1), none, none];
    let hti = [exact(1), exact(2), none, exact(2), none];
    let undecided = [Count { min: 8, max: 9 }, exact(0), none, none, none];
    let attentions = BTreeMap::from([("ASO", exact(11)), ("ORI", exact(11)), ("PAX", exact(1))]);
    let record = |status, cells, estimate, attentions| Model {
        day: 14,
        other_day: None,
        status,
        cells,
        estimate,
        attentions,
    };
    vec![
        record(
            Status::Reviewed,
            BTreeMap::from([("VEN", ven), ("HTI", hti)]),
            None,
            attentions,
        ),
        record(
            Status::Complete,
            BTreeMap::from([("VEN", undecided)]),
            None,
            BTreeMap::from([("ASO", Count { min: 8, max: 9 })]),
        ),
        record(
            Status::Complete,
            BTreeMap::new(),
            Some(exact(40)),
            BTreeMap::new(),
        ),
        record(
            Status::Voided,
            BTreeMap::from([("VEN", ven)]),
            None,
            BTreeMap::new(),
        ),
        record(Status::Draft, BTreeMap::new(), None, BTreeMap::new()),
    ]
}

/// Eight or nine men of Venezuela in a group of ten: one or two more, of whom nothing is known.
#[test]
fn nobody_is_left_over_where_the_rows_may_add_up_to_the_total() {
    let [none, men, rest] = [exact(0), Count { min: 8, max: 9 }, Count { min: 1, max: 2 }];
    let group = Model {
        day: 14,
        other_day: None,
        status: Status::Complete,
        cells: BTreeMap::from([
            ("VEN", [men, none, none, none, none]),
            ("XXX", [none, none, none, none, rest]),
        ]),
        estimate: None,
        attentions: BTreeMap::new(),
    };
    let mut summary = group.summary();
    summary.people.total = exact(10);
    let table = Table::of(query(false), [&summary], facts());
    let rows: Vec<_> = table
        .rows
        .iter()
        .map(|row| row.nationality.as_str())
        .collect();
    assert_eq!(
        rows,
        ["VEN", "XXX"],
        "no row of people who are in both already"
    );
    assert_eq!((table.totals.total.min, table.totals.total.max), (10, 10));
}

#[test]
fn a_record_with_two_times_is_said_to_be_undecided() {
    let mut summary = example().remove(0).summary();
    summary.undecided = vec!["place_note".to_owned()];
    let table = |summary: &Summary| Table::of(query(false), [summary], facts()).undecided;
    assert_eq!(table(&summary), 0, "words change no figure");
    summary.undecided = vec!["occurred_at".to_owned()];
    assert_eq!(table(&summary), 1, "it may belong to another day");
}

/// Seven people of the 14th or of the 15th: nobody knows of which, so that neither day may claim them.
#[rstest]
#[case::the_shown_day("2023-08-14", (0, 7), 1)]
#[case::the_other_day("2023-08-15", (0, 7), 1)]
#[case::both_days("2023-08-14..2023-08-15", (7, 7), 0)]
fn a_record_of_two_days_is_a_range_in_each_and_a_number_in_both(
    #[case] period: &str,
    #[case] people: (u64, u64),
    #[case] undecided_day: u64,
) {
    let mut summary = example().remove(1).summary();
    summary.people.total = exact(7);
    summary.attentions = BTreeMap::from([("ASO".to_owned(), exact(7))]);
    summary.other_days = vec![august(15)];
    summary.undecided = vec!["occurred_at".to_owned()];
    let query = Query {
        period: Period::parse(period, august(14)).unwrap(),
        ..query(false)
    };
    let table = Table::of(query.clone(), [&summary], facts());
    let range = |figure: Figure| (figure.min, figure.max);
    assert_eq!(range(table.totals.total), people, "the people");
    assert_eq!(range(table.attentions_total), people, "the attentions");
    assert_eq!(
        (table.encounters, table.undecided, table.undecided_day),
        (1, 1, undecided_day),
        "and it is said how many such records there are"
    );
    let whole = Place::default();
    assert!(
        query.counts_in(&whole, &summary, Held::AtPost),
        "the figure opens to it"
    );
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let fact = format!("fact,undecided_day,{undecided_day},");
    let file = String::from_utf8(file).unwrap();
    assert!(file.contains(&fact), "the file says it: {file}");
    let said = "De ellos, quizá de otro día (dos horas por decidir): 1";
    assert_eq!(
        print(&table, &Named).contains(said),
        undecided_day > 0,
        "and the page"
    );
}

#[test]
fn an_incomplete_record_of_two_days_is_left_out_of_either_as_a_range() {
    let mut summary = example().remove(0).summary();
    summary.other_days = vec![august(15)];
    summary.missing = vec![("E03".to_owned(), "assistance".to_owned())];
    let table = Table::of(query(false), [&summary], facts());
    let left_out = table.left_out.first().unwrap();
    assert_eq!((left_out.people.min, left_out.records), (0, 1));
    assert!(left_out.people.max > 0, "it may be of this day");
}

struct Named;

/// Words of a post, in a language.
struct Worded(Language, &'static str);

impl Labels for Worded {
    fn language(&self) -> Language {
        self.0
    }

    fn vocabulary(&self) -> Vocabulary {
        Vocabulary::read(self.1).unwrap_or_default()
    }

    fn nationality(&self, _: &str) -> Option<String> {
        None
    }

    fn category(&self, _: &str) -> Option<String> {
        None
    }
}

#[rstest]
#[case::panama(Language::Spanish, "pa", ["en patrulla BCH-0814-2", "Falta la patrulla: BCH-0814-2", "en el puesto"])]
#[case::mexico(Language::Spanish, "mx", ["en recorrido BCH-0814-2", "Falta el recorrido: BCH-0814-2", "en el módulo"])]
#[case::of_a_newer_build(Language::Spanish, "gt", ["en patrulla BCH-0814-2", "Falta la patrulla: BCH-0814-2", "en el puesto"])]
#[case::in_english(Language::English, "pa", ["on patrol BCH-0814-2", "Patrol missing: BCH-0814-2", "at the post"])]
#[case::mexico_in_english(Language::English, "mx", ["on patrol BCH-0814-2", "Patrol missing: BCH-0814-2", "at the post"])]
fn the_printed_table_has_the_words_of_the_post(
    #[case] language: Language,
    #[case] words: &'static str,
    #[case] said: [&str; 3],
) {
    let mut table = table(&example(), false);
    table.unreceived = 1;
    let departed_at = "2023-08-14T11:00:00Z".parse().unwrap();
    table.coverage.teams_missing = vec![crate::coverage::MissingTeam {
        device_id: DeviceId::new([7; 16]),
        name: "Cabo 17".to_owned(),
        last_contact_at: Some(departed_at),
        why: crate::coverage::Why::PatrolOut,
        patrol_code: Some("BCH-0814-2".to_owned()),
    }];
    table.coverage.patrols_missing = vec![crate::coverage::MissingPatrol {
        patrol_id: bitacora_core::id::PatrolId::new(Uuid::from_u128(3)),
        code: "BCH-0814-2".to_owned(),
        departed_at,
    }];
    let printed = print(&table, &Worded(language, words));
    for said in said {
        assert!(printed.contains(said), "`{said}` is missing in\n{printed}");
    }
}

/// A clock of 2019 put a group of this day on another one: its people are in no figure here, and nobody would look.
#[test]
fn records_with_a_doubtful_clock_are_said_here_and_on_other_days() {
    let mut summary = example().remove(0).summary();
    summary.clock_doubt = true;
    let facts = Facts {
        clock_doubt: 3,
        ..facts()
    };
    let table = Table::of(query(false), [&summary], facts);
    assert_eq!((table.clock_doubt, table.clock_doubt_elsewhere), (1, 2));
    let printed = print(&table, &Named);
    for said in [
        "Con hora sin comprobar: 1",
        "Otros con hora sin comprobar, que pueden ser de estos días: 2",
    ] {
        assert!(printed.contains(said), "`{said}` is missing in\n{printed}");
    }
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let file = String::from_utf8(file).unwrap();
    for fact in ["fact,clock_doubt,1,", "fact,clock_doubt_elsewhere,2,"] {
        assert!(file.contains(fact), "`{fact}` is missing in {file}");
    }
    let json = serde_json::to_value(&table).unwrap();
    assert_eq!(json["clock_doubt_elsewhere"], 2, "and the JSON");
}

impl Labels for Named {
    fn nationality(&self, code: &str) -> Option<String> {
        (code == "VEN").then(|| "Venezuela".to_owned())
    }

    fn category(&self, code: &str) -> Option<String> {
        (code == "ASO").then(|| "Asistencia social".to_owned())
    }
}

#[test]
fn the_printed_table_says_everything_a_commander_must_defend() {
    let mut table = table(&example(), false);
    table.coverage = Coverage {
        teams_expected: 6,
        teams_missing: vec![crate::coverage::MissingTeam {
            device_id: DeviceId::new([7; 16]),
            name: "Cabo 17".to_owned(),
            last_contact_at: Some("2023-08-14T10:05:00Z".parse().unwrap()),
            why: crate::coverage::Why::Silent,
            patrol_code: None,
        }],
        patrols_missing: vec![crate::coverage::MissingPatrol {
            patrol_id: bitacora_core::id::PatrolId::new(Uuid::from_u128(3)),
            code: "BCH-0814-2".to_owned(),
            departed_at: "2023-08-14T11:00:00Z".parse().unwrap(),
        }],
        teams_as_of: Some("2023-08-14T22:40:00Z".parse().unwrap()),
    };
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let file = String::from_utf8(file).unwrap();
    for (what, name) in [
        ("missing_team", "Cabo 17"),
        ("missing_patrol", "BCH-0814-2"),
    ] {
        let named = |line: &str| line.starts_with(what) && line.contains(name);
        assert!(
            file.lines().any(named),
            "the file names who is missing: {file}"
        );
    }
    insta::assert_snapshot!(print(&table, &Named), @r"
    Tabla del día · Bajo Chiquito (PA-BCH)
    Periodo 2023-08-14 · America/Panama
    Al 2023-08-14 18:00 · daily/5

    59–60 personas en 3 encuentros · falta 1 de 6 equipos

    Nacionalidad              Hombres  Mujeres    Niños    Niñas Sin dato      Total
    Venezuela                   11–12        2        1        0        0      14–15
    HTI                             1        2        0        2        0          5
    Sólo el total                   0        0        0        0        0         40
    ────────────────────────────────────────────────────────────────────────────────
    Total                       12–13        4        1        2        0      59–60

    Asistencia social                                                          19–20
    ORI                                                                           11
    PAX                                                                            1
    Atenciones (persona × tipo)                                                31–32

    Revisados: 1 / 3
    Con dos valores por decidir: 1
    Fuera de la tabla: 1 por completar (0 personas)
    Fuera de la tabla: 1 anulados (6 personas)
    Lista de equipos al: 2023-08-14 17:40
    Falta el equipo: Cabo 17 (último contacto 2023-08-14 05:05; sin noticias)
    Falta la patrulla: BCH-0814-2 (salió 2023-08-14 06:00)
    ");
}

#[test]
fn what_only_this_device_has_is_counted_and_said_and_what_was_refused_is_left_out() {
    let rows: Vec<Summary> = example().iter().map(Model::summary).collect();
    let mut tally = Tally::new(query(false));
    tally.add(&rows[0], Held::AtPost);
    tally.add(&rows[1], Held::Unreceived);
    tally.add(&rows[2], Held::Refused);
    tally.add(&rows[3], Held::Refused);
    let table = tally.finish(facts());
    assert_eq!(
        (table.encounters, table.unreceived),
        (2, 1),
        "a paper record typed at the post counts before its sync, and the table says so"
    );
    let left_out: Vec<_> = table
        .left_out
        .iter()
        .map(|left_out| (left_out.reason, left_out.records, left_out.people.max))
        .collect();
    assert_eq!(
        left_out,
        [(Reason::Void, 1, 6), (Reason::Refused, 1, 40)],
        "what the server did not take is in nobody else's figures, and is named"
    );
    let printed = print(&table, &Named);
    for said in [
        "Aún no recibidos en el puesto, sólo en este equipo: 1",
        "Fuera de la tabla: 1 no aceptados por el servidor (40 personas)",
        "No se sabe qué equipos faltan",
    ] {
        assert!(printed.contains(said), "`{said}` is missing in\n{printed}");
    }
}

#[test]
fn records_of_another_post_are_in_no_figure_of_this_one() {
    let mut foreign = example()[0].summary();
    foreign.post_id = "PA-LBL".parse().unwrap();
    let table = Table::of(query(false), [&foreign], facts());
    assert_eq!(
        (table.encounters, table.left_out.len()),
        (0, 0),
        "a device that was moved holds the records of two posts"
    );
}

#[test]
fn the_csv_has_one_shape_and_ranges_in_two_columns() {
    let mut file = Vec::new();
    let mut table = table(&example(), false);
    table.post_name = "=cmd()".to_owned();
    write_csv(&table, &mut file).unwrap();
    let text = String::from_utf8(file).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let lines: Vec<csv::StringRecord> = reader
        .records()
        .map(|line| line.expect("every line has the columns of the header"))
        .collect();
    let ven = lines
        .iter()
        .find(|line| &line[0] == "people" && &line[1] == "VEN")
        .unwrap();
    assert_eq!(
        (&ven[3], &ven[4], &ven[5]),
        ("11", "12", "1"),
        "3 and 8–9 men: at least 11, at most 12, one to decide"
    );
    let named = lines.iter().find(|line| &line[1] == "post_name").unwrap();
    assert_eq!(
        &named[2], "'=cmd()",
        "a name from a directory must not run as a formula"
    );
}

#[test]
fn the_json_can_be_read_back() {
    let table = table(&example(), false);
    let json = serde_json::to_string(&table).unwrap();
    assert_eq!(
        serde_json::from_str::<Table>(&json).unwrap(),
        table,
        "other programs rely on it: {json}"
    );
}
