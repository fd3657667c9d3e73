//! Laws of the table over drawn records.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

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

fn as_counted(records: &[Model], only_reviewed: bool) -> Vec<Model> {
    records
        .iter()
        .map(|record| record.as_counted(only_reviewed))
        .collect()
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
            as_counted(&records, only_reviewed).iter().filter(|record| counted(record, only_reviewed)).map(Model::in_the_table).collect();
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
        let of_the_day = as_counted(&records, only_reviewed).iter().filter(of_the_day).count() as u64;
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
                let spot = Spot::People(Place { nationality: nationality.map(str::to_owned), column });
                let behind: Vec<&Summary> =
                    rows.iter().filter(|row| query(only_reviewed).stands_behind(&spot, *row, Held::AtPost)).collect();
                let alone = Table::of(query(only_reviewed), behind.iter().copied(), facts());
                prop_assert_eq!(figures(&alone)[index], figures(&whole)[index], "{:?}: nobody is missing", spot);
                for record in behind {
                    let one = Table::of(query(only_reviewed), [record], facts());
                    prop_assert!(figures(&one)[index].1.max > 0, "{:?}: nobody stands there for nothing", spot);
                }
            }
        }
    }

    #[test]
    fn every_category_and_every_reason_opens_to_its_records(records in vec(model(), 0..12), only_reviewed: bool) {
        let whole = table(&records, only_reviewed);
        let rows: Vec<Summary> = records.iter().map(Model::summary).collect();
        let behind = |spot: &Spot| -> Vec<&Summary> {
            rows.iter().filter(|row| query(only_reviewed).stands_behind(spot, *row, Held::AtPost)).collect()
        };
        for one in whole.attentions.iter().filter(|one| !one.people.is_zero()) {
            let behind = behind(&Spot::Attentions(one.category.clone()));
            let alone = Table::of(query(only_reviewed), behind.iter().copied(), facts());
            prop_assert!(alone.attentions.contains(one), "{}: nobody is missing", one.category);
            for row in behind {
                let alone = Table::of(query(only_reviewed), [row], facts());
                let own = alone.attentions.iter().find(|own| own.category == one.category);
                prop_assert!(own.is_some_and(|own| own.people.max > 0), "nor there for nothing");
            }
        }
        let reasons = [Reason::Incomplete, Reason::Void, Reason::Merged, Reason::Refused, Reason::NotReviewed,
                       Reason::ChangedAfterReview];
        for reason in reasons {
            let told = whole.left_out.iter().find(|left_out| left_out.reason == reason);
            let behind = behind(&Spot::LeftOut(reason));
            prop_assert_eq!(told.map_or(0, |told| told.records), behind.len() as u64, "{:?}", reason);
            let alone = Table::of(query(only_reviewed), behind, facts());
            prop_assert_eq!(alone.left_out.first(), told, "{:?}: with their people", reason);
        }
    }

    #[test]
    fn a_table_of_reviewed_records_has_them_as_they_are_or_were_and_another_none_as_it_was(records in vec(model(), 0..12)) {
        let reviewed = table(&records, true);
        prop_assert_eq!(reviewed.encounters, reviewed.reviewed + reviewed.as_approved);
        let rows: Vec<Summary> = records.iter().map(Model::summary).collect();
        let as_approved = rows.iter().filter(|row| query(true).counts_as_approved(*row, Held::AtPost)).count() as u64;
        prop_assert_eq!(as_approved, reviewed.as_approved, "the number opens to its records");
        let forgotten: Vec<Model> = records.iter().map(|record| Model { then: None, ..record.clone() }).collect();
        prop_assert_eq!(table(&records, false), table(&forgotten, false), "what was is nothing to a table of all");
        prop_assert!(!rows.iter().any(|row| query(false).counts_as_approved(row, Held::AtPost)));
    }

    #[test]
    fn the_order_of_records_does_not_matter(records in vec(model(), 0..12), only_reviewed: bool) {
        let mut reversed = records.clone();
        reversed.reverse();
        prop_assert_eq!(table(&records, only_reviewed), table(&reversed, only_reviewed), "a table is a sum");
    }
}
