//! What stands on a person's tile. The lock screen shows it before any key is there, so whoever finds the
//! device reads it: enough for the people of one phone to tell each other apart, and no name.

use bitacora_core::id::PersonId;
use uuid::Uuid;

use super::error::VaultError;
use super::folder::Folder;
use super::people::{everyone, slot_of};

/// Letters of a sign at most; a number comes on top.
const LETTERS_MAX: usize = 3;

/// Returns the sign of a name: its initials, and a number as it is. `Cabo Mosquera` is `CM`, `Sgto. 04` is `S 04`.
pub(crate) fn sign_of(name: &str) -> String {
    let (mut letters, mut numbers) = (String::new(), Vec::new());
    for word in name.split(|c: char| !c.is_alphanumeric()) {
        match word.chars().next() {
            Some(first) if first.is_numeric() => numbers.push(word),
            Some(first) if letters.chars().count() < LETTERS_MAX => {
                letters.extend(first.to_uppercase());
            }
            _ => {}
        }
    }
    let parts = [letters.as_str()].into_iter().chain(numbers);
    let sign: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if sign.is_empty() {
        // A name of nothing but signs, such as an emoji, tells as little as any.
        "?".to_owned()
    } else {
        sign.join(" ")
    }
}

/// Returns the sign of a person of this vault; a second person with the same initials gets a number.
pub(crate) fn own_sign(
    folder: &Folder,
    vault_id: Uuid,
    person: PersonId,
    name: &str,
) -> Result<String, VaultError> {
    let sign = sign_of(name);
    let others = everyone(folder)?;
    let taken: Vec<String> = others
        .into_iter()
        .filter(|other| *other != person)
        // A damaged slot has no sign that could be mixed up.
        .filter_map(|other| slot_of(folder, vault_id, other).ok())
        .map(|slot| slot.sign)
        .collect();
    let numbered = (2..).map(|number| format!("{sign} ({number})"));
    let free = std::iter::once(sign.clone())
        .chain(numbered)
        .find(|one| !taken.contains(one));
    Ok(free.unwrap_or(sign))
}

#[cfg(test)]
mod tests {
    use super::sign_of;

    #[test]
    fn a_sign_tells_people_of_one_phone_apart_and_names_nobody() {
        let cases = [
            ("Cabo Mosquera", "CM"),
            ("Sgto. 04", "S 04"),
            ("  josé ángel de la cruz ", "JÁD"),
            ("Comandante", "C"),
            ("17", "17"),
            ("🙂", "?"),
        ];
        for (name, sign) in cases {
            assert_eq!(sign_of(name), sign, "the sign of {name}");
        }
    }
}
