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
    window.touch("home-new").await.unwrap();
    window.wait_there("count-man").await.unwrap();
    assert_eq!(wrong(&window, "form-who").await, json!([]), "Quiénes");
    window.picture("who").await.unwrap();
    window
        .touch_all(&["nationality-HTI", "count-man", "form-next"])
        .await
        .unwrap();
    window.wait_there("form-save").await.unwrap();
    assert_eq!(wrong(&window, "form-done").await, json!([]), "Qué se hizo");
    window.picture("done").await.unwrap();
}

async fn wrong(window: &Window, form: &str) -> Value {
    window
        .ask(WRONG, vec![json!(KEY_PX), json!(GAP_PX), json!(form)])
        .await
        .unwrap()
}
