//! Records: rows of a list, one in full, and what may be done with it.

mod detail;
mod history;
mod list;
mod review;
mod row;
mod values;

pub use detail::{Attentions, Detail, HeldAt, NotAccepted, PartOverTotal};
pub use history::{HistoryEvent, HistoryLine};
pub use list::{Cell, Counted, RowFilter, RowPage, StateFilter};
pub use review::{PairRequest, Repaired, Restored, ReviewEvent, ReviewRequest, VoidRequest};
pub(crate) use row::missing;
pub use row::{Count, Mark, Missing, NationalityCount, Place4, Row, Saved, Status};
pub use values::{Choice, FieldKind, StatedValue, TwoValues};
