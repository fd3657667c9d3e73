//! What a device reads: its audiences from its mark on, however long, and nothing for nothing new.

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, LeafHash, change_hash};
use bitacora_core::id::DocumentId;
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::sync::Tail;
use bitacora_core::wire::{Cursor, Push, PushLeaf, ScopeAnswer, Wishes, limit};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::client::{read_answer, send};
use crate::made::text_change;
use crate::phone::{Phone, heard, request};
use crate::world::World;

#[tokio::test]
async fn a_member_starts_72_hours_back_and_may_not_ask_for_more() {
    let world = World::start().await;
    let mut first = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = first.record(1);
    let push = first.seal(&[(document, &written.bytes)]);
    let start = first.exchange(first.hello(), vec![push]).await;
    world.pass_seconds(73 * 3600);
    let (recent, written) = first.record(2);
    let push = first.seal(&[(recent, &written.bytes)]);
    first.exchange(first.hello(), vec![push]).await;

    let late = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let heard = late.exchange(late.hello(), Vec::new()).await;
    assert_eq!(
        heard.rows(),
        1,
        "a member's phone holds three days, not the whole log: {heard:?}"
    );
    let ScopeAnswer::Start(own) = heard.welcome.as_ref().unwrap().scopes[0].clone() else {
        panic!("it starts at its own mark: {heard:?}")
    };
    let mut greedy = late.hello();
    greedy.scopes[0].mark = Some(0);
    greedy.scopes[0].cursor = Some(start.pulls[0].cursor);
    let heard = late.exchange(greedy, Vec::new()).await;
    let answers = &heard.welcome.as_ref().unwrap().scopes;
    let refused = ScopeAnswer::Refused(RefusalCode::MarkTooEarly);
    assert_eq!(
        (answers[0].clone(), heard.rows()),
        (refused.clone(), 0),
        "asking for more is refused"
    );
    let before_all = Cursor {
        seq: 0,
        chain: Tail::empty(late.organisation, &late.scope).chain,
        ..own
    };
    let mut sly = late.hello();
    sly.scopes[0].mark = Some(own.seq);
    sly.scopes[0].cursor = Some(before_all);
    let heard = late.exchange(sly, Vec::new()).await;
    let answers = &heard.welcome.as_ref().unwrap().scopes;
    assert_eq!(
        (answers[0].clone(), heard.rows()),
        (refused, 0),
        "and so is going on from before one's own mark: {heard:?}"
    );

    let commander = Phone::enrolled(&world, 3, Role::PostCommander).await;
    let heard = commander.exchange(commander.hello(), Vec::new()).await;
    assert_eq!(
        heard.rows(),
        2,
        "the commander's device reads from the beginning"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_scope_of_another_post_is_as_if_it_were_not_there() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    phone.scope = "PA-LBL/operational".parse().unwrap();
    let (document, written) = phone.record(1);
    let push = phone.seal(&[(document, &written.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    let verdict = &heard.verdicts(1)[0];
    assert!(
        matches!(
            verdict,
            Verdict::Refused {
                code: RefusalCode::Scope,
                ..
            }
        ),
        "it may not write there: {verdict:?}"
    );
    let answers = &heard.welcome.as_ref().unwrap().scopes;
    assert_eq!(
        answers[0],
        ScopeAnswer::Refused(RefusalCode::Scope),
        "nor read"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_long_answer_is_streamed_and_whole() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let commander = Phone::enrolled(&world, 2, Role::PostCommander).await;
    let records: Vec<_> = (0..100)
        .flat_map(|number| {
            let (document, written) = phone.record(number);
            let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
            // A note that does not compress, so that the answer is long.
            let note: String = (0..7)
                .flat_map(|part| Sha256::digest([number.to_be_bytes(), [part, 0]].concat()))
                .map(|byte| format!("{byte:02x}"))
                .collect();
            [
                (document, written),
                (document, phone.edit(&seen, json!({ "note": note }))),
            ]
        })
        .collect();
    let pushes = records
        .chunks(20)
        .map(|records| {
            let changes: Vec<_> = records
                .iter()
                .map(|(document, written)| (*document, written.bytes.as_slice()))
                .collect();
            phone.seal(&changes)
        })
        .collect();
    let heard_up = phone.exchange(phone.hello(), pushes).await;
    assert!(heard_up.done, "200 changes go up in one request");
    let answer = commander
        .post(&request(commander.hello(), Vec::new()))
        .await;
    assert!(
        answer.head.to_ascii_lowercase().contains("chunked"),
        "an answer of {} bytes is not kept in memory",
        answer.body.len()
    );
    let read = heard(&answer);
    assert_eq!(
        (read.rows(), read.done),
        (200, true),
        "and all of it arrives"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_sync_with_nothing_new_is_one_small_request() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let push = phone.seal(&[(document, &written.bytes)]);
    let first = phone.exchange(phone.hello(), vec![push]).await;
    let mut hello = phone.hello_from(0, first.pulls.last().unwrap().cursor);
    hello.directory_rev = first.welcome.unwrap().directory.unwrap().rev;
    let body = request(hello, Vec::new());
    let mut connection = phone.client.connect().await.unwrap();
    send(&mut connection, "POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    let answer = read_answer(&mut connection).await.unwrap();
    let down = answer.head.len() + answer.body.len();
    let up =
        body.len() + "POST /v1/exchange HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n".len();
    assert!(heard(&answer).done, "it went through");
    assert!(
        up + down <= 400,
        "{up} bytes up and {down} down are over the budget of 400"
    );
    world.stop().await;
}

/// One small change in an envelope whose other leaves are said to be elsewhere: nothing is as large for what it says.
fn thin(phone: &mut Phone, document: DocumentId, number: u32) -> Push {
    let beginning = text_change(None, [7; 16], 1);
    let bytes = match number {
        0 => beginning,
        _ => {
            let mut actor = [7; 16];
            actor[..4].copy_from_slice(&number.to_be_bytes());
            text_change(Some(change_hash(&beginning).unwrap()), actor, 1)
        }
    };
    let mut leaves = vec![PushLeaf::Change {
        document,
        kind: DocumentKind::new(77),
        scope: 0,
        bytes,
    }];
    leaves.resize(
        limit::ENVELOPE_LEAVES_MAX,
        PushLeaf::Bare(LeafHash::new([9; 32])),
    );
    phone.seal_leaves(phone.client.person(), leaves)
}

/// Hands in a few envelopes at a time, and reads nothing.
async fn hand_in(phone: &Phone, pushes: Vec<Push>) {
    for some in pushes.chunks(50) {
        let mut hello = phone.hello();
        hello.wishes = Wishes::NONE;
        hello.receipts_through = phone.counter;
        let heard = phone.exchange(hello, some.to_vec()).await;
        assert!(heard.done, "{:?}", heard.refusal);
    }
}

/// A document may have so many changes that it fills a message by itself when it enters: nothing else may be in it.
#[tokio::test]
async fn a_document_that_fills_a_message_enters_after_the_rows_before_it() {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let large = DocumentId::from_bytes([1; 16]);
    let changes = u32::try_from(limit::DOCUMENT_CHANGES_MAX).unwrap();
    let before = (0..changes - 1).map(|number| thin(&mut rogue, large, number));
    let before: Vec<Push> = before.collect();
    hand_in(&rogue, before).await;

    world.pass_seconds(96 * 3600);
    let late = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    late.exchange(late.hello(), Vec::new()).await;
    let small = (0..500u16).map(|number| {
        let mut id = [2; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        thin(&mut rogue, DocumentId::from_bytes(id), 0)
    });
    let mut after: Vec<Push> = small.collect();
    after.push(thin(&mut rogue, large, changes - 1));
    after.push(thin(&mut rogue, DocumentId::from_bytes([3; 16]), 0));
    hand_in(&rogue, after).await;
    assert_eq!(
        world.server.health().unwrap().aside,
        0,
        "nothing is refused"
    );

    let heard = late.exchange(late.hello(), Vec::new()).await;
    assert!(heard.done, "who enrolled later reads on: {heard:?}");
    let entered = heard
        .pulls
        .iter()
        .map(|pull| pull.rows.len())
        .sum::<usize>();
    assert_eq!(
        (heard.rows(), entered),
        (502, 502 + changes as usize - 1),
        "the document is whole, and what came after it is there"
    );
    world.stop().await;
}
