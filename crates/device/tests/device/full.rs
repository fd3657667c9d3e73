//! A full disk: a clear error, nothing half saved, and drafts and deletions still work.

use std::path::Path;
use std::process::Command;

use bitacora_device::{DraftBody, DraftKind, Environment, ErrorCode, RowFilter, Vault};

use crate::phone::{PIN, Phone};
use crate::record::{capture, six};

/// A record of some size.
fn wordy() -> bitacora_core::capture::Capture {
    bitacora_core::capture::Capture {
        note: Some("x".repeat(500)),
        ..six()
    }
}

/// Saves until the disk is full; returns how many were confirmed.
fn fill(device: &bitacora_device::Device) -> u64 {
    let wordy = wordy();
    for saved in 0..20_000 {
        if let Err(error) = device.record(&wordy, None) {
            assert_eq!(error.code(), ErrorCode::DiskFull, "a clear error: {error}");
            return saved;
        }
    }
    panic!("the disk never filled");
}

#[test]
fn a_full_database_refuses_a_record_whole_and_keeps_what_was_confirmed() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    let environment = Environment {
        database_bytes_max: Some(400 * 1024),
        ..phone.environment()
    };
    let device = Vault::unlock(&phone.path(), phone.person, PIN, environment).unwrap();
    let draft = device.start_draft(DraftKind::New, None).unwrap().draft_id;
    let typed = DraftBody {
        capture: wordy(),
        ..DraftBody::default()
    };
    device.save_draft(draft, &typed).unwrap();
    let saved = fill(&device);
    assert!(saved > 3, "some fitted: {saved}");
    let refused = device.record_draft(draft).unwrap_err();
    assert_eq!(
        refused.code(),
        ErrorCode::DiskFull,
        "no se guardó, and why: {refused}"
    );
    assert!(
        device.draft(draft).unwrap().body == typed,
        "everything typed is still in the draft"
    );
    let status = device.status().unwrap();
    assert_eq!(
        (status.saves, status.records.listed),
        (saved, saved),
        "nothing half saved"
    );
    assert!(
        device.verify().unwrap().problems.is_empty(),
        "everything that is there is whole"
    );
    device.lock();
    let device = phone.unlock();
    assert_eq!(
        device.status().unwrap().tail_missing,
        None,
        "the mark says the same"
    );
    device.record_draft(draft).unwrap();
    assert_eq!(
        device.rows(&RowFilter::default()).unwrap().total,
        saved + 1,
        "with space again the draft is saved, once"
    );
}

/// Mounts a small file system in memory; `None` where the test may not.
pub fn small_disk(at: &Path) -> Option<()> {
    mount(&["-t", "tmpfs", "-o", "size=6m", "tmpfs"], at)
}

pub fn mount(how: &[&str], at: &Path) -> Option<()> {
    let mounted = Command::new("mount").args(how).arg(at).output().ok()?;
    mounted.status.success().then_some(())
}

pub struct Unmount<'a>(pub &'a Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).output();
    }
}

#[test]
fn on_a_full_disk_drafts_are_kept_and_can_be_thrown_away_where_root_may_mount_one() {
    let (phone, _own) = Phone::start("Cabo 17");
    let disk = tempfile::tempdir().unwrap();
    if small_disk(disk.path()).is_none() {
        eprintln!("not tried: mounting a small file system needs root");
        return;
    }
    let _unmount = Unmount(disk.path());
    let new = crate::phone::new_person("Cabo 17");
    let (device, _) = Vault::create(&disk.path().join("vault"), &new, phone.environment()).unwrap();
    let draft = device.start_draft(DraftKind::New, None).unwrap();
    std::fs::write(disk.path().join("other"), vec![1; 1024 * 1024]).unwrap();
    let saved = fill(&device);
    let body = DraftBody {
        capture: capture(
            serde_json::json!({"composition": {"VEN": {"AA+M": 3}}, "note": "y".repeat(400)}),
        ),
        ..DraftBody::default()
    };
    device
        .save_draft(draft.draft_id, &body)
        .expect("the reserve is given back for a draft");
    assert_eq!(
        device.drafts().unwrap()[0].people(),
        3,
        "what was tapped is kept"
    );
    device
        .discard_draft(draft.draft_id)
        .expect("and deleting works");
    assert_eq!(
        device.status().unwrap().saves,
        saved,
        "every confirmed save is there"
    );
    let person = device.me().unwrap();
    let unlock = || Vault::unlock(&disk.path().join("vault"), person, PIN, phone.environment());
    device.lock();
    for round in 1..=3 {
        // Whatever space an unlock gives back, the next records take it.
        let device = unlock().unwrap_or_else(|error| {
            panic!("round {round}: who knows the PIN must get in on a full disk: {error}")
        });
        let saved = device.status().unwrap().saves;
        assert_eq!(
            device.rows(&RowFilter::default()).unwrap().total,
            saved,
            "every confirmed save can be read"
        );
        fill(&device);
        device.lock();
    }
    std::fs::remove_file(disk.path().join("other")).unwrap();
    let device = unlock().unwrap();
    device
        .record(&six(), None)
        .expect("with space again it goes on");
}
