//! Records of two days, with two times, or by a clock that nobody could check.

use rstest::rstest;

use super::*;

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
        query.stands_behind(&Spot::People(whole), &summary, Held::AtPost),
        "the figure opens to it"
    );
    assert_eq!(
        query.may_be_elsewhere(&summary),
        undecided_day > 0,
        "and so does the number of those of another day"
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
