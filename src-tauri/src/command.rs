//! What the window may ask for. Each command converts, calls, converts; nothing here decides.

pub(crate) mod access;
pub(crate) mod draft;
pub(crate) mod patrol;
pub(crate) mod post;
pub(crate) mod record;
pub(crate) mod settings;
pub(crate) mod sync;

/// The name of every command. `build.rs` reads the same list, so that each must be granted to the
/// window in `capabilities/main.json`; a test holds this list, the grants and the handler together.
#[cfg(test)]
pub(crate) const NAMES: &[&str] = include!("command/names.in");

/// Calls a macro with the path of every command.
macro_rules! every_command {
    ($($then:tt)*) => {
        $($then)* ! [
            crate::command::settings::settings_read,
            crate::command::settings::settings_write,
            crate::command::settings::lists,
            crate::command::access::status,
            crate::command::access::start,
            crate::command::access::unlock,
            crate::command::access::lock,
            crate::command::access::touched,
            crate::command::access::person_add,
            crate::command::access::recovery_code_new,
            crate::command::access::pin_reset_by_code,
            crate::command::access::pin_reset_by_person,
            crate::command::access::pin_change,
            crate::command::access::lock_minutes_write,
            crate::command::sync::enrol,
            crate::command::sync::digits_compared,
            crate::command::draft::draft_start,
            crate::command::draft::draft_save,
            crate::command::draft::same_as_last,
            crate::command::draft::drafts,
            crate::command::draft::draft_discard,
            crate::command::draft::draft_take_back,
            crate::command::draft::draft_record,
            crate::command::draft::undo,
            crate::command::draft::position,
            crate::command::record::rows,
            crate::command::record::detail,
            crate::command::record::void_record,
            crate::command::record::review,
            crate::command::record::choose,
            crate::command::record::clock_repair,
            crate::command::record::clock_repair_seen,
            crate::command::record::clock_repair_undo,
            crate::command::patrol::patrol_leave,
            crate::command::patrol::patrol_return,
            crate::command::patrol::patrols_out,
            crate::command::patrol::patrol_close,
            crate::command::sync::sync_now,
            crate::command::sync::sync_contacts,
            crate::command::sync::records_export,
            crate::command::sync::absent,
            crate::command::sync::hand_in_for_absent,
            crate::command::post::today,
            crate::command::post::today_csv_save,
            crate::command::post::decide,
            crate::command::post::tell_apart,
            crate::command::post::take_back_apart,
            crate::command::post::teams,
            crate::command::post::enrol_code,
            crate::command::post::team_revoke,
        ]
    };
}
pub(crate) use every_command;

/// Returns what answers the window.
pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    every_command!(tauri::generate_handler)
}
