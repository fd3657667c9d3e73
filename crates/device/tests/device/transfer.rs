//! Files for the post, verify and rebuild.

use bitacora_core::sync::DeviceLog as _;
use bitacora_device::RowFilter;

use crate::phone::Phone;
use crate::record::six;

#[test]
fn rebuild_gives_the_same_and_verify_finds_nothing() {
    let (phone, device) = Phone::start("Cabo 17");
    for _ in 0..20 {
        device.record(&six(), None).unwrap();
    }
    device
        .patrol_leave(&bitacora_device::Leaving::default())
        .unwrap();
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(3);
    device.undo(id).unwrap();
    let before = device.rows(&RowFilter::default()).unwrap();
    let report = device.verify().unwrap();
    assert_eq!(
        (report.documents, report.problems.clone()),
        (22, Vec::new()),
        "all is well"
    );
    let rebuilt = device.rebuild().unwrap();
    assert_eq!(
        (rebuilt.documents, rebuilt.different, rebuilt.orphans),
        (22, 0, 0),
        "derived again and the same"
    );
    assert_eq!(
        device.rows(&RowFilter::default()).unwrap(),
        before,
        "the list too"
    );
}

#[test]
fn what_is_not_received_leaves_in_a_file_that_only_the_posts_server_opens() {
    let folder = tempfile::tempdir().unwrap();
    let (_phone, device) = Phone::start("Cabo 17");
    for _ in 0..3 {
        device.record(&six(), None).unwrap();
    }
    let early = device.export_records(folder.path()).unwrap_err();
    assert_eq!(
        early.code(),
        bitacora_device::ErrorCode::NotEnrolled,
        "there is no key to seal it for: {early}"
    );
    let post = crate::post::Post::new();
    post.enrol(&device, bitacora_core::enrol::Role::PatrolMember);
    let report = device.export_records(folder.path()).unwrap();
    assert_eq!((report.records, report.left), (3, 0), "all of it");
    let bytes = std::fs::read(&report.path).unwrap();
    let opened = bitacora_core::sealed_file::open(&bytes, post.key()).unwrap();
    assert_eq!(opened.device, device.id().unwrap(), "it says whose it is");
    let mut decoder =
        bitacora_core::wire::Decoder::new(bitacora_core::wire::Direction::Up).unwrap();
    decoder.feed(&opened.sections[0]).unwrap();
    let mut leaves = 0;
    while let Some(message) = decoder.next().unwrap() {
        if let bitacora_core::wire::Message::Push(push) = message {
            leaves += push.leaves.len();
        }
    }
    assert_eq!(
        leaves, 3,
        "the three changes, as they would go over the link"
    );
    assert_eq!(
        device.status().unwrap().records.unreceived,
        3,
        "a file is no receipt"
    );
    let name = report
        .path
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    assert!(
        name.starts_with("registros-PA-BCH-") && !name.contains("Cabo"),
        "the name tells nothing: {name}"
    );
    let received = (1..=3)
        .map(|seq| bitacora_core::receipt::Verdict::Stored { seq })
        .collect();
    post.receipt(&device, 1, 1, received);
    assert_eq!(
        device.export_records(folder.path()).unwrap().records,
        0,
        "what is received need not be carried"
    );
}

#[test]
fn a_copied_phone_says_so_and_its_file_says_what_is_not_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_phone, device) = Phone::start("Cabo 17");
    let post = crate::post::Post::new();
    post.enrol(&device, bitacora_core::enrol::Role::PatrolMember);
    device.record(&six(), None).unwrap();
    let report = device.export_records(folder.path()).unwrap();
    assert_eq!(
        (report.records, report.left_out.total()),
        (1, 0),
        "it is sealed into the file"
    );
    assert!(
        !device.status().unwrap().is_copied,
        "one phone is one phone"
    );

    let evidence = bitacora_core::sync::CopyEvidence::AnotherEnvelope { counter: 2 };
    device.sync_log().identity_is_copied(evidence).unwrap();
    for _ in 0..2 {
        device.record(&six(), None).unwrap();
    }
    assert!(device.status().unwrap().is_copied, "it has to join again");
    let path = folder.path().join("second.bitacora");
    let report = device.export_records(&path).unwrap();
    assert_eq!(
        (report.records, report.left_out.unsealed),
        (1, 2),
        "what nothing seals is not in the file: {report:?}"
    );
}

#[tokio::test]
async fn a_copied_phone_that_could_not_join_still_says_so_and_is_who_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (phone, device) = Phone::start("Cabo 17");
    let post = crate::post::Post::new();
    post.enrol(&device, bitacora_core::enrol::Role::PatrolMember);
    let id = device.id().unwrap();
    let evidence = bitacora_core::sync::CopyEvidence::AnotherEnvelope { counter: 2 };
    device.sync_log().identity_is_copied(evidence).unwrap();
    device.record(&six(), None).unwrap();

    // No link: nothing was asked, nothing has changed.
    let nobody = "https://127.0.0.1:1".parse().unwrap();
    let code = "ABCDEFGH".parse().unwrap();
    device.enrol(&nobody, &code, None).await.unwrap_err();
    assert!(device.status().unwrap().is_copied, "it has to join again");
    assert_eq!(device.id().unwrap(), id, "nobody knows it as another");
    let report = device.export_records(folder.path()).unwrap();
    assert_eq!(
        (report.records, report.left_out.unsealed),
        (0, 1),
        "the file says what it lacks: {report:?}"
    );
    let bytes = std::fs::read(&report.path).unwrap();
    let opened = bitacora_core::sealed_file::open(&bytes, post.key()).unwrap();
    assert_eq!(opened.device, id, "a device that the post knows");
    device.lock();
    let device = phone.unlock();
    assert!(device.status().unwrap().is_copied, "after a lock as well");
}
