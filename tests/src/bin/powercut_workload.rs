//! The programs that the power-cut test records. Each promises its saves by [`acknowledge`].
//!
//! `powercut_workload bare FOLDER full|off SAVES`: SQLCipher alone, the control of the method.
//! `powercut_workload device FOLDER SAVES`: the device as the app uses it: drafts, saves, corrections.
//! `powercut_workload pin FOLDER CHANGES`: one person, who changes the PIN again and again.
//! `powercut_workload rebuild FOLDER SAVES`: everything derived again, between saves.
//! `powercut_workload server FOLDER PUSHES`: a server, to which a device elsewhere pushes; its rows are promised.
//! `powercut_workload post FOLDER ROUNDS`: a device that joins a server on the same machine and syncs with it, and with
//! a colleague's device elsewhere.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use bitacora_core::capture::Capture;
use bitacora_core::encounter::Edit;
use bitacora_core::enrol::Role;
use bitacora_device::{Device, DraftBody, DraftKind, Environment, KdfCost, NewPerson, Vault};
use bitacora_tests::world::World;
use rusqlite::Connection;
use serde_json::json;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["bare", folder, synchronous, saves] => {
            bare(&PathBuf::from(folder), synchronous, saves.parse()?)
        }
        ["device", folder, saves] => device(&PathBuf::from(folder), saves.parse()?),
        ["pin", folder, changes] => pin(&PathBuf::from(folder), changes.parse()?),
        ["rebuild", folder, saves] => rebuild(&PathBuf::from(folder), saves.parse()?),
        ["server", folder, pushes] => server(&PathBuf::from(folder), pushes.parse()?),
        ["post", folder, rounds] => post(&PathBuf::from(folder), rounds.parse()?),
        _ => bail!("usage: powercut_workload bare|device|pin|rebuild|server|post FOLDER …"),
    }
}

/// Tells the recorder that a save was promised to a person: opens a path that cannot exist.
fn acknowledge(folder: &Path, what: &str) {
    drop(std::fs::File::open(folder.join(format!("ACK.{what}"))));
}

fn bare(folder: &Path, synchronous: &str, saves: u32) -> Result<()> {
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(
        None,
        "key",
        "x'0101010101010101010101010101010101010101010101010101010101010101'",
    )?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute(
        "CREATE TABLE IF NOT EXISTS save (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
        [],
    )?;
    for id in 0..saves {
        connection.execute(
            "INSERT INTO save (id, bytes) VALUES (?1, ?2)",
            (id, vec![7_u8; 900]),
        )?;
        acknowledge(folder, &id.to_string());
        // From the second one on: of a file that is not there at all nobody could say that a save is lost.
        connection.pragma_update(None, "synchronous", synchronous)?;
    }
    connection
        .close()
        .map_err(|(_, error)| error)
        .context("closing")
}

/// Records groups of 1, 2, 3, … people, and corrects every third by a second statement. What is
/// promised is the short code and the men that the person was told are saved.
fn device(folder: &Path, saves: u32) -> Result<()> {
    let device = created(folder, "482913")?;
    for men in 1..=saves {
        record(&device, folder, men)?;
    }
    device.lock();
    Ok(())
}

fn created(folder: &Path, pin: &str) -> Result<Device> {
    let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
    let new = NewPerson {
        name: "Cabo 17".into(),
        pin: pin.to_owned(),
        post: None,
        tz: None,
    };
    let (device, _) = Vault::create(&folder.join("vault"), &new, environment)?;
    acknowledge(folder, "vault");
    Ok(device)
}

/// Promises each PIN when the change to it is done.
fn pin(folder: &Path, changes: u32) -> Result<()> {
    let mut now = pin_number(0);
    let device = created(folder, &now)?;
    acknowledge(folder, &now);
    for number in 1..=changes {
        let new = pin_number(number);
        device.change_pin(&now, &new)?;
        acknowledge(folder, &new);
        now = new;
    }
    device.lock();
    Ok(())
}

/// PINs that differ and that nobody guesses first: seven digits are no date.
fn pin_number(number: u32) -> String {
    (4_829_137 + number * 73_106).to_string()
}

/// Promises saves as the device's own workload does. Every row and snapshot is derived again after each eighth.
fn rebuild(folder: &Path, saves: u32) -> Result<()> {
    let device = created(folder, "482913")?;
    for men in 1..=saves {
        record(&device, folder, men)?;
        if men.is_multiple_of(8) {
            device.rebuild()?;
        }
    }
    device.lock();
    Ok(())
}

/// Promises after each sync how many changes were received. The device's own files are not in the folder.
fn server(folder: &Path, pushes: u32) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut world = World::start_in(folder.join("server")).await?;
        let phone = world.phone("Cabo 17", Role::PatrolMember).await?;
        let mut rows = 0;
        for men in 1..=pushes {
            let id = phone.meets(men, "VEN")?.row.summary.encounter_id;
            rows += 1;
            if men.is_multiple_of(3) {
                phone.corrects(
                    id,
                    json!({ "composition": { "VEN": { "AA+M": 50 + men } } }),
                )?;
                rows += 1;
            }
            phone.sync().await?;
            ensure!(phone.unreceived()? == 0, "what was pushed is received");
            acknowledge(folder, &rows.to_string());
        }
        world.stop_server().await
    })
}

/// Promises where the server is, every save that its person saw, also a colleague's, that the device had joined, and
/// how many changes were received.
fn post(folder: &Path, rounds: u32) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut world = World::start_at(folder.join("server"), free_address()?).await?;
        acknowledge(folder, &format!("at.{}", world.address().port()));
        let phone = world.stranger_in(&folder.join("vault"), "Cabo 17")?;
        acknowledge(folder, "vault");
        record(&phone.device, folder, 1)?;
        let server = format!("https://{}", world.address()).parse()?;
        let code = world.code(Role::PatrolMember, "Cabo 17")?;
        phone.device.enrol(&server, &code, None).await?;
        acknowledge(folder, "joined");
        let colleague = world.phone("Sgto. 04", Role::PatrolMember).await?;
        for men in 2..2 + rounds {
            record(&phone.device, folder, men)?;
            let other = colleague.meets(men, "HTI")?.row.summary;
            colleague.sync().await?;
            phone.sync().await?;
            ensure!(phone.unreceived()? == 0, "what was pushed is received");
            acknowledge(folder, &format!("received.{}", world.changes()?));
            acknowledge(folder, &format!("{}.{men}", other.short_code));
            // Next time each has what the other one does to it meanwhile.
            colleague.sync().await?;
            let more = json!({ "composition": { "HTI": { "AA+M": men + 1000 } } });
            phone.corrects(other.encounter_id, more.clone())?;
            acknowledge(folder, &format!("{}.{}", other.short_code, men + 1000));
            colleague.corrects(other.encounter_id, more)?;
        }
        drop(phone);
        drop(colleague);
        world.stop_server().await
    })
}

/// Returns an address that the system gives to nobody by itself.
fn free_address() -> Result<SocketAddr> {
    (20_000..30_000)
        .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        .find(|address| TcpListener::bind(address).is_ok())
        .context("a free port")
}

fn record(device: &Device, folder: &Path, men: u32) -> Result<()> {
    let capture = group(men)?;
    let draft = device.start_draft(DraftKind::New, None)?;
    let body = DraftBody {
        capture,
        confirmed: vec!["composition".into()],
        page: 1,
        ..DraftBody::default()
    };
    device.save_draft(draft.draft_id, &body)?;
    let saved = device.record_draft(draft.draft_id)?;
    let code = saved.row.summary.short_code;
    acknowledge(folder, &format!("{code}.{men}"));
    if men.is_multiple_of(3) {
        let id = saved.row.summary.encounter_id;
        let seen = device.show(id)?.encounter.version;
        let edit = Edit::Patch(json!({ "composition": { "VEN": { "AA+M": men + 1000 } } }));
        device.edit(id, &edit, &seen, None)?;
        acknowledge(folder, &format!("{code}.{}", men + 1000));
    }
    Ok(())
}

fn group(men: u32) -> Result<Capture> {
    let capture = json!({ "composition": { "VEN": { "AA+M": men } }, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "direction": "north" });
    serde_json::from_value(capture).context("the workload's capture")
}
