//! Vaults and servers of earlier forms open with this build, with everything that is in them.
//!
//! `tests/data/forms` holds a folder for each form that was ever kept, as the build of then wrote it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::RowFilter;
use bitacora_server::store::DataFolder;
use bitacora_server::{Config, Server};
use bitacora_tests::world::{Phone, World, copy_folder};
use rstest::rstest;
use serde_json::json;

fn form(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data/forms")
        .join(name)
}

/// Nationality and men of each record, newest first.
fn people(phone: &Phone) -> Vec<(String, u32)> {
    let rows = phone.device.rows(&RowFilter::default()).unwrap().rows;
    let one = |row: bitacora_device::Row| {
        let (code, people) = row.summary.nationalities.into_iter().next().unwrap();
        (code, people.men.max)
    };
    rows.into_iter().map(one).collect()
}

fn of(phone: &Phone, nationality: &str) -> EncounterId {
    let filter = RowFilter {
        nationality: Some(nationality.to_owned()),
        ..RowFilter::default()
    };
    phone.device.rows(&filter).unwrap().rows[0]
        .summary
        .encounter_id
}

/// The form of each row of the server's table, as it lies in the file.
fn forms_of_rows(server: &Path) -> Vec<Option<u32>> {
    let key = std::fs::read_to_string(server.join("database.key")).unwrap();
    let connection = rusqlite::Connection::open(server.join("server.db")).unwrap();
    connection
        .pragma_update(None, "key", format!("x'{}'", key.trim()))
        .unwrap();
    let mut find = connection
        .prepare("SELECT json_extract(summary, '$.form') FROM document WHERE summary IS NOT NULL")
        .unwrap();
    let forms = find.query_map([], |row| row.get(0)).unwrap();
    forms.collect::<Result<_, _>>().unwrap()
}

#[rstest]
#[case::first("1", true)]
#[case::fewer_indexes("2", true)]
#[case::brought("3", true)]
#[case::with_a_folio("4", true)]
#[case::ready("5", false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_servers_rows_of_an_earlier_form_are_derived_once(
    #[case] name: &str,
    #[case] is_earlier: bool,
) {
    let mut world = World::start().await.unwrap();
    let kept = form(name).join("server");
    let folder = tempfile::tempdir().unwrap();
    let unserved = folder.path().join("server");
    copy_folder(&kept, &unserved).unwrap();
    let now = Some(bitacora_core::summary::DERIVED);
    let wrote = forms_of_rows(&unserved);
    assert_eq!(
        wrote.iter().any(|form| *form != now),
        is_earlier,
        "what the build of then wrote: {wrote:?}"
    );
    let server = Server::open(Config::new(DataFolder::new(&unserved))).unwrap();
    let post = server.only_post().unwrap().unwrap();
    let days = server.days(&post).unwrap();
    let tables = |server: &Server| -> Vec<_> {
        let each = days.iter().map(|day| server.table(&post, *day).unwrap());
        each.collect()
    };
    let read_each_time = tables(&server);
    assert!(!read_each_time.is_empty());

    world.put_back(&kept).await.unwrap();
    // Whom it answers finds a server that has started.
    world.phone("Cabo 18", Role::PatrolMember).await.unwrap();
    assert_eq!(
        forms_of_rows(&world.server_folder()),
        [now, now],
        "who serves them writes them back"
    );
    assert_eq!(tables(&world.server), read_each_time);
    let report = world.server.verify().unwrap();
    assert!(report.is_sound(), "{report:?}");
}

#[rstest]
#[case::first("1")]
#[case::fewer_indexes("2")]
#[case::brought("3")]
#[case::with_a_folio("4")]
#[case::ready("5")]
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_vault_and_server_are_read_and_go_on(#[case] name: &str) {
    let mut world = World::start().await.unwrap();
    world.put_back(&form(name).join("server")).await.unwrap();
    assert_eq!(
        world.documents().unwrap(),
        3,
        "two records and a patrol are on the server"
    );
    let phone = world.found("Cabo 17", &form(name).join("vault")).unwrap();
    let expected = [("COL", 2), ("HTI", 5), ("VEN", 4)].map(|(code, men)| (code.to_owned(), men));
    assert_eq!(
        people(&phone),
        expected,
        "every record, with its correction"
    );
    assert_eq!(phone.unreceived().unwrap(), 1, "and where each is");
    assert_eq!(
        phone.device.drafts().unwrap()[0].people(),
        6,
        "the draft waits"
    );
    assert!(
        phone.device.status().unwrap().open_patrol.is_some(),
        "the patrol is out"
    );
    let verified = phone.device.verify().unwrap();
    assert!(verified.problems.is_empty(), "{:?}", verified.problems);

    let record = of(&phone, "VEN");
    phone
        .corrects(record, json!({ "composition": { "VEN": { "AA+M": 7 } } }))
        .unwrap();
    phone.meets(9, "CUB").unwrap();
    assert_eq!(phone.unreceived().unwrap(), 3, "what is new waits");
    let verified = phone.device.verify().unwrap();
    assert!(verified.problems.is_empty(), "{:?}", verified.problems);

    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    commander.sync().await.unwrap();
    assert_eq!(people(&commander).len(), 2, "the server gives what it has");
    let received = of(&phone, "HTI");
    assert_eq!(
        commander.says(received).unwrap(),
        phone.says(received).unwrap(),
        "and both say the same"
    );

    // The server is reached at another address now: with a code the phone finds it, and keeps everything.
    world.enrol_again(&phone, Role::PatrolMember).await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 3, "what waited still waits");
    phone.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "what waited is received");
    commander.sync().await.unwrap();
    let newest_first = people(&phone);
    assert_eq!(newest_first.len(), 4, "three of then and one of now");
    for (nationality, _) in newest_first {
        let record = of(&phone, &nationality);
        assert_eq!(
            commander.says(record).unwrap(),
            phone.says(record).unwrap(),
            "{nationality}: both say the same"
        );
    }
    let verified = phone.device.verify().unwrap();
    assert!(verified.problems.is_empty(), "{:?}", verified.problems);
}
