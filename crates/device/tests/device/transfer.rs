//! Import, verify and rebuild.

use std::io::Cursor;

use bitacora_device::{Device, ImportReport, LineOutcome, RowFilter};

use crate::phone::Phone;
use crate::record::six;

const GOOD: &str = r#"{"encounter_id":"0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21","occurred_at":"2025-03-14T07:21:40-05:00","composition":{"VEN":{"AA+M":3}},"needs":{},"assistance":{"water":"all"},"position":"no_fix","setting":"river"}"#;

/// What a line became, or the field and the sentence of its error.
type Answer = Result<LineOutcome, (Option<String>, String)>;

fn import(device: &Device, text: &[u8]) -> (ImportReport, Vec<Answer>) {
    let mut lines = Vec::new();
    let report = device.import_lines(Cursor::new(text.to_vec()), |line| {
        lines.push(match &line.outcome {
            Ok(outcome) => Ok(outcome.clone()),
            Err(error) => Err((error.field().map(str::to_owned), error.to_string())),
        });
    });
    (report.unwrap(), lines)
}

#[test]
fn each_line_answers_by_itself_and_the_rest_goes_in() {
    let (_phone, device) = Phone::start("Cabo 17");
    let long = format!("{{\"note\":\"{}\"}}", "x".repeat(100_000));
    let lines = [
        GOOD.as_bytes(),
        b"not json",
        br#"["a list"]"#,
        br#"{"composition":{"VEN":{"AA+M":"three"}}}"#,
        br#"{"colour":"blue"}"#,
        br#"{"needs":{"trafficking_concern":1}}"#,
        long.as_bytes(),
        b"\xff\xfe",
        b"",
        br#"{"composition":{"HTI":{"AA+F":2}}}"#,
    ];
    let (report, answers) = import(&device, &lines.join(b"\n".as_slice()));
    assert_eq!(
        report,
        ImportReport {
            recorded: 2,
            already: 0,
            refused: 7
        },
        "the good ones went in"
    );
    assert_eq!(answers.len(), 9, "an empty line needs no answer");
    let fields: Vec<_> = answers
        .iter()
        .map(|answer| answer.as_ref().err().and_then(|(field, _)| field.clone()))
        .collect();
    let named = |index: usize| fields[index].as_deref();
    assert_eq!(named(1), Some("capture"), "not JSON");
    assert_eq!(
        named(3),
        Some("composition"),
        "the field that is not a number"
    );
    assert_eq!(named(4), Some("colour"), "the field that nobody knows");
    assert!(named(5).unwrap().starts_with("needs"), "the protected code");
    assert_eq!(named(6), Some("line"), "the line that is too long");
    assert_eq!(named(7), Some("line"), "the line that is not text");
}

#[test]
fn the_same_file_twice_makes_no_record_twice() {
    let (_phone, device) = Phone::start("Cabo 17");
    let file = format!("\u{feff}{GOOD}\r\n{GOOD}\n");
    assert_eq!(
        import(&device, file.as_bytes()).0,
        ImportReport {
            recorded: 1,
            already: 1,
            refused: 0
        },
        "once"
    );
    assert_eq!(
        import(&device, file.as_bytes()).0,
        ImportReport {
            recorded: 0,
            already: 2,
            refused: 0
        },
        "and never again"
    );
    let page = device.rows(&RowFilter::default()).unwrap();
    assert_eq!(page.total, 1, "one record");
    let capture = device
        .encounter(page.rows[0].summary.encounter_id)
        .unwrap()
        .capture();
    assert_eq!(
        capture.capture_mode.as_deref(),
        Some("import"),
        "it says how it came"
    );
}

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
