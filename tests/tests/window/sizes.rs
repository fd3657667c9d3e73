//! The two pages of the fast path in the window at 360 × 640: large keys, gaps between, no scrolling.

use bitacora_tests::window::Window;
use serde_json::{Value, json};

use crate::steps::started;

const KEY_PX: u32 = 76;
const GAP_PX: u32 = 19;

/// Returns what is wrong with the keys of a page: too small, too close, or a page that scrolls.
const WRONG: &str = r#"
const [key, gap, form] = arguments;
const boxes = [...document.querySelectorAll(`[data-testid="${form}"] button`)].filter((button) => button.checkVisibility())
  .map((button) => ({ name: button.dataset.testid ?? button.innerText, box: button.getBoundingClientRect() }));
const wrong = boxes.filter(({ box }) => box.width < key - 0.5 || box.height < key - 0.5).map(({ name, box }) => `${name} is ${box.width} x ${box.height}`);
for (const [index, a] of boxes.entries()) for (const b of boxes.slice(index + 1)) {
  const across = Math.max(a.box.left, b.box.left) - Math.min(a.box.right, b.box.right);
  const down = Math.max(a.box.top, b.box.top) - Math.min(a.box.bottom, b.box.bottom);
  if (Math.max(across, down) < gap - 0.5) wrong.push(`${a.name} and ${b.name} are ${Math.max(across, down)} apart`);
}
const page = document.scrollingElement;
if (page.scrollHeight > innerHeight + 1 || page.scrollWidth > innerWidth + 1) wrong.push(`the page scrolls: ${page.scrollWidth} x ${page.scrollHeight} in ${innerWidth} x ${innerHeight}`);
if (boxes.length < 10) wrong.push(`only ${boxes.length} keys`);
return wrong;
"#;

#[tokio::test]
async fn the_fast_path_fits_a_glove_and_a_small_phone() {
    let (_state, window) = started("sizes").await.unwrap();
    window.sized(360, 640).await.unwrap();

    // 1. As empty as it begins.
    window.touch("home-new").await.unwrap();
    window.wait_there("count-man").await.unwrap();
    fits(&window, "form-who", "who").await;
    window
        .touch_all(&["nationality-HTI", "count-man", "form-next"])
        .await
        .unwrap();
    window.wait_there("form-save").await.unwrap();
    fits(&window, "form-done", "done").await;
    window
        .touch_all(&["assistance-water", "needs-none"])
        .await
        .unwrap();
    window.save().await.unwrap();
    window.touch("saved-home").await.unwrap();

    // 2. As full as a group can be: every counter of three nationalities has three digits.
    window.touch("home-new").await.unwrap();
    for nationality in ["HTI", "VEN"] {
        window
            .touch(&format!("nationality-{nationality}"))
            .await
            .unwrap();
        every_counter_full(&window).await;
    }
    window.touch("nationality-other").await.unwrap();
    window
        .type_at("nationality-search", "marfil")
        .await
        .unwrap();
    window.touch("nationality-pick-CIV").await.unwrap();
    every_counter_full(&window).await;
    fits(&window, "form-who", "who_full").await;
    window
        .touch_all(&["form-next", "assistance-last-set", "needs-none"])
        .await
        .unwrap();
    fits(&window, "form-done", "done_full").await;
    window.save().await.unwrap();
    window.touch("saved-home").await.unwrap();

    // 3. Children alone: one question more.
    window
        .touch_all(&["home-new", "nationality-HTI", "count-boy", "form-next"])
        .await
        .unwrap();
    window.wait_there("alone-yes").await.unwrap();
    fits(&window, "form-done", "done_alone").await;
    window
        .touch_all(&["assistance-last-set", "alone-yes"])
        .await
        .unwrap();
    fits(&window, "form-done", "done_alone_answered").await;
}

/// Puts 123 into each counter of the nationality that is chosen.
async fn every_counter_full(window: &Window) {
    for counter in ["man", "woman", "unknown", "boy", "girl"] {
        window.hold(&format!("count-{counter}")).await.unwrap();
        window.digits("123").await.unwrap();
    }
}

/// Asserts that nothing of a page is too small, too close or out of sight, and takes a picture of it.
async fn fits(window: &Window, form: &str, moment: &str) {
    window.picture(moment).await.unwrap();
    assert_eq!(wrong(window, form).await, json!([]), "{moment}");
}

async fn wrong(window: &Window, form: &str) -> Value {
    window
        .ask(WRONG, vec![json!(KEY_PX), json!(GAP_PX), json!(form)])
        .await
        .unwrap()
}
