//! The contract as the interface reads it: `bindings.ts`, written from the types of [`view`](crate::view)
//! and the signatures of the commands.
//!
//! Run `cargo test -p bitacora-app bindings` with `BITACORA_WRITE_BINDINGS=1` to write it anew.

use std::fmt::Write;

use specta::Types;
use specta::datatype::Function;
use specta_typescript::{Error, Typescript, primitives};

use crate::command::every_command;
use crate::view::event::Events;

const HEAD: &str = "// Written by src-tauri (bindings.rs) from its view structs; do not edit. Every command rejects with BackendError.\n";

/// Returns the text of `bindings.ts`.
pub fn typescript() -> Result<String, Error> {
    let mut types = Types::default().register::<Events>();
    let functions = every_command!(specta::function::collect_functions)(&mut types);
    let exporter = Typescript::default().header(HEAD);
    let text = exporter.export(&types, specta_serde::Format)?;
    // Rust's own, met in the signatures; the interface knows refusals as rejections.
    let mut text: String = text
        .lines()
        .filter(|line| !line.starts_with("export type Result<"))
        .map(|line| format!("{line}\n"))
        .collect();
    text.push_str("\n/** What the window may ask for. */\nexport interface Commands {\n");
    for function in &functions {
        // Writing into a `String` cannot fail.
        let _ = writeln!(text, "  {}", signature(&exporter, &types, function)?);
    }
    text.push_str("}\n");
    Ok(text)
}

/// Returns a command as a method: its arguments by name, and what its promise brings.
fn signature(exporter: &Typescript, types: &Types, function: &Function) -> Result<String, Error> {
    let mut arguments = Vec::new();
    for (name, kind) in function.args() {
        arguments.push(format!(
            "{name}: {}",
            primitives::reference(exporter, types, kind)?
        ));
    }
    let result = match function.result() {
        Some(kind) => primitives::reference(exporter, types, kind)?,
        None => "null".to_owned(),
    };
    Ok(format!(
        "{}({}): Promise<{}>;",
        function.name(),
        arguments.join(", "),
        brought(&result)
    ))
}

/// Returns what a promise brings: a refusal is not brought, it rejects.
fn brought(result: &str) -> &str {
    let value = result
        .strip_prefix("Result<")
        .and_then(|rest| rest.strip_suffix(", BackendError>"));
    match value.unwrap_or(result) {
        "null" => "void",
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::typescript;
    use crate::command::NAMES;

    const PATH: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../ui/src/lib/backend/bindings.ts"
    );

    #[test]
    fn bindings_are_what_the_interface_was_checked_against() {
        let text = typescript().unwrap();
        if std::env::var_os("BITACORA_WRITE_BINDINGS").is_some() {
            std::fs::write(PATH, &text).unwrap();
        }
        let kept = std::fs::read_to_string(PATH).unwrap();
        assert!(
            kept == text,
            "bindings.ts is stale: run BITACORA_WRITE_BINDINGS=1 cargo test -p bitacora-app bindings"
        );
    }

    #[test]
    fn every_command_is_known_to_the_manifest_and_granted_to_the_window() {
        let text = typescript().unwrap();
        let grants = include_str!("../capabilities/main.json");
        let declared = text.matches("): Promise<").count();
        assert_eq!(
            declared,
            NAMES.len(),
            "command/names.in and the handler list the same commands"
        );
        for name in NAMES {
            assert!(
                text.contains(&format!("  {name}(")),
                "{name} is listed but does not exist"
            );
            let grant = format!("\"allow-{}\"", name.replace('_', "-"));
            assert!(
                grants.contains(&grant),
                "{name} is not granted to the window"
            );
        }
    }
}
