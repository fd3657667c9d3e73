//! The post of this device: its words, and the trails that its phones offer.

use bitacora_core::code;

use super::access::Post;
use super::lists::CodeItem;
use super::settings::Vocabulary;

impl From<bitacora_device::Post> for Post {
    fn from(post: bitacora_device::Post) -> Self {
        let details = post.details;
        let vocabulary = details.vocabulary.as_deref().and_then(Vocabulary::read);
        let own: Vec<CodeItem> = details.trails.into_iter().map(own_trail).collect();
        let trails = match vocabulary {
            Some(words) if own.is_empty() => known_trails(words),
            _ => own,
        };
        Self {
            post_id: post.post_id.to_string(),
            name: post.name,
            tz: post.tz,
            vocabulary,
            trails,
        }
    }
}

fn own_trail(trail: bitacora_device::Trail) -> CodeItem {
    CodeItem {
        code: trail.code,
        es: trail.name.clone(),
        en: trail.name,
        attributes: std::collections::BTreeMap::new(),
    }
}

/// Returns the trails of a country that the product knows.
fn known_trails(words: Vocabulary) -> Vec<CodeItem> {
    let country = words.country();
    code::list("trail")
        .iter()
        .filter(|trail| {
            trail
                .attributes
                .get("country")
                .is_some_and(|of| of == country)
        })
        .map(CodeItem::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Post;
    use bitacora_device::{PostDetails, Trail};

    fn trails_of(vocabulary: Option<&str>, own: &[(&str, &str)]) -> Vec<String> {
        let trail = |(code, name): &(&str, &str)| Trail {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
        };
        let post = bitacora_device::Post {
            post_id: "PA-BCH".parse().unwrap(),
            name: "Bajo Chiquito".to_owned(),
            tz: "America/Panama".to_owned(),
            lock_minutes: 10,
            details: PostDetails {
                vocabulary: vocabulary.map(str::to_owned),
                trails: own.iter().map(trail).collect(),
            },
        };
        let trails = Post::from(post).trails;
        trails.into_iter().map(|trail| trail.es).collect()
    }

    #[test]
    fn a_posts_own_trails_take_the_place_of_those_of_the_country() {
        assert_eq!(
            trails_of(Some("pa"), &[("arriba", "Trocha de arriba")]),
            ["Trocha de arriba"],
            "the operator knows the place"
        );
        let known = trails_of(Some("pa"), &[]);
        assert!(
            known.contains(&"Río Tuquesa".to_owned()),
            "without them the known ones of the country: {known:?}"
        );
        assert!(
            trails_of(Some("mx"), &[]).is_empty(),
            "nobody in Mexico is offered a river of the Darién"
        );
    }
}
