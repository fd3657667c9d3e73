//! People of the vault, and patrols.

use std::collections::BTreeSet;
use std::path::Path;

use bitacora_core::code;
use bitacora_device::{
    Device, Environment, Leaving, PatrolDefaults, PatrolLine, RecoveryCode, Vault,
};
use serde_json::{Value, json};

use crate::args::{Global, PatrolCommand, PersonCommand};
use crate::failure::Failure;
use crate::output::Output;
use crate::{pin, session};

/// `person`
pub(crate) fn person(global: &Global, out: Output, command: PersonCommand) -> Result<(), Failure> {
    match command {
        PersonCommand::List => list(global, out),
        PersonCommand::Add { name, new_pin_file } => {
            add(global, out, &name, new_pin_file.as_deref())
        }
        PersonCommand::Switch => switch(global, out),
        PersonCommand::Reset {
            who,
            recovery_code_file,
            new_pin_file,
        } => reset(
            global,
            out,
            &who,
            recovery_code_file.as_deref(),
            new_pin_file.as_deref(),
        ),
    }
}

fn list(global: &Global, out: Output) -> Result<(), Failure> {
    let people = session::people(&session::folder(global)?, &Environment::system())?;
    out.stream("", |stream| {
        people.iter().try_for_each(|person| {
            let value = || {
                json!({
                    "person_id": person.person_id,
                    "sign": person.sign,
                    "attempts_left": person.attempts_left,
                    "wait_seconds": person.wait_seconds,
                })
            };
            stream.put(value, || {
                format!(
                    "{}  {}  {} attempts left",
                    person.person_id, person.sign, person.attempts_left
                )
            })
        })
    })
}

fn add(
    global: &Global,
    out: Output,
    name: &str,
    new_pin_file: Option<&Path>,
) -> Result<(), Failure> {
    let device = session::open(global)?;
    let (person, code) = device.add_person(name, &pin::read_new(new_pin_file)?)?;
    out.answer(
        &json!({ "person_id": person, "recovery_code": code.shown().as_str() }),
        || shown(name, &code),
    )
}

fn shown(name: &str, code: &RecoveryCode) -> String {
    format!(
        "{name} can open this vault now.\nRecovery code: {}\nIt is not shown again.",
        code.shown().as_str()
    )
}

fn switch(global: &Global, out: Output) -> Result<(), Failure> {
    let device = session::open(global)?;
    let status = device.status()?;
    out.answer(
        &json!({ "person_id": status.me, "name": status.my_name }),
        || format!("This is {}.", status.my_name),
    )
}

fn reset(
    global: &Global,
    out: Output,
    who: &str,
    recovery_code_file: Option<&Path>,
    new_pin_file: Option<&Path>,
) -> Result<(), Failure> {
    let dir = session::folder(global)?;
    let environment = Environment::system();
    let person = session::chosen(&session::people(&dir, &environment)?, Some(who))?;
    match recovery_code_file {
        Some(file) => {
            let code = pin::first_line(file, "--recovery-code-file")?;
            Vault::reset_pin_by_code(
                &dir,
                person.person_id,
                &code,
                &pin::read_new(new_pin_file)?,
                &environment,
            )?;
        }
        None => {
            session::open(global)?.reset_pin_of(person.person_id, &pin::read_new(new_pin_file)?)?
        }
    }
    out.answer(&json!({ "person_id": person.person_id }), || {
        format!(
            "{} has a new PIN. Nothing recorded was touched.",
            person.sign
        )
    })
}

/// `patrol`
pub(crate) fn patrol(global: &Global, out: Output, command: &PatrolCommand) -> Result<(), Failure> {
    let device = session::open(global)?;
    match command {
        PatrolCommand::Leave {
            trail,
            setting,
            direction,
        } => {
            let trail = trail.as_deref().map(|trail| known_trail(&device, trail));
            let defaults = PatrolDefaults {
                trail_id: trail.transpose()?,
                setting: setting.clone(),
                direction: direction.clone(),
                people: Vec::new(),
            };
            let line = device.patrol_leave(&Leaving {
                defaults,
                people: Vec::new(),
            })?;
            out.answer(&patrol_json(&line), || {
                format!(
                    "{} has left; records made from now on belong to it.",
                    line.code
                )
            })
        }
        PatrolCommand::Return {
            zero_encounters,
            patrol,
        } => {
            let line = match patrol {
                None => device.patrol_return(*zero_encounters)?,
                Some(named) => device.patrol_close(session::patrol(&device, named)?)?,
            };
            out.answer(&patrol_json(&line), || {
                format!("{} is back with {} records.", line.code, line.encounters)
            })
        }
        PatrolCommand::List => {
            let lines = device.patrols()?;
            out.stream("No patrol is here yet.", |stream| {
                lines
                    .iter()
                    .try_for_each(|line| stream.put(|| patrol_json(line), || patrol_line(line)))
            })
        }
    }
}

/// Returns a trail that the post offers or the lists know. A slip would stand in every record of the patrol, in place
/// of where it was (E08).
fn known_trail(device: &Device, typed: &str) -> Result<String, Failure> {
    let own = device.status()?.post.details.trails;
    let own = own.iter().map(|trail| trail.code.as_str());
    let listed = code::list("trail").iter().map(|item| item.code.as_str());
    let known: BTreeSet<&str> = own.chain(listed).collect();
    if known.contains(typed) {
        return Ok(typed.to_owned());
    }
    Err(
        Failure::usage(format!("--trail: no trail {typed} is known here"))
            .next(format!("Known here: {}.", Vec::from_iter(known).join(", "))),
    )
}

fn patrol_json(line: &PatrolLine) -> Value {
    json!({
        "patrol_id": line.patrol_id,
        "code": line.code,
        "departed_at": line.departed_at,
        "returned_at": line.returned_at,
        "trail_id": line.defaults.trail_id,
        "setting": line.defaults.setting,
        "direction": line.defaults.direction,
        "encounters": line.encounters,
    })
}

fn patrol_line(line: &PatrolLine) -> String {
    let back = line.returned_at.map_or("out".to_owned(), |at| {
        format!("back {}", at.format("%Y-%m-%d %H:%M UTC"))
    });
    format!(
        "{}  left {}  {back}  {} records",
        line.code,
        line.departed_at.format("%Y-%m-%d %H:%M UTC"),
        line.encounters
    )
}
