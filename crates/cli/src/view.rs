//! Records as other programs and people read them.

mod record;
mod value;

pub(crate) use record::{conflict, conflict_text};
pub(crate) use record::{detail, detail_text, row, row_line, saved, saved_line, zone};
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
