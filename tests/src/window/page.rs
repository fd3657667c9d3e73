//! What a person does and sees in the window.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::{PATIENCE, Window, driver};

/// How often a condition is looked at.
pub(super) const GLANCE: Duration = Duration::from_millis(25);

/// Finds the visible elements that a person would call by a name: their accessible label if they
/// have one, their text otherwise. Returns those whose whole name is the wanted one; if there is
/// none, those that contain it.
const BY_NAME: &str = r#"
const [wanted, selector] = arguments;
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const name = (element) => plain(element.getAttribute("aria-label")) || plain(element.innerText) || plain(element.title);
const shown = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility() && !element.disabled);
const whole = shown.filter((element) => name(element) === wanted);
return (whole.length ? whole : shown.filter((element) => name(element).includes(wanted)))[0] ?? null;
"#;

/// The key under which WebDriver hands elements over.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What can be tapped.
const TAPPABLE: &str = "button, a, summary, label, [role=button], [role=tab], [role=radio], [role=checkbox], [role=row][tabindex]";

impl Window {
    /// Waits until a script answers `true`. Errors name what was waited for and what is shown.
    pub async fn wait_for(&self, what: &str, script: &str) -> Result<()> {
        self.wait_until(what, || async {
            Ok(self.ask(script, vec![]).await? == json!(true))
        })
        .await
    }

    /// Runs a script in the page and returns what it returns.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let answer = timeout(PATIENCE, self.client.execute(script, arguments)).await;
        Ok(answer.context("the page does not answer")??)
    }

    /// Waits until this text is shown somewhere.
    pub async fn see(&self, text: &str) -> Result<()> {
        self.wait_until(&format!("\"{text}\" is shown"), || async {
            Ok(self.shown().await?.contains(text))
        })
        .await
    }

    /// Returns when an element came into the page, the moment it did.
    pub(super) async fn seen(&self, testid: &str) -> Result<SystemTime> {
        let script = r#"
const [testid, done] = arguments;
const look = () => document.querySelector(`[data-testid="${testid}"]`) && (done(Date.now()), true);
if (!look()) new MutationObserver((_, observer) => look() && observer.disconnect()).observe(document.body, { childList: true, subtree: true });
"#;
        let answer = timeout(
            PATIENCE,
            self.client.execute_async(script, vec![json!(testid)]),
        );
        let answer = answer
            .await
            .with_context(|| format!("{testid} never came"))??;
        let millis = answer.as_u64().context("a time in milliseconds")?;
        Ok(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
    }

    /// Waits until this text is shown nowhere.
    pub async fn see_no_more(&self, text: &str) -> Result<()> {
        self.wait_until(&format!("\"{text}\" is gone"), || async {
            Ok(!self.shown().await?.contains(text))
        })
        .await
    }

    /// Returns all text that is shown, in single spaces.
    pub async fn shown(&self) -> Result<String> {
        let script = r#"return document.body.innerText.replace(/\s+/g, " ")"#;
        let text = self.ask(script, vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Taps what a person calls by this name, once it is there, and counts the tap.
    pub async fn tap(&self, name: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            let outcome = match self.named(name, TAPPABLE).await? {
                Some(element) => element.click().await,
                None => Err(CmdError::NotW3C(json!(
                    "nothing of that name can be tapped"
                ))),
            };
            match outcome {
                Ok(()) => break,
                // Covered, moving, or replaced by a newer one: a person would try again.
                Err(_) if started.elapsed() < PATIENCE => sleep(GLANCE).await,
                Err(error) => {
                    let shown = self.shown().await.unwrap_or_default();
                    self.picture("failed").await.ok();
                    return Err(error)
                        .with_context(|| format!("tapping \"{name}\"; shown is: {shown}"));
                }
            }
        }
        self.taps.set(self.taps.get() + 1);
        Ok(())
    }

    /// Types into the field that a person calls by this name.
    pub async fn type_into(&self, name: &str, text: &str) -> Result<()> {
        let field = self.wait_for_named(name).await?;
        field.clear().await?;
        field
            .send_keys(text)
            .await
            .with_context(|| format!("typing into \"{name}\""))
    }

    /// Waits for the input with this accessible label, placeholder or surrounding label.
    async fn wait_for_named(&self, name: &str) -> Result<Element> {
        let script = r#"
const [wanted] = arguments;
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const names = (input) => [input.getAttribute("aria-label"), input.placeholder, ...[...(input.labels ?? [])].map((label) => label.innerText)].map(plain);
return [...document.querySelectorAll("input, textarea, select")].find((input) => input.checkVisibility() && names(input).some((name) => name.includes(wanted))) ?? null;
"#;
        let started = Instant::now();
        loop {
            let found = self.ask(script, vec![json!(name)]).await?;
            if let Some(element) = self.element(&found) {
                return Ok(element);
            }
            if started.elapsed() > PATIENCE {
                let shown = self.shown().await.unwrap_or_default();
                self.picture("failed").await.ok();
                bail!("no field is called \"{name}\"; shown is: {shown}");
            }
            sleep(GLANCE).await;
        }
    }

    async fn named(&self, name: &str, selector: &str) -> Result<Option<Element>> {
        let found = self
            .ask(BY_NAME, vec![json!(name), json!(selector)])
            .await?;
        Ok(self.element(&found))
    }

    /// Returns the element that a script returned, if it returned one.
    pub(super) fn element(&self, found: &Value) -> Option<Element> {
        let id = found.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), id.into()))
    }

    /// Waits until a condition holds. Errors after [`PATIENCE`] with what is shown instead.
    pub async fn wait_until<F, A>(&self, what: &str, mut condition: F) -> Result<()>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<bool>>,
    {
        let started = Instant::now();
        while !condition().await? {
            if started.elapsed() > PATIENCE {
                let shown = self.shown().await.unwrap_or_default();
                self.picture("failed").await.ok();
                bail!("waited {PATIENCE:?} in vain until {what}; shown is: {shown}");
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Keeps a picture of the window for people to look at.
    pub async fn picture(&self, moment: &str) -> Result<()> {
        self.photograph(moment).await.map(drop)
    }

    /// The same, and returns where the picture is, for a person who shows it to another device.
    pub async fn photograph(&self, moment: &str) -> Result<PathBuf> {
        self.painted().await?;
        let png = timeout(PATIENCE, self.client.screenshot()).await;
        let png = png.context("the window does not answer with a picture")??;
        let path = driver::artifact(&format!("{}-{moment}.png", self.name))?;
        std::fs::write(&path, png).with_context(|| format!("writing {}", path.display()))?;
        Ok(path)
    }

    /// Waits until what the page holds now is on the screen: a picture may be of the frame before.
    async fn painted(&self) -> Result<()> {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        let painted = timeout(PATIENCE, self.client.execute_async(script, Vec::new())).await;
        painted.context("the window does not paint")??;
        Ok(())
    }
}
