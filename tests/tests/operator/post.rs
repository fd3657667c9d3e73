//! A post with its server in a process of its own, and the devices of its people on the command line.

use std::process::Command;

use bitacora_tests::programs::{self, CommandLine, Said, ServerProcess};
use serde_json::Value;
use tempfile::TempDir;

pub const GROUP: &str = r#"{"occurred_at":"2023-08-14T07:21:00-05:00","composition":{"VEN":{"AA+M":3,"AA+F":2,"AC+M":1}},
    "assistance":{"water":"all"},"needs":{},"position":"no_fix","setting":"river"}"#;

pub struct Post {
    pub folder: TempDir,
    pub server: ServerProcess,
}

impl Post {
    pub fn open() -> Self {
        programs::build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("server");
        let server = ServerProcess::start(&data, "127.0.0.1:0", "PA-BCH", "Bajo Chiquito").unwrap();
        Self { folder, server }
    }

    pub fn enrolled(&self, name: &str, role: &str) -> CommandLine {
        self.enrol(self.stranger(name), name, role)
    }

    pub fn stranger(&self, name: &str) -> CommandLine {
        let line = CommandLine::of(&self.folder.path().join(name), "482915").unwrap();
        line.json(&["init", "--name", name], "").unwrap();
        line
    }

    pub fn enrol(&self, line: CommandLine, name: &str, role: &str) -> CommandLine {
        let code = self.server.code(role, name).unwrap();
        let url = format!("https://{}", self.server.address);
        let enrolled = line
            .json(&["enrol", "--server", &url, "--code", &code], "")
            .unwrap();
        let devices = self.server.run(&["devices"]).unwrap();
        let listed = devices["devices"]
            .as_array()
            .unwrap()
            .iter()
            .find(|device| device["name"] == name)
            .unwrap();
        assert_eq!(
            listed["digits"], enrolled["digits"],
            "both ends show the same six digits"
        );
        line
    }

    /// Runs a command of the operator; returns its exit code, answer and message.
    pub fn operator(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(programs::program("bitacora-server").unwrap());
        command
            .args(arguments)
            .env_clear()
            .env("BITACORA_SERVER_DATA", self.folder.path().join("server"));
        Said::from(command.output().unwrap())
    }

    pub fn documents(&self) -> Value {
        self.server.run(&["health"]).unwrap()["documents"].clone()
    }
}

/// Returns how many records are in a state.
pub fn list(line: &CommandLine, state: &str) -> usize {
    let list = line.json(&["list", "--state", state], "").unwrap();
    list.as_array().unwrap().len()
}
