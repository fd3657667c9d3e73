//! The job from end to end without a window, told line by line.
//!
//! Separate processes of `bitacora` and `bitacora-server`, real mutual TLS over TCP, and between them a link that
//! breaks. Everything that is claimed is checked; the first thing that does not hold ends the story with its reason.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON values are indexed: what is not there reads as null and never panics"
)]

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::programs::{CommandLine, ServerProcess};
use crate::proxy::{Link, Proxy};

/// Bytes after which the link breaks, connection after connection, until it holds.
const CUTS_BYTES: [u64; 6] = [700, 1_500, 2_100, 2_900, 3_700, 4_500];
const FIELD: &str = "composition/VEN/AA+M";

/// The people and things of the story.
struct World {
    server: ServerProcess,
    proxy: Proxy,
    cabo: CommandLine,
    sargento: CommandLine,
}

/// Tells the story in an empty folder.
pub fn tell(state: &Path) -> Result<()> {
    let world = World::prepare(state)?;
    let shared = world.record_without_signal()?;
    world.enrol_and_meet(&shared)?;
    world.change_the_same(&shared)?;
    world.sync_over_a_breaking_link()?;
    world.agree(&shared, &json!([8, 9]))?;
    world.print_table("The table has a range where the two teams wrote differently; nobody's number was replaced:")?;
    world.choose(&shared)?;
    world.agree(&shared, &json!([]))?;
    world.print_table("And the table of the day, decided:")?;
    say(
        "Done. Every record is on both devices and on the server, and each figure opens to its records.",
    );
    Ok(())
}

fn say(line: &str) {
    println!("{line}");
}

fn chapter(number: u32, line: &str) {
    println!("\n{number}. {line}");
}

impl World {
    fn prepare(state: &Path) -> Result<Self> {
        chapter(
            1,
            "A post's server starts, and two phones are given out (here: two vaults on the command line).",
        );
        let server = ServerProcess::start(
            &state.join("server"),
            "127.0.0.1:0",
            "PA-BCH",
            "Bajo Chiquito",
        )?;
        let proxy = Proxy::before(server.address)?;
        proxy.set(Link {
            down: true,
            ..Link::default()
        });
        let device = |folder: &str, name: &str, pin: &str| -> Result<CommandLine> {
            let line = CommandLine::of(&state.join(folder), pin)?;
            line.json(&["init", "--name", name, "--post", "PA-BCH"], "")?;
            say(&format!("   {name}: an encrypted vault, opened by a PIN."));
            Ok(line)
        };
        let cabo = device("cabo-17", "Cabo 17", "482915")?;
        let sargento = device("sargento-04", "Sgto. 04", "719382")?;
        say(&format!(
            "   The server listens on {}; between it and the phones is a link that can break.",
            server.address
        ));
        Ok(Self {
            server,
            proxy,
            cabo,
            sargento,
        })
    }

    /// Both record without any network. Returns the identifier of the encounter that both will change.
    fn record_without_signal(&self) -> Result<String> {
        chapter(2, "On the trail there is no signal. Both record.");
        let saved = self.cabo.json(
            &["record", "-"],
            &group(json!({"VEN":{"AA+M":7,"AA+F":2,"AC+F":1}}), "07:21"),
        )?;
        let shared = saved["encounter_id"]
            .as_str()
            .context("a save has an identifier")?
            .to_owned();
        tell_saved("Cabo 17", &saved);
        tell_saved(
            "Cabo 17",
            &self.cabo.json(
                &["record", "-"],
                &group(json!({"HTI":{"AA+M":2,"AA+F":2}}), "08:05"),
            )?,
        );
        tell_saved(
            "Sgto. 04",
            &self.sargento.json(
                &["record", "-"],
                &group(json!({"ECU":{"AA+M":3},"CHN":{"AA+F":1}}), "07:40"),
            )?,
        );
        Ok(shared)
    }

    fn enrol_and_meet(&self, shared: &str) -> Result<()> {
        chapter(
            3,
            "Back at the post they enrol with single-use codes and exchange what they have, over mutual TLS 1.3.",
        );
        self.proxy.set(Link::default());
        let url = format!("https://{}", self.proxy.address());
        for (device, name, role) in [
            (&self.cabo, "Cabo 17", "patrol_member"),
            (&self.sargento, "Sgto. 04", "patrol_leader"),
        ] {
            let code = self.server.code(role, name)?;
            let enrolled = device.json(&["enrol", "--server", &url, "--code", &code], "")?;
            say(&format!(
                "   {name} enrolled as {role}; both screens show {}.",
                enrolled["digits"].as_str().unwrap_or("?")
            ));
        }
        for (device, name) in [
            (&self.cabo, "Cabo 17"),
            (&self.sargento, "Sgto. 04"),
            (&self.cabo, "Cabo 17"),
        ] {
            let synced = device.json(&["sync"], "")?;
            say(&format!("   {name} synced: {}.", counts(&synced)));
        }
        let seen = self.sargento.json(&["show", shared], "")?;
        ensure!(
            seen["record"]["people"]["total"] == json!({"min":10,"max":10}),
            "the sergeant does not see the corporal's group"
        );
        say("   Each has all three records now.");
        Ok(())
    }

    fn change_the_same(&self, shared: &str) -> Result<()> {
        chapter(
            4,
            "Without signal again, both correct the same encounter: 8 men, says one; 9, says the other.",
        );
        self.proxy.set(Link {
            down: true,
            ..Link::default()
        });
        self.cabo.json(
            &["edit", shared, "-"],
            r#"{"composition":{"VEN":{"AA+M":8}},"river_state":"high"}"#,
        )?;
        self.sargento.json(
            &["edit", shared, "-"],
            r#"{"composition":{"VEN":{"AA+M":9}},"note":"Piden agua"}"#,
        )?;
        let another = self.cabo.json(
            &["record", "-"],
            &group(json!({"COL":{"AA+M":2,"AC+M":2}}), "10:12"),
        )?;
        tell_saved("Cabo 17", &another);
        let refused = self.cabo.run(&["sync"])?;
        ensure!(
            refused.code == Some(1),
            "a sync without a network must say so"
        );
        say("   All of it is saved. A sync says that there is no network; nothing waits for it.");
        Ok(())
    }

    fn sync_over_a_breaking_link(&self) -> Result<()> {
        chapter(5, "The signal returns, and breaks again and again.");
        self.proxy.set(Link::default());
        let before = self.proxy.traffic();
        for (device, name) in [
            (&self.cabo, "Cabo 17"),
            (&self.sargento, "Sgto. 04"),
            (&self.cabo, "Cabo 17"),
        ] {
            self.proxy.script(CUTS_BYTES.map(|bytes| Link {
                cut_after_up: Some(bytes),
                ..Link::default()
            }));
            let synced = device.json(&["sync", "--until-done"], "")?;
            self.proxy.forget_script();
            let now = self.proxy.traffic();
            say(&format!(
                "   {name}: {} ({} connections, {} of them cut so far).",
                counts(&synced),
                now.connections - before.connections,
                now.cuts - before.cuts
            ));
        }
        ensure!(
            self.proxy.traffic().cuts > before.cuts,
            "the link did not break; the story proves nothing"
        );
        Ok(())
    }

    /// Checks that both devices show every record equally, byte for byte, and the values that stand side by side.
    fn agree(&self, shared: &str, values: &Value) -> Result<()> {
        let mut records = 0;
        for row in self
            .cabo
            .json(&["list"], "")?
            .as_array()
            .context("a list is an array")?
        {
            let id = row["encounter_id"]
                .as_str()
                .context("a row has an identifier")?;
            let here = self.cabo.json(&["show", id], "")?;
            let there = self.sargento.json(&["show", id], "")?;
            ensure!(
                here["record"] == there["record"],
                "the devices show {id} differently:\n{:#}\n{:#}",
                here["record"],
                there["record"]
            );
            ensure!(
                here["here"]["place"] != "on_phone",
                "{id} is not received by the post"
            );
            records += 1;
        }
        let of_both = self
            .sargento
            .json(&["list"], "")?
            .as_array()
            .map_or(0, Vec::len);
        ensure!(
            records == of_both && records == 4,
            "one device has {records} records, the other {of_both}; four were made"
        );
        let shown = self.sargento.json(&["show", shared], "")?;
        let mut found: Vec<Value> = field_values(&shown["record"]);
        found.sort_by_key(Value::as_i64);
        ensure!(
            &json!(found) == values,
            "the two values should be {values}, and are {found:?}"
        );
        say(&format!(
            "   `show --json` is equal on both devices for all {records} records; two values: {}.",
            if found.is_empty() {
                "none".to_owned()
            } else {
                json!(found).to_string()
            }
        ));
        ensure!(
            shown["record"]["capture"]["river_state"] == "high"
                && shown["record"]["capture"]["note"] == "Piden agua",
            "a change of another field was lost"
        );
        say(
            "   What each changed in other fields is there too: the river is high, and they ask for water.",
        );
        Ok(())
    }

    fn choose(&self, shared: &str) -> Result<()> {
        chapter(6, "The sergeant leads the patrol and chooses 9.");
        let refused = self.cabo.run(&["resolve", shared, FIELD, "8"])?;
        ensure!(refused.code == Some(1), "a patrol member must not choose");
        say(&format!(
            "   The corporal may not: {}",
            refused.message.lines().next().unwrap_or_default()
        ));
        let chosen = self.sargento.run(&["resolve", shared, FIELD, "9"])?;
        let told = format!(": chosen: 9 ({FIELD})");
        ensure!(
            chosen.answer.contains(&told),
            "it says what was chosen: {} {}",
            chosen.answer,
            chosen.message
        );
        for (device, name) in [(&self.sargento, "Sgto. 04"), (&self.cabo, "Cabo 17")] {
            say(&format!(
                "   {name} synced: {}.",
                counts(&device.json(&["sync", "--until-done"], "")?)
            ));
        }
        let shown = self.cabo.json(&["show", shared], "")?;
        ensure!(
            shown["record"]["people"]["total"] == json!({"min":12,"max":12}),
            "9 men, 2 women and a girl are 12"
        );
        Ok(())
    }

    fn print_table(&self, before: &str) -> Result<()> {
        say(&format!("\n{before}\n"));
        let arguments = ["report", "daily", "--period", DAY];
        let here = self.sargento.run(&arguments)?;
        ensure!(
            here.code == Some(0),
            "the table was refused: {}",
            here.message
        );
        say(&here.answer);
        let figures = |device: &CommandLine| -> Result<Value> {
            Ok(device.json(&arguments, "")?["rows"].clone())
        };
        ensure!(
            figures(&self.cabo)? == figures(&self.sargento)?,
            "the two devices' tables differ"
        );
        Ok(())
    }
}

/// The day of the story, in the past so that no clock stands in its way.
const DAY: &str = "2026-03-14";

fn group(composition: Value, time: &str) -> String {
    json!({
        "occurred_at": format!("{DAY}T{time}:00-05:00"),
        "composition": composition,
        "assistance": { "water": "all", "info_risks": "all" },
        "needs": {},
        "position": { "lat": 8.45103, "lon": -77.64295, "accuracy_m": 38, "source": "gnss", "fix_age_s": 4 },
        "trail_id": "tuquesa",
        "setting": "river",
        "direction": "north",
    })
    .to_string()
}

fn tell_saved(name: &str, saved: &Value) {
    let (code, people) = (
        saved["short_code"].as_str().unwrap_or("?"),
        &saved["people"]["min"],
    );
    say(&format!(
        "   {name}: {code}, {people} people, saved on the phone."
    ));
}

fn counts(synced: &Value) -> String {
    format!(
        "{} handed in, {} received",
        synced["sent"], synced["received"]
    )
}

fn field_values(record: &Value) -> Vec<Value> {
    let fields = record["two_values"].as_array().cloned().unwrap_or_default();
    let field = fields.into_iter().find(|field| field["field"] == FIELD);
    let values = field
        .and_then(|field| field["values"].as_array().cloned())
        .unwrap_or_default();
    values
        .into_iter()
        .map(|stated| stated["value"].clone())
        .collect()
}
