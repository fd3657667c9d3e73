//! How many taps a group takes, from home to the word *Guardado*. The counts are published in the README.

use crate::steps::{six_people, started};

const SIX: u32 = 12;
const ELEVEN: u32 = 18;
const FORTY: u32 = 14;

#[tokio::test]
async fn six_eleven_and_forty_people_keep_their_budgets() {
    let (_state, window) = started("taps").await.unwrap();
    // The first record of a phone sets what "the last set" offers; it is not counted.
    six_people(&window).await.unwrap();
    window.touch("saved-home").await.unwrap();
    window.taps_taken();

    // 1. Six people of one nationality.
    window
        .touch_all(&["home-new", "nationality-HTI"])
        .await
        .unwrap();
    window
        .touch_all(&["count-man", "count-man", "count-man"])
        .await
        .unwrap();
    window
        .touch_all(&["count-woman", "count-woman", "count-girl"])
        .await
        .unwrap();
    window
        .touch_all(&["form-next", "assistance-last-set", "needs-none"])
        .await
        .unwrap();
    window.save().await.unwrap();
    let six = window.taps_taken();
    println!("six people, one nationality: {six} taps");
    assert!(
        six <= SIX,
        "six people took {six} taps, the budget is {SIX}"
    );

    // 2. Eleven people of two nationalities.
    window.touch("saved-home").await.unwrap();
    window.taps_taken();
    window
        .touch_all(&["home-new", "nationality-HTI"])
        .await
        .unwrap();
    window
        .touch_all(&["count-man", "count-man", "count-woman", "count-woman"])
        .await
        .unwrap();
    window.touch("nationality-VEN").await.unwrap();
    window
        .touch_all(&["count-man", "count-man", "count-man", "count-man"])
        .await
        .unwrap();
    window
        .touch_all(&["count-woman", "count-woman", "count-boy"])
        .await
        .unwrap();
    window.reads("nationality-HTI-people", "4").await.unwrap();
    window
        .touch_all(&["form-next", "assistance-last-set", "needs-none"])
        .await
        .unwrap();
    window.save().await.unwrap();
    window.reads("saved-people", "11 personas").await.unwrap();
    let eleven = window.taps_taken();
    println!("eleven people, two nationalities: {eleven} taps");
    assert!(
        eleven <= ELEVEN,
        "eleven people took {eleven} taps, the budget is {ELEVEN}"
    );

    // 3. Forty people, by the number pad.
    window.touch("saved-home").await.unwrap();
    window.taps_taken();
    window
        .touch_all(&["home-new", "nationality-HTI"])
        .await
        .unwrap();
    window.hold("count-man").await.unwrap();
    window
        .touch_all(&["pad-2", "pad-5", "pad-next", "pad-1", "pad-5", "pad-done"])
        .await
        .unwrap();
    window
        .reads("form-sentence", "40: 25 H, 15 M · HTI")
        .await
        .unwrap();
    window
        .touch_all(&["form-next", "assistance-last-set", "needs-none"])
        .await
        .unwrap();
    window.save().await.unwrap();
    window.reads("saved-people", "40 personas").await.unwrap();
    let taps = window.taps_taken();
    println!("forty people: {taps} taps");
    assert!(
        taps <= FORTY,
        "forty people took {taps} taps, the budget is {FORTY}"
    );

    // 4. The README says what was counted.
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"));
    let said = format!(
        "six people of one nationality {six} taps, eleven of two nationalities {eleven}, forty people {taps}."
    );
    assert!(
        readme.unwrap().contains(&said),
        "the README must say: {said}"
    );
}
