//! Requests that make no sense: refused with their reason, and what came before them stays.

use bitacora_core::enrol::Role;
use bitacora_core::id::EnvelopeHash;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::wire::{PushLeaf, limit};

use crate::phone::{Phone, heard, request};
use crate::pushing::is_stored;
use crate::world::World;

#[tokio::test]
async fn malformed_truncated_and_oversized_requests_are_refused_with_their_reason() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let good = request(
        phone.hello(),
        vec![phone.seal(&[(document, &written.bytes)])],
    );
    let mut trailing = good.clone();
    trailing.extend(b"more");
    let mut damaged = good.clone();
    damaged[1] ^= 0x40;
    let mut bent = good.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 0x40;
    let bomb = {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 19).unwrap();
        encoder.window_log(limit::WINDOW_LOG).unwrap();
        std::io::Write::write_all(
            &mut encoder,
            &u32::try_from(limit::UP_MESSAGE_BYTES_MAX + 1)
                .unwrap()
                .to_be_bytes(),
        )
        .unwrap();
        std::io::copy(
            &mut std::io::Read::take(std::io::repeat(0), 200 << 20),
            &mut encoder,
        )
        .unwrap();
        encoder.finish().unwrap()
    };
    let mut old = phone.hello();
    (old.version_min, old.version_max) = (200, 201);
    let mut stranger = phone.hello();
    stranger.device = bitacora_core::id::DeviceId::new([8; 16]);
    let cases: Vec<(&str, Vec<u8>, RefusalCode)> = vec![
        ("an empty body", Vec::new(), RefusalCode::Malformed),
        ("noise", vec![7; 300], RefusalCode::Malformed),
        (
            "one byte short",
            good[..good.len() - 1].to_vec(),
            RefusalCode::Malformed,
        ),
        ("trailing bytes", trailing, RefusalCode::Malformed),
        ("a damaged stream", damaged, RefusalCode::Malformed),
        ("a change with a wrong checksum", bent, RefusalCode::Change),
        ("a bomb of 200 MiB", bomb, RefusalCode::TooLarge),
        (
            "another version",
            request(old, Vec::new()),
            RefusalCode::Version,
        ),
        (
            "another device's hello",
            request(stranger, Vec::new()),
            RefusalCode::UnknownDevice,
        ),
    ];
    for (name, body, expected) in cases {
        let heard = heard(&phone.post(&body).await);
        let code = heard.refusal.as_ref().map(|refusal| refusal.code.clone());
        assert_eq!(code, Some(expected), "{name} has its own answer: {heard:?}");
    }
    let typed = phone
        .client
        .request(
            "POST",
            "/v1/exchange",
            "content-type: application/json\r\n",
            &good,
        )
        .await
        .unwrap();
    assert_eq!(typed.status, 415, "another type of content is not read");
    assert!(
        is_stored(heard(&phone.post(&good).await).verdicts(1)),
        "and the good one is taken as ever"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_repeated_frame_is_stored_once_and_an_oversized_one_stops_only_what_follows() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let frame = phone.seal(&[(document, &written.bytes)]);
    let heard_twice = phone
        .exchange(phone.hello(), vec![frame.clone(), frame.clone(), frame])
        .await;
    assert!(heard_twice.done, "a frame that is there is no fault");
    assert!(
        is_stored(heard_twice.verdicts(1)),
        "its receipt says stored: {heard_twice:?}"
    );
    assert_eq!(
        world.server.health().unwrap().rows,
        1,
        "and it is there once"
    );

    let (counter, last) = (phone.counter, phone.last);
    let (second, more) = phone.record(2);
    let good = phone.seal(&[(second, &more.bytes)]);
    let mut crowd = phone.seal(&[(second, &more.bytes)]);
    let leaf = crowd.leaves[0].clone();
    crowd.leaves = vec![leaf; limit::ENVELOPE_LEAVES_MAX + 1];
    let heard = phone.exchange(phone.hello(), vec![good, crowd]).await;
    let refusal = heard.refusal.as_ref().unwrap();
    assert_eq!(
        (&refusal.code, refusal.text.as_str()),
        (
            &RefusalCode::TooLarge,
            "envelope has 65 leaves, expected 1 to 64"
        ),
        "the reason names the field and the limit"
    );
    let heard = phone.exchange(phone.hello(), Vec::new()).await;
    assert!(
        is_stored(heard.verdicts(2)),
        "what stood before it was committed: {heard:?}"
    );

    (phone.counter, phone.last) = (counter + 1, heard_hash(&heard, 2).or(last));
    let mut large = vec![0; limit::CHANGE_BYTES_MAX + 1];
    large[..more.bytes.len()].copy_from_slice(&more.bytes);
    let mut oversized = phone.seal(&[(second, &more.bytes)]);
    if let PushLeaf::Change { bytes, .. } = &mut oversized.leaves[0] {
        *bytes = large;
    }
    let heard = phone.exchange(phone.hello(), vec![oversized]).await;
    let refusal = heard.refusal.as_ref().unwrap();
    assert_eq!(refusal.code, RefusalCode::Change, "{refusal:?}");
    assert!(
        refusal.text.contains("envelope 3, change 0"),
        "the reason names which: {refusal:?}"
    );
    assert!(world.server.verify().unwrap().is_sound(), "all fits");
    world.stop().await;
}

/// The hash of an envelope by its receipt.
fn heard_hash(heard: &crate::phone::Heard, counter: u64) -> Option<EnvelopeHash> {
    let receipt = heard
        .receipts
        .iter()
        .find(|receipt| receipt.finding.counter == counter);
    receipt.map(|receipt| receipt.finding.envelope)
}
