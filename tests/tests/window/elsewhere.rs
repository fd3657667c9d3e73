//! The window shows the app and nothing else: the page in it may ask the device.

use std::time::Duration;

use bitacora_tests::window::Window;
use serde_json::json;
use tempfile::TempDir;

#[tokio::test]
async fn the_window_goes_nowhere_else_whatever_a_page_says() {
    let state = TempDir::new().unwrap();
    let window = Window::open(state.path(), "elsewhere").await.unwrap();
    window.wait_there("language-es").await.unwrap();
    for page in [
        "https://localhost:9/",
        "data:text/html,gone",
        "file:///etc/hostname",
    ] {
        let script = "window.location.href = arguments[0]; return true;";
        window.ask(script, vec![json!(page)]).await.unwrap();
        // Nothing tells that nothing will happen.
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(
            window.is_there("language-es").await.unwrap(),
            "{page}: the app is still there"
        );
    }
    window.touch("language-es").await.unwrap();
}
