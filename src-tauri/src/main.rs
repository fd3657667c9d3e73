//! The program on a laptop. A phone enters through [`bitacora_app::run`] itself.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

/// A save makes thousands of small things and lets them go again; the system's allocator takes a tenth of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    bitacora_app::run();
}
