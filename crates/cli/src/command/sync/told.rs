//! What a sync says of itself, and whether it ended well.

use bitacora_device::{StateCounts, SyncOutcome};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::say;

pub(super) fn sentence(outcome: &SyncOutcome, counts: &StateCounts) -> String {
    let SyncOutcome {
        progress,
        exchanges,
        breaks,
        ..
    } = outcome;
    let done = match (counts.due(), counts.refused) {
        (0, 0) => "Everything of this device is at the post.".to_owned(),
        (0, refused) => format!(
            "Everything that the post accepts is there; {refused} records have something that it did not accept."
        ),
        _ => "Not everything of this device is at the post.".to_owned(),
    };
    format!(
        "{done} {} handed in, {} received, in {exchanges} requests; the link broke {breaks} times.",
        progress.sent, progress.received
    )
}

/// Done, if nothing is due and nothing was refused this time. What was refused before is said again, and is no failure
/// of this sync: nothing that a sync can do alters it.
pub(super) fn ended(counts: &StateCounts, refused_now: u64) -> Result<(), Failure> {
    const REFUSED: &str = "`bitacora list --state refused` lists the records with something that was not accepted, and \
                           `bitacora show CODE` says why.";
    if counts.due() > 0 {
        return Err(Failure::refused(format!(
            "{} records, {} undone saves and {} patrols are not received by the post",
            counts.unreceived, counts.undone_unreceived, counts.patrols_unreceived
        ))
        .next(where_it_is(counts)));
    }
    if refused_now > 0 {
        return Err(Failure::refused(format!(
            "{refused_now} changes of this device were not accepted by the post"
        ))
        .next(REFUSED));
    }
    if counts.refused > 0 {
        say(REFUSED);
    }
    Ok(())
}

/// Says where that which is due can be seen: only records are in a list.
fn where_it_is(counts: &StateCounts) -> String {
    let mut said = Vec::new();
    if counts.unreceived > 0 {
        said.push("`bitacora list --state unreceived` lists the records.");
    }
    if counts.undone_unreceived > 0 {
        said.push("An undone save is in no list; that it is undone is handed in by the next sync.");
    }
    if counts.patrols_unreceived > 0 {
        said.push("`bitacora patrol list` lists the patrols; what the post lacks of them goes with the next sync.");
    }
    said.join(" ")
}

pub(super) fn answer(outcome: &SyncOutcome, counts: &StateCounts, refused_now: u64) -> Value {
    json!({
        "sent": outcome.progress.sent,
        "received": outcome.progress.received,
        "unreceived": counts.unreceived,
        "undone_unreceived": counts.undone_unreceived,
        "patrols_unreceived": counts.patrols_unreceived,
        "former_unreceived": counts.waiting() - counts.due(),
        "refused": counts.refused,
        "refused_now": refused_now,
        "exchanges": outcome.exchanges,
        "breaks": outcome.breaks,
        "quarantined": outcome.quarantined,
        "scopes_in_doubt": outcome.scopes_in_doubt,
        "is_copied": outcome.is_copied,
    })
}

pub(super) fn warn(outcome: &SyncOutcome) {
    if outcome.quarantined > 0 {
        say(format_args!(
            "{} changes from the server were kept aside because something is wrong with them.",
            outcome.quarantined
        ));
    }
    for scope in &outcome.scopes_in_doubt {
        say(format_args!(
            "The server's log of {scope} does not agree with what this device has; tell the operator."
        ));
    }
    if outcome.is_copied {
        say(
            "Another device has this one's identity. Its records are safe; enrol this one again with a new code.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{StateCounts, where_it_is};

    #[test]
    fn what_no_list_shows_is_not_looked_for_in_one() {
        let undone = StateCounts {
            undone_unreceived: 1,
            ..StateCounts::default()
        };
        let patrols = StateCounts {
            patrols_unreceived: 1,
            ..StateCounts::default()
        };
        for (counts, says) in [
            (undone, "An undone save"),
            (patrols, "bitacora patrol list"),
        ] {
            let said = where_it_is(&counts);
            assert!(
                said.contains(says) && !said.contains("--state unreceived"),
                "{counts:?}: {said}"
            );
        }
        let records = StateCounts {
            unreceived: 2,
            ..undone
        };
        assert!(
            where_it_is(&records).contains("list --state unreceived"),
            "records are in that list"
        );
    }
}
