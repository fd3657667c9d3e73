//! Builds the app's manifest: which commands exist, so that each must be granted to a window.

use std::path::Path;
use std::process::ExitCode;

const COMMANDS: &[&str] = include!("src/command/names.in");

fn main() -> ExitCode {
    // The interface is taken into the program; a new one must be noticed.
    println!("cargo::rerun-if-changed=../ui/dist");
    println!("cargo::rerun-if-changed=src/command/names.in");
    if !Path::new("../ui/dist/index.html").is_file() {
        println!(
            "cargo::error=ui/dist is missing: run `cargo xtask run`, or `npm ci && npm run build` in ui/"
        );
        return ExitCode::FAILURE;
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
