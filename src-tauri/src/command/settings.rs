//! Settings and code lists: what the window needs before anybody is in.

use bitacora_core::{code, nation};
use tauri::State;

use crate::shell::{Answer, Shell};
use crate::view::lists::{CodeItem, Country, Lists, Place};
use crate::view::settings::Settings;

#[tauri::command]
#[specta::specta]
pub(crate) async fn settings_read(shell: State<'_, Shell>) -> Answer<Settings> {
    shell.work(|shell| Ok(shell.settings().read())).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn settings_write(shell: State<'_, Shell>, settings: Settings) -> Answer<()> {
    shell
        .work(move |shell| shell.settings().write(settings))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn lists(shell: State<'_, Shell>) -> Answer<Lists> {
    shell.work(|_| Ok(all_lists())).await
}

/// Returns every list; codes of the protected record (†) are not offered.
fn all_lists() -> Lists {
    Lists {
        assistance: list("assistance"),
        need: list("need"),
        item: list("item"),
        setting: list("setting"),
        direction: list("direction"),
        count_method: list("count_method"),
        age_band: list("age_band"),
        sex: list("sex"),
        role: list("role"),
        void_reason: list("void_reason"),
        flag_reason: list("flag_reason"),
        review_event: list("review_event"),
        re_encounter: list("re_encounter"),
        interpretation: list("interpretation"),
        language: list("language"),
        river_state: list("river_state"),
        trail_state: list("trail_state"),
        location_source: list("location_source"),
        countries: nation::countries().iter().map(country).collect(),
        places: code::places().iter().map(place).collect(),
        trails: list("trail"),
    }
}

fn list(name: &str) -> Vec<CodeItem> {
    let offered = code::list(name).iter().filter(|item| !item.is_protected());
    offered.map(CodeItem::from).collect()
}

fn country(country: &nation::Country) -> Country {
    let said = |word: &String| (!word.is_empty()).then(|| word.clone());
    Country {
        alpha3: country.alpha3.clone(),
        es: country.es.clone(),
        en: country.en.clone(),
        group: country.group.clone(),
        demonym_m: said(&country.demonym_es_m),
        demonym_f: said(&country.demonym_es_f),
    }
}

fn place(place: &code::Place) -> Place {
    Place {
        place_id: place.place_id.clone(),
        name: place.name.clone(),
        kind: place.kind.clone(),
    }
}
