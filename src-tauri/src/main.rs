//! The program on a laptop. A phone enters through [`bitacora_app::run`] itself.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    bitacora_app::run();
}
