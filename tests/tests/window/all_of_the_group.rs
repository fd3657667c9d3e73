//! Story 5 in two windows, the officer's and the commander's: six people with water for all of them, received; the
//! author corrects to seven: seven on both, with the history.

use bitacora_core::enrol::Role;
use bitacora_tests::world::World;

use crate::steps::{joined, left_along_the_river, men_with_water, started, synced};

#[tokio::test(flavor = "multi_thread")]
async fn six_become_seven_on_both_screens_with_who_and_when() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let (_phone, phone) = started("water").await.unwrap();
    joined(&phone, &world, Role::PatrolMember).await.unwrap();
    let (_laptop, laptop) = started("water_post").await.unwrap();
    joined(&laptop, &world, Role::PostCommander).await.unwrap();
    laptop.sized(1280, 800).await.unwrap();

    // 1. Six people by a river, water for all of the group; the post has them.
    left_along_the_river(&phone).await.unwrap();
    men_with_water(&phone, 6).await.unwrap();
    synced(&phone).await.unwrap();
    phone.wait_there("where-at_post").await.unwrap();
    synced(&laptop).await.unwrap();
    laptop.touch("nav-today").await.unwrap();
    laptop.reads("cell-all-total", "6").await.unwrap();
    laptop.see("6 personas Asistencia social").await.unwrap();

    // 2. The author corrects to seven.
    phone.touch_all(&["row", "detail-edit"]).await.unwrap();
    phone
        .touch_all(&["nationality-HTI", "count-man", "form-next"])
        .await
        .unwrap();
    phone.save().await.unwrap();
    phone.reads("saved-people", "7 personas").await.unwrap();
    phone.touch("saved-home").await.unwrap();
    synced(&phone).await.unwrap();
    synced(&laptop).await.unwrap();

    // 3. Seven people, seven attentions, at the post.
    laptop.touch("nav-today").await.unwrap();
    laptop.reads("cell-all-total", "7").await.unwrap();
    laptop.see("7 personas Asistencia social").await.unwrap();
    laptop.picture("today").await.unwrap();
    laptop.touch("cell-HTI-men").await.unwrap();
    laptop.touch("row").await.unwrap();

    // 4. The record and its history say the same on both.
    phone.touch("row").await.unwrap();
    for (window, place) in [(&phone, "phone"), (&laptop, "post")] {
        window
            .reads("detail-sentence", "7: 7 H · HTI")
            .await
            .unwrap();
        window.see("Agua todo el grupo").await.unwrap();
        window
            .see("Cabo Mosquera cambió Hombres, Haití: 6 → 7.")
            .await
            .unwrap();
        window.picture(place).await.unwrap();
    }
}
