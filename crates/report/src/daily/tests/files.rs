//! The table as files for other programs.

use chrono::Utc;

use super::*;

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
fn the_csv_says_why_something_is_not_in_the_figures() {
    let mut voided = example();
    let mut void = voided.remove(0).summary();
    void.status = Status::Voided;
    let mut table = Table::of(query(false), [&void], facts());
    let heard: DateTime<Utc> = "2023-08-14T10:05:00Z".parse().unwrap();
    let team = |why, last_contact_at| crate::coverage::MissingTeam {
        device_id: DeviceId::new([7; 16]),
        name: "Cabo 17".to_owned(),
        last_contact_at,
        why,
        patrol_code: None,
    };
    table.coverage.teams_missing = vec![
        team(crate::coverage::Why::Never, None),
        team(crate::coverage::Why::PatrolOut, Some(heard)),
        team(crate::coverage::Why::Silent, Some(heard)),
        team(crate::coverage::Why::Revoked, Some(heard)),
        team(crate::coverage::Why::NotReceived, Some(heard)),
    ];
    table.coverage.patrols_missing = vec![crate::coverage::MissingPatrol {
        patrol_id: bitacora_core::id::PatrolId::from_bytes([1; 16]),
        code: "BCH-0814-2".to_owned(),
        departed_at: heard,
    }];
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let text = String::from_utf8(file).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (reason, since) = (place("reason"), place("since"));
    let said: Vec<(String, String, String)> = reader
        .records()
        .map(Result::unwrap)
        .filter(|line| !line[reason].is_empty())
        .map(|line| {
            (
                line[0].to_owned(),
                line[reason].to_owned(),
                line[since].to_owned(),
            )
        })
        .collect();
    let expected = [
        ("left_out", "void", ""),
        ("missing_team", "never", ""),
        ("missing_team", "patrol_out", "2023-08-14T10:05:00Z"),
        ("missing_team", "silent", "2023-08-14T10:05:00Z"),
        ("missing_team", "revoked", "2023-08-14T10:05:00Z"),
        ("missing_team", "not_received", "2023-08-14T10:05:00Z"),
        ("missing_patrol", "patrol_out", "2023-08-14T10:05:00Z"),
    ]
    .map(|(section, reason, since)| (section.to_owned(), reason.to_owned(), since.to_owned()));
    assert_eq!(said, expected, "in words that need no language: {text}");
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
