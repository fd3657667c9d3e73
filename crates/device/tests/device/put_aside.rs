//! What comes from the server and is put aside, with its reason; the rest goes on.

use bitacora_core::encounter::Edit;
use bitacora_core::sync::{CheckedChange, DeviceLog};
use serde_json::json;

use crate::post::read_to;
use crate::record::six;
use crate::sync::two_phones;

#[test]
fn hostile_bytes_from_a_server_are_put_aside_and_the_rest_goes_on() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let bad = a.record(&six(), None).unwrap().row.summary.encounter_id;
    let good = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    if let CheckedChange::New { bytes, .. } = &mut post.rows[0].2 {
        bytes.truncate(25);
    }
    post.give(&b);
    assert!(b.encounter(bad).is_err(), "the hostile one is not a record");
    assert!(b.encounter(good).is_ok(), "the next one is");
    assert_eq!(
        b.verify().unwrap().quarantined,
        1,
        "it is kept aside and counted"
    );
    assert_eq!(read_to(&b).seq, 2, "and the log goes on");
}

/// Whoever knows the id of a record that a restored server lacks can name it under a kind that nobody reads.
#[test]
fn what_names_a_record_under_an_unread_kind_first_keeps_it_out_of_no_phone() {
    for same_bytes in [true, false] {
        let (mut post, (_pa, a), (_pb, b)) = two_phones();
        let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
        let other = a.record(&six(), None).unwrap().row.summary.encounter_id;
        post.accept(&a);
        let mut squatter = post.rows[usize::from(!same_bytes)].clone();
        squatter.0 = post.rows[0].0;
        if let CheckedChange::New { kind, .. } = &mut squatter.2 {
            *kind = bitacora_core::envelope::DocumentKind::new(77);
        }
        post.rows.insert(0, squatter);
        let pulls = post.pulls(&b);
        b.sync_log().save_pull(&pulls[0]).unwrap();
        assert!(b.row(id).is_err(), "nothing that is read yet");
        post.give(&b);
        let seen = a.encounter(id).unwrap();
        assert_eq!(b.encounter(id).unwrap(), seen, "the record itself");
        assert!(b.row(id).is_ok(), "in the lists too");
        assert!(b.row(other).is_ok(), "and the next one");
        let verified = b.verify().unwrap();
        assert_eq!(verified.problems, [""; 0]);
        assert_eq!(
            verified.quarantined,
            u64::from(!same_bytes),
            "what the record does not hold is kept aside"
        );
        assert_eq!(b.rebuild().unwrap().different, 0, "the log says the same");

        // Its corrections are taken, and what is still said under the other kind is put aside.
        let edit = Edit::Patch(json!({"note": "río crecido"}));
        a.edit(id, &edit, &seen.version, None).unwrap();
        post.accept(&a);
        post.give(&b);
        assert_eq!(
            b.encounter(id).unwrap().capture().note.as_deref(),
            Some("río crecido")
        );
    }
}

#[test]
fn a_change_that_calls_a_record_another_kind_is_put_aside() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    post.give(&b);
    let seen = a.encounter(id).unwrap().version;
    let edit = Edit::Patch(json!({"note": "not for this list"}));
    a.edit(id, &edit, &seen, None).unwrap();
    post.accept(&a);
    if let CheckedChange::New { kind, .. } = &mut post.rows[1].2 {
        *kind = bitacora_core::envelope::DocumentKind::new(77);
    }
    post.give(&b);
    assert_eq!(b.verify().unwrap().quarantined, 1, "it is kept aside");
    assert_eq!(b.encounter(id).unwrap().capture().note, None);
    assert_eq!(b.verify().unwrap().problems, [""; 0], "row and log agree");
    assert_eq!(read_to(&b).seq, 2, "and the log goes on");
}

#[test]
fn a_record_that_names_another_is_put_aside() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let first = a.record(&six(), None).unwrap().row.summary.encounter_id;
    let other = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    // A server gives the second record under the first one's name, and the first under a name of its own.
    let ids = [
        other.into(),
        bitacora_core::id::DocumentId::from_bytes([7; 16]),
    ];
    for (row, id) in post.rows.iter_mut().zip(ids) {
        row.0 = id;
    }
    post.give(&b);
    assert_eq!(b.verify().unwrap().quarantined, 2, "both are kept aside");
    assert!(
        b.encounter(first).is_err() && b.encounter(other).is_err(),
        "neither stands in the other's place"
    );
}
