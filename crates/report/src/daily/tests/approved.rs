//! Records that changed after their review, in a table of reviewed records.

use rstest::rstest;

use super::*;

/// Eleven people as it was approved; a correction to eight men of one nationality waits.
fn changed() -> Summary {
    let [then, now, ..] = <[Model; 5]>::try_from(example()).unwrap();
    let now = Model {
        status: Status::ChangedAfterReview,
        then: Some(Box::new(then)),
        ..now
    };
    now.summary()
}

fn of(summary: &Summary, only_reviewed: bool) -> Table {
    Table::of(query(only_reviewed), [summary], facts())
}

fn total(table: &Table) -> (u64, u64) {
    (table.totals.total.min, table.totals.total.max)
}

#[test]
fn the_approved_figures_stand_and_the_change_waits() {
    let (reviewed, all) = (of(&changed(), true), of(&changed(), false));
    assert_eq!((total(&reviewed), total(&all)), ((11, 11), (8, 9)));
    let nationalities = |table: &Table| -> Vec<String> {
        let rows = table.rows.iter();
        rows.map(|row| row.nationality.clone()).collect()
    };
    assert_eq!(nationalities(&reviewed), ["VEN", "HTI"], "of then");
    let attentions = |table: &Table| (table.attentions_total.min, table.attentions_total.max);
    assert_eq!(
        (attentions(&reviewed), attentions(&all)),
        ((23, 23), (8, 9))
    );
    for (table, as_approved, undecided) in [(&reviewed, 1, 0), (&all, 0, 1)] {
        assert_eq!(
            (table.encounters, table.reviewed, table.as_approved),
            (1, 0, as_approved),
            "it is not reviewed as it now is"
        );
        assert_eq!(table.undecided, undecided, "then nothing was");
        assert!(table.left_out.is_empty(), "what is counted is not left out");
    }
}

#[test]
fn what_is_missing_now_or_then_is_asked_of_what_counts() {
    let missing = || vec![("E03".to_owned(), "assistance".to_owned())];
    let emptied = Summary {
        missing: missing(),
        ..changed()
    };
    assert_eq!(total(&of(&emptied, true)), (11, 11), "it was complete");
    assert_eq!(of(&emptied, false).left_out[0].reason, Reason::Incomplete);
    let mut completed = changed();
    completed.as_approved.as_mut().unwrap().missing = missing();
    let table = of(&completed, true);
    let left_out = (table.left_out[0].reason, table.left_out[0].people.max);
    assert_eq!(
        (left_out, table.as_approved),
        ((Reason::Incomplete, 11), 0),
        "what was approved incomplete never counted"
    );
}

#[test]
fn what_was_approved_and_is_not_known_here_is_left_out_and_named() {
    let unknown = Summary {
        as_approved: None,
        ..changed()
    };
    let table = of(&unknown, true);
    let left_out = (table.left_out[0].reason, table.left_out[0].people.max);
    assert_eq!(
        (table.encounters, left_out),
        (0, (Reason::ChangedAfterReview, 9))
    );
}

#[rstest]
#[case::reviewed_of_then(true, 14, (11, 11))]
#[case::reviewed_of_now(true, 15, (0, 0))]
#[case::all_of_then(false, 14, (0, 0))]
#[case::all_of_now(false, 15, (8, 9))]
fn a_change_of_the_day_moves_nothing_that_was_approved(
    #[case] only_reviewed: bool,
    #[case] day: u8,
    #[case] expected: (u64, u64),
) {
    let moved = Summary {
        day: august(15),
        ..changed()
    };
    let query = Query {
        period: Period::day(august(day)),
        ..query(only_reviewed)
    };
    let table = Table::of(query.clone(), [&moved], facts());
    assert_eq!(total(&table), expected);
    let everybody = Spot::People(Place::default());
    assert_eq!(
        query.stands_behind(&everybody, &moved, Held::AtPost),
        expected.1 > 0,
        "and the figure opens to it"
    );
}

#[test]
fn a_cell_opens_to_what_was_approved_in_it() {
    let women = Spot::People(Place {
        nationality: Some("HTI".to_owned()),
        column: Some(Column::Women),
    });
    let opens = |only| query(only).stands_behind(&women, &changed(), Held::AtPost);
    assert!(opens(true), "two were counted then");
    assert!(!opens(false), "nobody is now");
    let perhaps = |only| {
        let mut record = changed();
        record.as_approved.as_mut().unwrap().other_days = vec![august(15)];
        query(only).may_be_elsewhere(&record)
    };
    assert!(perhaps(true) && !perhaps(false));
}

/// A clock that was put right after the approval: the time that is counted is still the doubtful one.
#[test]
fn a_doubtful_time_is_said_of_what_counts() {
    let mut record = changed();
    record.as_approved.as_mut().unwrap().clock_doubt = true;
    let elsewhere = Facts {
        clock_doubt: 2,
        ..facts()
    };
    let table = Table::of(query(true), [&record], elsewhere);
    assert_eq!((table.clock_doubt, table.clock_doubt_elsewhere), (1, 2));
}

#[test]
fn the_page_and_the_files_say_how_many_and_that_a_change_waits() {
    for (only_reviewed, records) in [(true, 1), (false, 0)] {
        let table = of(&changed(), only_reviewed);
        let said = "Contados como se aprobaron, con un cambio que espera aprobación: 1";
        let printed = print(&table, &Named);
        assert_eq!(printed.contains(said), only_reviewed, "{printed}");
        let mut file = Vec::new();
        write_csv(&table, &mut file).unwrap();
        let file = String::from_utf8(file).unwrap();
        let fact = format!("fact,as_approved,{records},");
        assert!(file.contains(&fact), "{file}");
        let json = serde_json::to_value(&table).unwrap();
        assert_eq!(json["as_approved"], records);
    }
}
