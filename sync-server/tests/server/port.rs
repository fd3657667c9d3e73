//! When the binary's port answers.

use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bitacora_server::store::DataFolder;

/// After which time a server that does not answer is taken for one that never will.
const START_MAX: Duration = Duration::from_secs(60);

#[test]
fn whoever_gets_an_answer_finds_a_server_that_was_made() {
    let parent = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(parent.path().join("server"));
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mut server = Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
        .args(["serve", "--post", "PA-BCH", "--post-name", "Bajo Chiquito"])
        .args(["--tz", "America/Panama", "--listen", &address.to_string()])
        .arg("--data")
        .arg(parent.path().join("server"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let mut answered = false;
    while !answered && started.elapsed() < START_MAX {
        answered = TcpStream::connect(address).is_ok();
    }
    let is_made = [folder.database(), folder.address()].map(|file| file.exists());
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(answered, "the server never answered");
    assert_eq!(
        is_made,
        [true, true],
        "its database and its address are there"
    );
}
