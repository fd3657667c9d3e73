//! A finger on the keys of the interface, by their test names.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::Element;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::page::GLANCE;
use super::{PATIENCE, Window};

/// How long a finger stays on a key to open its number pad; the interface asks for 450 ms, and a busy machine may be late.
const HOLD: Duration = Duration::from_millis(1_500);

/// How long a page's first moment is over in which its last key does not hear; the interface takes 400 ms.
pub(super) const DEAF: Duration = Duration::from_millis(500);

/// What is shown, enabled, and not deaf to a finger that slipped.
const READY: &str = r#"
const [testid] = arguments;
const ready = (element) => element.checkVisibility() && !element.disabled && element.getAttribute("aria-disabled") !== "true";
return [...document.querySelectorAll(`[data-testid="${testid}"]`)].find(ready) ?? null;
"#;

/// The words of the first element of a test name that is shown.
const WORDS: &str = r#"
const [testid] = arguments;
const shown = [...document.querySelectorAll(`[data-testid="${testid}"]`)].find((element) => element.checkVisibility());
return shown ? shown.innerText : null;
"#;

impl Window {
    /// Taps a key by its test name, once it is there, and counts the tap.
    pub async fn touch(&self, testid: &str) -> Result<()> {
        let started = Instant::now();
        while let Err(error) = self.key(testid).await?.click().await {
            // Covered, moving, or replaced by a newer one: a person would try again.
            if started.elapsed() > PATIENCE {
                self.picture("failed").await.ok();
                return Err(error).with_context(|| format!("tapping {testid}"));
            }
            sleep(GLANCE).await;
        }
        self.taps.set(self.taps.get() + 1);
        Ok(())
    }

    /// Taps several keys in turn.
    pub async fn touch_all(&self, testids: &[&str]) -> Result<()> {
        for testid in testids {
            self.touch(testid).await?;
        }
        Ok(())
    }

    /// Taps *Guardar* and waits for the word. The key is deaf for the page's first 400 ms, so a finger
    /// that was too quick taps again; that is one tap of the count.
    pub async fn save(&self) -> Result<()> {
        let started = Instant::now();
        while !self.is_there("saved-title").await? {
            let key = self.ask(READY, vec![json!("form-save")]).await?;
            if let Some(key) = self.element(&key) {
                key.click().await.ok();
            }
            if started.elapsed() > PATIENCE {
                self.picture("failed").await.ok();
                anyhow::bail!("the word never came; shown is: {}", self.shown().await?);
            }
            sleep(GLANCE).await;
        }
        self.taps.set(self.taps.get() + 1);
        Ok(())
    }

    /// Leaves the finger on a key until its number pad opens; counts as one tap.
    pub async fn hold(&self, testid: &str) -> Result<()> {
        let element = self.key(testid).await?;
        let finger = MouseActions::new("finger".to_owned())
            .then(PointerAction::MoveToElement {
                element,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down {
                button: fantoccini::actions::MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Pause { duration: HOLD })
            .then(PointerAction::Up {
                button: fantoccini::actions::MOUSE_BUTTON_LEFT,
            });
        self.client()
            .perform_actions(finger)
            .await
            .with_context(|| format!("holding {testid}"))?;
        self.taps.set(self.taps.get() + 1);
        Ok(())
    }

    /// Types into a field by its test name.
    pub async fn type_at(&self, testid: &str, text: &str) -> Result<()> {
        let started = Instant::now();
        // A page that has just come may replace the field, as under a finger.
        loop {
            let field = self.key(testid).await?;
            let typed = match field.clear().await {
                Ok(()) => field.send_keys(text).await,
                cleared => cleared,
            };
            let Err(error) = typed else {
                return Ok(());
            };
            if started.elapsed() > PATIENCE {
                self.picture("failed").await.ok();
                return Err(error).with_context(|| format!("typing into {testid}"));
            }
            sleep(GLANCE).await;
        }
    }

    /// Chooses a file where the page asks for one.
    pub async fn give_file(&self, testid: &str, file: &Path) -> Result<()> {
        let field = self.key(testid).await?;
        let path = std::fs::canonicalize(file)?;
        field
            .send_keys(&path.display().to_string())
            .await
            .with_context(|| format!("giving {} to {testid}", path.display()))
    }

    /// Chooses an entry of a list by its value.
    pub async fn choose_at(&self, testid: &str, value: &str) -> Result<()> {
        self.key(testid).await?;
        // The list that WebKit opens is the system's own and out of reach of a WebDriver.
        let script = r#"
const [testid, value] = arguments;
const list = document.querySelector(`[data-testid="${testid}"]`);
list.value = value;
list.dispatchEvent(new Event("change", { bubbles: true }));
return list.value === value;
"#;
        let chosen = self.ask(script, vec![json!(testid), json!(value)]).await?;
        ensure!(chosen == json!(true), "{testid} does not offer {value}");
        Ok(())
    }

    /// Presses keys of the keyboard, wherever the focus is.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let focused = self.client().active_element().await?;
        focused
            .send_keys(keys)
            .await
            .with_context(|| format!("pressing {keys}"))
    }

    /// Types digits on the number pad of the page.
    pub async fn digits(&self, digits: &str) -> Result<()> {
        for digit in digits.chars() {
            self.touch(&format!("pad-{digit}")).await?;
        }
        self.touch("pad-done").await
    }

    /// Returns the words of an element, once it is there, in single spaces.
    pub async fn words(&self, testid: &str) -> Result<String> {
        let started = Instant::now();
        loop {
            if let Some(words) = self.words_now(testid).await? {
                return Ok(words);
            }
            if started.elapsed() > PATIENCE {
                self.picture("failed").await.ok();
                anyhow::bail!("{testid} is not there; shown is: {}", self.shown().await?);
            }
            sleep(GLANCE).await;
        }
    }

    /// Waits until an element has exactly these words.
    pub async fn reads(&self, testid: &str, words: &str) -> Result<()> {
        let shown = || async { Ok(self.words_now(testid).await?.as_deref() == Some(words)) };
        self.wait_until(&format!("{testid} reads \"{words}\""), shown)
            .await
    }

    /// Returns the words of an element that is shown. In one question: between two it could be replaced.
    async fn words_now(&self, testid: &str) -> Result<Option<String>> {
        let words = self.ask(WORDS, vec![json!(testid)]).await?;
        let words = words.as_str();
        Ok(words.map(|words| words.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// Returns whether an element is shown now.
    pub async fn is_there(&self, testid: &str) -> Result<bool> {
        Ok(!self.ask(READY, vec![json!(testid)]).await?.is_null())
    }

    /// Waits until an element is shown.
    pub async fn wait_there(&self, testid: &str) -> Result<()> {
        self.key(testid).await.map(drop)
    }

    async fn key(&self, testid: &str) -> Result<Element> {
        let started = Instant::now();
        loop {
            let found = self.ask(READY, vec![json!(testid)]).await?;
            if let Some(element) = self.element(&found) {
                return Ok(element);
            }
            if started.elapsed() > PATIENCE {
                self.picture("failed").await.ok();
                anyhow::bail!("{testid} is not there; shown is: {}", self.shown().await?);
            }
            sleep(GLANCE).await;
        }
    }
}
