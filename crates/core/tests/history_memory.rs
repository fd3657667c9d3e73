//! What the history of a record may cost whoever opens it, in memory: by its own, so that nothing runs beside it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT};
use bitacora_core::authoring::Author;
use bitacora_core::capture::Capture;
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, HistoryEntry};
use bitacora_core::id::{ActorId, DeviceId, EncounterId, PersonId};

/// One text that this build does not know, within the limit of one change.
const TEXT_BYTES: usize = 250_000;
/// What a history may hold at its peak: far from what a phone must give up an app for.
const PEAK_KB_MAX: u64 = 64 * 1024;

fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.expect("the system says it").parse().unwrap()
}

fn first() -> Vec<u8> {
    let header = encounter::Header {
        encounter_id: EncounterId::from_bytes([1; 16]),
        short_code: "BCH-0314-7QK-3".to_owned(),
        post_id: "PA-BCH".parse().unwrap(),
        author_id: PersonId::from_bytes([1; 16]),
        device_id: DeviceId::new([1; 16]),
        created_at: "2025-03-14T12:21:44Z".parse().unwrap(),
        tz: "America/Panama".to_owned(),
    };
    let author = Author {
        person: PersonId::from_bytes([1; 16]),
        device: DeviceId::new([1; 16]),
        actor: ActorId::new([7; 16]),
        at: "2025-03-14T12:21:44Z".parse().unwrap(),
        clock: TrustedClock::Unknown,
    };
    let written = encounter::record(&header, &Capture::default(), &author).unwrap();
    written.bytes
}

fn put(automerge: &mut Automerge, key: &str, value: &str) {
    let mut change = automerge.transaction();
    change.put(ROOT, key, value).unwrap();
    change.commit();
}

/// A record that a build of tomorrow, or a hostile one, gave a long text: what is within every limit.
fn with_a_long_text() -> Automerge {
    let mut automerge = Automerge::load(&first()).unwrap();
    put(&mut automerge, "tomorrow", &"x".repeat(TEXT_BYTES));
    automerge
}

fn document(automerge: &Automerge) -> Document {
    let changes = automerge.get_changes(&[]);
    Document::from_changes(changes.iter().map(|change| change.raw_bytes())).unwrap()
}

fn text_bytes(lines: &[HistoryEntry]) -> usize {
    let values = lines
        .iter()
        .flat_map(|line| line.before.iter().chain(&line.after));
    values.map(|value| value.to_json().to_string().len()).sum()
}

fn history_within_the_peak(document: &Document) -> Vec<HistoryEntry> {
    let before = peak_kb();
    let lines = encounter::history(document).unwrap();
    let grown = peak_kb() - before;
    assert!(
        grown < PEAK_KB_MAX,
        "the peak grew by {grown} KB for {} lines with {} bytes of text",
        lines.len(),
        text_bytes(&lines)
    );
    lines
}

#[test]
fn a_long_text_is_held_once_however_many_changes_there_are() {
    let mut one_after_another = with_a_long_text();
    for number in 0..1_400 {
        let value = ["a", "b"][number % 2];
        put(&mut one_after_another, "setting", value);
    }
    let lines = history_within_the_peak(&document(&one_after_another));
    assert_eq!(lines.len(), 1_402, "each change is told");

    // Each takes the place of the long text, and is told against it.
    let seen = with_a_long_text();
    let mut side_by_side = seen.clone();
    for _ in 0..400 {
        let mut other = seen.fork();
        put(&mut other, "tomorrow", "short");
        side_by_side.merge(&mut other).unwrap();
    }
    let lines = history_within_the_peak(&document(&side_by_side));
    assert_eq!(lines.len(), 402, "each change is told");

    // The note is the field that merges by itself: every letter makes another whole text.
    let mut letter_by_letter = with_a_long_text();
    let note = automerge::ReadDoc::get(&letter_by_letter, ROOT, "note")
        .unwrap()
        .map(|(_, note)| note)
        .expect("a record has a note");
    let mut write = |text: &str| {
        let mut change = letter_by_letter.transaction();
        change.splice_text(&note, 0, 0, text).unwrap();
        change.commit();
    };
    write(&"ñ".repeat(10_000));
    (0..1_000).for_each(|_| write("a"));
    let lines = history_within_the_peak(&document(&letter_by_letter));
    assert_eq!(lines.len(), 1_003, "each change is told");
}
