//! The Tauri shell: commands convert, call, convert.
