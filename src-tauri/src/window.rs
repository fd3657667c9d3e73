//! The one window: its size, its colours before the first paint, its name.

use tauri::webview::Color;
use tauri::{App, Url, WebviewUrl, WebviewWindowBuilder};

use crate::view::settings::{Language, Settings, Theme};

/// The interface's texts, for the app's name.
const TEXTS_ES: &str = include_str!("../../ui/src/lib/text/es.json");
const TEXTS_EN: &str = include_str!("../../ui/src/lib/text/en.json");

/// Opens the window with the settings known to the page before its first script runs.
pub(crate) fn open(app: &App, settings: Settings) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .initialization_script(first_script(settings)?)
        .on_navigation(is_of_the_app)
        .background_color(ground(settings.theme));
    #[cfg(desktop)]
    let (width, height) = first_size(app)?;
    #[cfg(desktop)]
    let builder = builder
        .title(name(settings.language))
        .inner_size(width, height)
        .center()
        .min_inner_size(320.0, 480.0)
        .resizable(true);
    builder.build()?;
    Ok(())
}

/// Returns whether a page is the app's own. The window goes nowhere else, whatever a link, a script or a dropped file
/// says: the page in it may ask the device.
fn is_of_the_app(page: &Url) -> bool {
    matches!(
        (page.scheme(), page.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

/// A laptop is the post's: its window has room for the table from the start, as far as the screen has.
#[cfg(desktop)]
fn first_size(app: &App) -> tauri::Result<(f64, f64)> {
    const WIDE: (f64, f64) = (1280.0, 800.0);
    let Some(screen) = app.primary_monitor()? else {
        return Ok(WIDE);
    };
    let room = screen
        .work_area()
        .size
        .to_logical::<f64>(screen.scale_factor());
    Ok((room.width.min(WIDE.0), room.height.min(WIDE.1)))
}

/// Returns the script that hands the settings over and sets the theme before anything is painted.
fn first_script(settings: Settings) -> tauri::Result<String> {
    let value = serde_json::to_value(settings)?;
    let theme = value.get("theme").cloned().unwrap_or_default();
    Ok(format!(
        "window.__BITACORA_SETTINGS__ = {value};\n\
         document.documentElement?.setAttribute(\"data-theme\", {theme});"
    ))
}

/// Returns the colour of the window while the page is not there yet: no flash of white at night.
fn ground(theme: Theme) -> Color {
    match theme {
        Theme::Standard => Color(0xf4, 0xf1, 0xe8, 0xff),
        Theme::Sun => Color(0xff, 0xff, 0xff, 0xff),
        Theme::Night => Color(0x00, 0x00, 0x00, 0xff),
    }
}

/// Returns the name that people see: one message of the interface.
fn name(language: Language) -> String {
    let texts = match language {
        Language::Es => TEXTS_ES,
        Language::En => TEXTS_EN,
    };
    let texts: serde_json::Value = serde_json::from_str(texts).unwrap_or_default();
    texts
        .get("app.name")
        .and_then(|name| name.as_str())
        .unwrap_or("Bitácora")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{first_script, is_of_the_app, name};
    use crate::view::settings::{Language, Settings, Theme};

    #[test]
    fn the_page_knows_its_theme_before_it_is_painted() {
        let settings = Settings {
            theme: Theme::Night,
            ..Settings::default()
        };
        let script = first_script(settings).unwrap();
        assert!(
            script.contains(r#"setAttribute("data-theme", "night")"#),
            "got: {script}"
        );
        assert!(
            script.contains(r#""rain_mode":false"#),
            "all settings are handed over: {script}"
        );
    }

    #[test]
    fn the_window_shows_nothing_but_the_app() {
        for (page, ours) in [
            ("tauri://localhost/", true),
            ("https://tauri.localhost/index.html", true),
            ("https://tauri.localhost.example.org/", false),
            ("https://example.org/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
            ("tauri://elsewhere/", false),
        ] {
            assert_eq!(is_of_the_app(&page.parse().unwrap()), ours, "{page}");
        }
    }

    #[test]
    fn the_name_is_the_interfaces_own_message() {
        for language in [Language::Es, Language::En] {
            assert_eq!(
                name(language),
                "Bitácora",
                "people see one name in every language"
            );
        }
    }
}
