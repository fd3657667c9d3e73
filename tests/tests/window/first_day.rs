//! A first day without any network: start, record, look it up, correct it.

use crate::steps::{six_people, started};

#[tokio::test]
async fn a_phone_without_a_post_records_lists_and_corrects() {
    let (_state, window) = started("first_day").await.unwrap();
    window.picture("home").await.unwrap();

    // 1. Six people; the word comes after the commit.
    six_people(&window).await.unwrap();
    window
        .reads("saved-title", "Guardado en este teléfono")
        .await
        .unwrap();
    window.reads("saved-people", "6 personas").await.unwrap();
    let code = window.words("saved-code").await.unwrap();
    window.picture("saved").await.unwrap();

    // 2. It is in the list, under its code, and says where it is.
    window.touch("saved-home").await.unwrap();
    window.touch("home-records").await.unwrap();
    window.see("6: 3 H, 2 M, 1 niña").await.unwrap();
    window.wait_there("where-on_phone").await.unwrap();
    window.picture("records").await.unwrap();
    window.touch("row").await.unwrap();
    window.see(&code).await.unwrap();

    // 3. One woman more: the correction is in the record and in its history.
    window.touch("detail-edit").await.unwrap();
    window
        .touch_all(&["nationality-HTI", "count-woman", "form-next"])
        .await
        .unwrap();
    window.save().await.unwrap();
    window.reads("saved-people", "7 personas").await.unwrap();
    window.touch("saved-home").await.unwrap();
    window.touch("home-records").await.unwrap();
    window.touch("row").await.unwrap();
    window.see("2 → 3").await.unwrap();
    window.picture("corrected").await.unwrap();
}
