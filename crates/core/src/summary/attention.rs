//! Attentions: person × category. A category's people are the most that any of its codes reached, never their sum.

use std::collections::BTreeMap;

use crate::capture::{Code, Reach};
use crate::code;
use crate::encounter::{Count, Encounter, FieldValue};

/// Returns people per category that is summed up (`RES` to `LOC`); categories without people are left out.
pub(super) fn by_category(encounter: &Encounter) -> BTreeMap<Code, Count> {
    let total = encounter.total_people();
    let mut categories: BTreeMap<Code, Count> = BTreeMap::new();
    for (key, register) in encounter.cells_of("assistance") {
        let category = code::category(key);
        if let Some(category) = category.filter(|category| is_summed(category)) {
            let people = categories.entry(category.to_owned()).or_default();
            *people = people.at_least(register.count(total));
        }
    }
    for (category, register) in encounter.cells_of("beta_override") {
        if is_summed(category) {
            let people = categories.entry(category.to_owned()).or_default();
            *people = register.correction(*people, total);
        }
    }
    categories
        .into_iter()
        .map(|(category, people)| (category, people.at_most(total)))
        .filter(|(_, people)| people.max > 0)
        .collect()
}

/// Returns typed parts and needs that are larger than the total under every choice: code, part, total.
pub(super) fn parts_over_total(encounter: &Encounter) -> Vec<(Code, u32, u32)> {
    let total = encounter.total_people();
    let cells = encounter
        .cells_of("assistance")
        .chain(encounter.cells_of("needs"));
    let over = cells.filter_map(|(code, register)| {
        let typed = register
            .values
            .iter()
            .any(|stated| !matches!(stated.value, FieldValue::Reach(Reach::All)));
        let people = register.count(total);
        (typed && people.min > total.max).then(|| (code.to_owned(), people.min, total.max))
    });
    over.collect()
}

fn is_summed(category: &str) -> bool {
    code::find("beta_category", category)
        .and_then(|item| item.attributes.get("role"))
        .is_some_and(|role| role == "sum")
}
