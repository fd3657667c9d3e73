//! Records as other programs and people read them.

mod detail;
mod record;
mod value;

pub(crate) use detail::{conflict, conflict_text, detail, detail_text};
pub(crate) use record::{done_line, people_of, row, row_line, saved, saved_line, zone};
pub(crate) use value::value_text;

use bitacora_core::encounter::EditError;
use bitacora_device::DeviceError;

/// Returns whether an error is about what was stated, so that the next line of an import may go on.
pub(crate) fn is_about_the_capture(error: &DeviceError) -> bool {
    matches!(
        error,
        DeviceError::Invalid { .. }
            | DeviceError::Edit(EditError::Field { .. } | EditError::Protected { .. })
    )
}
