//! What is in the figures, and what is left out.

use super::*;

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
        then: None,
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
        "Fuera de la tabla: 1 no aceptado por el servidor (40 personas)",
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

/// Such a record breaks E04 or E05 and is in no figure: it is told with those that are left out.
#[test]
fn a_part_larger_than_its_group_is_told_where_the_record_is_left_out() {
    let record = Summary {
        parts_over_total: vec![("water".to_owned(), 6, 5)],
        missing: vec![("E04".to_owned(), "assistance/water".to_owned())],
        ..example()[0].summary()
    };
    let void = Summary {
        status: Status::Voided,
        ..record.clone()
    };
    let table = Table::of(query(false), &[record, void], facts());
    assert_eq!((table.encounters, table.parts_over_total), (0, 1));
}
