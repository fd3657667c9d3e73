//! A damaged, foreign or missing file is named, and left as it is.

use std::fs;
use std::path::{Path, PathBuf};

use bitacora_server::store::{DataFolder, OpenError, Store};
use bitacora_server::{Config, LaunchError, Server};
use chrono::DateTime;
use rstest::rstest;
use tempfile::TempDir;

use crate::world::{NOON_MS, World, setup};

fn created(folder: &Path) -> DataFolder {
    let data = DataFolder::new(folder.join("data"));
    drop(
        Store::create(
            &data,
            &setup(),
            DateTime::from_timestamp_millis(NOON_MS).unwrap(),
        )
        .unwrap(),
    );
    data
}

fn key_file(data: &DataFolder) -> PathBuf {
    data.path().join("database.key")
}

#[rstest]
#[case::no_server(|data: &DataFolder| fs::remove_file(data.database()).unwrap(), "the first `serve` makes one")]
#[case::no_key(|data: &DataFolder| fs::remove_file(key_file(data)).unwrap(), "database.key is missing")]
#[case::half_a_key(|data: &DataFolder| fs::write(key_file(data), "abc").unwrap(), "database.key is damaged")]
#[case::another_key(|data: &DataFolder| fs::write(key_file(data), "0".repeat(64)).unwrap(), "does not open server.db")]
#[case::empty(|data: &DataFolder| fs::write(data.database(), b"").unwrap(), "is empty")]
#[case::a_few_bytes(|data: &DataFolder| fs::write(data.database(), b"123").unwrap(), "does not open server.db")]
#[case::a_folder(|data: &DataFolder| {
    fs::remove_file(data.database()).unwrap();
    fs::create_dir(data.database()).unwrap();
}, "is not a file")]
#[case::plain(|data: &DataFolder| {
    fs::write(data.database(), [b"SQLite format 3\0".as_slice(), &[0; 4080]].concat()).unwrap();
}, "is an unencrypted database")]
fn what_is_wrong_with_the_files_is_named(#[case] spoil: fn(&DataFolder), #[case] says: &str) {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    Store::open(&data).expect("it is good at first");
    spoil(&data);
    let before = fs::read(data.database()).ok();
    let error = Store::open(&data).unwrap_err().to_string();
    assert!(
        error.contains(says),
        "the operator must learn what to do, not {error:?}"
    );
    assert_eq!(
        fs::read(data.database()).ok(),
        before,
        "what is not ours is left as it is"
    );
}

#[test]
fn a_flipped_bit_in_the_file_is_noticed() {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    let mut bytes = fs::read(data.database()).unwrap();
    bytes[2000] ^= 1;
    fs::write(data.database(), &bytes).unwrap();
    assert!(Store::open(&data).is_err(), "every page is authenticated");
}

#[test]
fn another_servers_log_is_refused_and_destroys_nothing() {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    let other = created(&folder.path().join("other"));
    let log = |data: &DataFolder| data.database().with_extension("db-wal");
    let open = Store::open(&other).unwrap();
    // Only a few pages are in the log, and the first of the database is none of them.
    let writer = beside(&other);
    writer
        .execute_batch("UPDATE post SET name = 'Otro'")
        .unwrap();
    fs::copy(log(&other), log(&data)).unwrap();
    drop((writer, open));
    let before = fs::read(data.database()).unwrap();
    assert!(
        Store::open(&data).is_err(),
        "pages under another key are read by nobody"
    );
    assert!(
        before == fs::read(data.database()).unwrap(),
        "and do not get into the database"
    );
    fs::remove_file(log(&data)).unwrap();
    Store::open(&data).expect("without the foreign log all is as it was");
}

/// Opens a store's database beside it, with its key.
pub fn beside(data: &DataFolder) -> rusqlite::Connection {
    let key = fs::read_to_string(key_file(data)).unwrap();
    let connection = rusqlite::Connection::open(data.database()).unwrap();
    connection
        .pragma_update(None, "key", format!("x'{key}'"))
        .unwrap();
    connection
}

#[test]
fn a_page_in_the_middle_of_another_servers_log_is_found_before_it_can_replace_one() {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    let other = created(&folder.path().join("other"));
    let log = |data: &DataFolder| data.database().with_extension("db-wal");
    for data in [&data, &other] {
        // As many rows that the one in the middle lies far from the newest.
        beside(data)
            .execute_batch(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                 INSERT INTO enrol_code (code, nameplate, role, post, device_name, issued_at, expires_at)
                 SELECT i, 'ABCD', 'patrol_member', (SELECT post FROM post), printf('%0200d', i), 1, 1 FROM n",
            )
            .unwrap();
    }
    let open = Store::open(&other).unwrap();
    let writer = beside(&other);
    writer
        .execute_batch("UPDATE enrol_code SET expires_at = 2 WHERE code = 1000")
        .unwrap();
    fs::copy(log(&other), log(&data)).unwrap();
    drop((writer, open));
    let before = fs::read(data.database()).unwrap();
    let refused = Store::open(&data).map(drop);
    assert!(
        matches!(refused, Err(OpenError::ForeignLog)),
        "a page under another key is found wherever it belongs: {refused:?}"
    );
    assert!(
        before == fs::read(data.database()).unwrap(),
        "and does not get into the database"
    );
    fs::remove_file(log(&data)).unwrap();
    drop(Store::open(&data).expect("without the foreign log all is as it was"));
    let codes: u32 = beside(&data)
        .query_row("SELECT count(*) FROM enrol_code", [], |row| row.get(0))
        .unwrap();
    assert_eq!(codes, 2000, "every row can be read");
}

#[test]
fn a_store_of_a_newer_build_is_not_touched() {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    beside(&data)
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(
        matches!(Store::open(&data), Err(OpenError::Newer)),
        "an older build must not write into it"
    );
}

#[test]
fn creating_never_replaces_a_server() {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    let again = Store::create(
        &data,
        &setup(),
        DateTime::from_timestamp_millis(NOON_MS).unwrap(),
    );
    assert!(
        matches!(again, Err(OpenError::Exists)),
        "the records of a post are in there"
    );
}

#[test]
fn a_first_start_that_was_cut_is_repeated() {
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    fs::rename(data.database(), data.path().join("server.db.new")).unwrap();
    Store::create(
        &data,
        &setup(),
        DateTime::from_timestamp_millis(NOON_MS).unwrap(),
    )
    .expect("a key and a half-made file are no server");
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&key_file(&data)), mode(data.path())),
        (0o600, 0o700),
        "others on the machine read nothing"
    );
    let bytes = fs::read(data.database()).unwrap();
    let needle = b"Bajo Chiquito";
    assert!(
        !bytes.windows(needle.len()).any(|window| window == needle),
        "nothing of the content is in the clear"
    );
}

#[cfg(unix)]
#[test]
fn what_others_could_read_is_for_its_owner_only_from_the_next_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let data = created(folder.path());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data.database()), 0o600, "from the first start on");
    let open_to_all = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    open_to_all(data.path(), 0o755);
    open_to_all(&data.database(), 0o644);
    open_to_all(&key_file(&data), 0o644);
    let open = Store::open(&data).unwrap();
    let log = data.database().with_extension("db-wal");
    for (path, expected) in [
        (data.path(), 0o700),
        (&data.database(), 0o600),
        (&key_file(&data), 0o600),
        (&log, 0o600),
    ] {
        assert_eq!(mode(path), expected, "{}", path.display());
    }
    drop(open);
}

#[tokio::test]
async fn a_document_of_the_log_that_is_not_there_is_found() {
    let world = World::start().await;
    let mut phone =
        crate::phone::Phone::enrolled(&world, 1, bitacora_core::enrol::Role::PatrolMember).await;
    let (id, record) = phone.record(1);
    let push = phone.seal(&[(id, &record.bytes)]);
    phone.exchange(phone.hello(), vec![push]).await;
    assert!(world.server.verify().unwrap().is_sound());
    beside(&world.data())
        .execute_batch("DELETE FROM document")
        .unwrap();
    let findings = world.server.verify().unwrap().findings;
    assert!(
        matches!(findings.as_slice(), [one] if one.contains(&id.to_string())),
        "{findings:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn one_process_serves_a_folder_and_commands_work_beside_it() {
    let world = World::start().await;
    let beside = Server::open(Config::new(world.data())).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    // The first serving task may not have run yet; a connection proves that it did.
    crate::client::Client::new(9, world.address)
        .get("/v1/team")
        .await;
    let mut config = Config::new(world.data());
    config.headquarters = Some(true);
    let beside_as_headquarters = Server::open(config).unwrap();
    let second = beside_as_headquarters
        .serve(listener, std::future::pending())
        .await;
    assert!(
        matches!(second, Err(LaunchError::Served)),
        "two servers would give out the same rows"
    );
    assert!(
        beside.health().unwrap().serving,
        "commands see that somebody serves"
    );
    assert_eq!(beside.id(), world.server.id(), "and read the same store");
    let is: bool = self::beside(&world.data())
        .query_row("SELECT headquarters FROM meta", [], |row| row.get(0))
        .unwrap();
    assert!(!is, "a start that was refused says nothing of the server");
    world.stop().await;
}
