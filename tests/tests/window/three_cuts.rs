//! Story 9 in the app's own window: 23 unreceived records and a link that is cut three times. It finishes without a
//! touch, recording stays possible, and the window never calls received what the server does not have.

use std::cell::RefCell;

use bitacora_core::enrol::Role;
use bitacora_tests::proxy::{Link, Proxy};
use bitacora_tests::window::Window;
use bitacora_tests::world::World;

use crate::steps::{joined_over, men_with_water, started, synced};

const RECORDS: u64 = 23;
/// Where the link breaks, in bytes from the phone: some records behind the handshake.
const CUT: u64 = 1_500;

#[tokio::test(flavor = "multi_thread")]
async fn it_finishes_without_a_touch_and_never_calls_received_what_the_server_lacks() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let link = Proxy::before(world.address()).unwrap();
    let (_state, window) = started("cuts").await.unwrap();
    joined_over(&window, &world, link.address(), Role::PatrolMember)
        .await
        .unwrap();
    synced(&window).await.unwrap();

    // 1. No signal: 23 groups, of which the phone says that they are here only.
    link.set(Link {
        down: true,
        ..Link::default()
    });
    men_with_water(&window, 3).await.unwrap();
    for _ in 1..RECORDS {
        window.touch("home-same").await.unwrap();
        window.save().await.unwrap();
        window.touch("saved-home").await.unwrap();
    }
    let words = RECORDS.to_string();
    window.reads("status-unreceived", &words).await.unwrap();
    assert_eq!(world.documents().unwrap(), 0, "and it is right");

    // 2. The officer is in the middle of the next group when the signal is back. It breaks three times.
    window
        .touch_all(&["home-new", "nationality-VEN", "count-man", "count-man"])
        .await
        .unwrap();
    link.script(
        [Link {
            cut_after_up: Some(CUT),
            ..Link::default()
        }; 3],
    );
    link.set(Link::default());
    let seen = until_received(&window, &world).await;
    assert_eq!(link.traffic().cuts, 3, "the link broke three times");
    assert!(
        seen.iter().all(|(received, stored)| received <= stored),
        "never more than the server has: {seen:?}"
    );
    assert_eq!(
        world.documents().unwrap(),
        RECORDS,
        "each is at the post, once"
    );
    window.picture("received").await.unwrap();

    // 3. The form is as it was, and goes on.
    window.reads("form-sentence", "2: 2 H · VEN").await.unwrap();
    window
        .touch_all(&["form-next", "assistance-water", "needs-none"])
        .await
        .unwrap();
    window.save().await.unwrap();
    window.touch("saved-home").await.unwrap();
    synced(&window).await.unwrap();
    assert_eq!(
        world.documents().unwrap(),
        RECORDS + 1,
        "the one recorded meanwhile followed"
    );
}

/// Watches the status bar without touching anything until nothing is unreceived. Returns what the window called
/// received and, a moment later, what the server had.
async fn until_received(window: &Window, world: &World) -> Vec<(u64, u64)> {
    let seen = RefCell::new(Vec::new());
    let look =
        r#"return document.querySelector('[data-testid="status-unreceived"]')?.innerText ?? "0""#;
    for _ in 0..4 {
        // Four times the usual patience: the phone waits between its tries.
        let done = window
            .wait_until("nothing is unreceived", || async {
                let shown = window.ask(look, vec![]).await?;
                let unreceived: u64 = shown.as_str().unwrap_or_default().trim().parse()?;
                let received = RECORDS.saturating_sub(unreceived);
                seen.borrow_mut().push((received, world.documents()?));
                Ok(unreceived == 0)
            })
            .await;
        if done.is_ok() {
            return seen.into_inner();
        }
    }
    panic!("it did not finish by itself: {seen:?}");
}
