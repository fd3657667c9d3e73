//! Every word by which something is refused has a sentence in every language, with what to do next.

use std::collections::BTreeSet;

use bitacora_core::receipt::RefusalCode;

use super::sources;

/// Said of what builds on a change that was not accepted; and of words of newer builds.
const BESIDE: [&str; 2] = ["blocked", "other"];

fn texts(language: &str) -> serde_json::Map<String, serde_json::Value> {
    let path = sources::root().join(format!("ui/src/lib/text/{language}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_refusal_that_can_reach_a_person_has_its_sentence() {
    let of_changes = RefusalCode::KNOWN.map(|code| code.as_str().to_owned());
    let of_requests = bitacora_server::refusal_words().into_iter();
    let words: BTreeSet<String> = of_changes
        .into_iter()
        .chain(of_requests.map(str::to_owned))
        .chain(BESIDE.map(str::to_owned))
        .collect();
    for language in ["es", "en"] {
        let texts = texts(language);
        let said: BTreeSet<String> = texts
            .keys()
            .filter_map(|key| key.strip_prefix("refusal."))
            .map(str::to_owned)
            .collect();
        let without: Vec<_> = words.difference(&said).collect();
        assert!(
            without.is_empty(),
            "{language}: no sentence for {without:?}"
        );
        let of_nothing: Vec<_> = said.difference(&words).collect();
        assert!(
            of_nothing.is_empty(),
            "{language}: a sentence that nothing says: {of_nothing:?}"
        );
        for word in &words {
            let sentence = texts[&format!("refusal.{word}")].as_str().unwrap();
            // What happened, and what to do: two sentences, or a colon between them.
            let parts = sentence.matches(['.', ':']).count();
            assert!(
                parts >= 2,
                "{language}, {word}: nothing says what to do next: {sentence}"
            );
        }
    }
}
