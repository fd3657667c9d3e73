//! Streams that are no streams: cut, bent, swollen.

use rstest::rstest;

use super::*;

/// A stream of hand-made plain bytes.
pub(super) fn compressed(plain: &[u8]) -> Vec<u8> {
    compressed_in(limit::WINDOW_LOG, plain)
}

fn compressed_in(window_log: u32, plain: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder
        .set_parameter(zstd::stream::raw::CParameter::WindowLog(window_log))
        .unwrap();
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_be_bytes(), body].concat()
}

#[test]
fn a_stream_cut_at_any_byte_gives_whole_messages_and_then_an_error() {
    let up = vec![hello(), push(300), push(20)];
    let bytes = encoded(Direction::Up, &up);
    for length in 0..bytes.len() {
        let mut decoder = Decoder::new(Direction::Up).unwrap();
        decoder.feed(&bytes[..length]).unwrap();
        let mut read = Vec::new();
        while let Some(message) = decoder.next().unwrap() {
            read.push(message);
        }
        assert_eq!(
            read,
            up[..read.len()],
            "a stream cut at {length} gives something else than its beginning"
        );
        assert_eq!(
            decoder.finish(),
            Err(WireError::Truncated),
            "a stream cut at {length} passes for whole"
        );
    }
}

#[test]
fn every_flipped_byte_is_an_error_or_reads_as_messages_but_never_panics() {
    let bytes = encoded(Direction::Up, &[hello(), push(200)]);
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let _ = decoded(Direction::Up, &damaged, 64);
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut bytes = encoded(Direction::Up, &[hello()]);
    bytes.push(0);
    assert_eq!(
        decoded(Direction::Up, &bytes, 1_000),
        Err(WireError::Trailing)
    );
    let two = [
        encoded(Direction::Up, &[hello()]),
        encoded(Direction::Up, &[hello()]),
    ]
    .concat();
    assert_eq!(
        decoded(Direction::Up, &two, 10_000),
        Err(WireError::Trailing),
        "a second stream is read unasked"
    );
}

#[test]
fn bytes_after_a_message_inside_its_length_are_refused() {
    let mut body = cbor::to_vec(hello());
    body.push(0);
    let error = decoded(Direction::Up, &compressed(&framed(&body)), 1_000).unwrap_err();
    assert!(
        matches!(&error, WireError::Malformed { number: 1, reason } if reason.contains("follow")),
        "{error}"
    );
}

#[test]
fn a_length_larger_than_allowed_is_refused_before_the_message_arrives() {
    let announced = compressed(&u32::MAX.to_be_bytes());
    let error = decoded(Direction::Up, &announced, 1_000).unwrap_err();
    let max = limit::UP_MESSAGE_BYTES_MAX;
    assert_eq!(
        error,
        WireError::MessageTooLarge {
            bytes: u32::MAX as usize,
            max
        }
    );
}

#[test]
fn a_bomb_stops_at_the_first_message_that_is_too_large() {
    let bomb = compressed(&vec![0xff; 300_000_000]);
    assert!(bomb.len() < 100_000, "the bomb is small on the wire");
    assert!(matches!(
        decoded(Direction::Up, &bomb, 50_000),
        Err(WireError::MessageTooLarge { .. })
    ));
}

#[test]
fn a_bomb_of_allowed_messages_stops_at_the_total() {
    // Each is a byte string of zeros under the number of an unknown message: passed over, but counted.
    let body = [
        &[0x82, 0x18, 0x63, 0x5a][..],
        &262_144u32.to_be_bytes(),
        &vec![0; 262_144],
    ]
    .concat();
    let plain = framed(&body).repeat(300);
    let error = decoded(Direction::Up, &compressed(&plain), 10_000).unwrap_err();
    assert_eq!(
        error,
        WireError::TotalTooLarge {
            max: limit::UP_TOTAL_BYTES_MAX
        }
    );
}

#[test]
fn more_messages_than_allowed_are_refused() {
    let plain = framed(&[0x82, 0x18, 0x63, 0xf6]).repeat(limit::MESSAGES_MAX as usize + 1);
    let error = decoded(Direction::Up, &compressed(&plain), 10_000).unwrap_err();
    assert_eq!(
        error,
        WireError::TooManyMessages {
            max: limit::MESSAGES_MAX
        }
    );
}

#[test]
fn a_window_larger_than_allowed_is_refused() {
    // Incompressible enough that the encoder really uses the window it announces.
    let bytes = compressed_in(24, &framed(&cbor::to_vec(hello())).repeat(20_000));
    assert!(
        matches!(
            decoded(Direction::Up, &bytes, 1_000),
            Err(WireError::Damaged(_))
        ),
        "a phone would allocate it"
    );
}

#[rstest]
#[case::empty(&[])]
#[case::text(b"POST / HTTP/1.1\r\n\r\n")]
#[case::gzip(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])]
fn what_is_no_stream_is_an_error(#[case] bytes: &[u8]) {
    let error = decoded(Direction::Up, bytes, 100).unwrap_err();
    assert!(
        matches!(error, WireError::Damaged(_) | WireError::Truncated),
        "{error}"
    );
}

#[rstest]
#[case::not_a_pair(&[0x81, 1])]
#[case::hello_of_nothing(&[0x82, 1, 0x80])]
#[case::short_device(&[0x82, 1, 0x84, 1, 1, 0x61, 0x61, 0x43, 1, 2, 3])]
#[case::list_of_two_billion(&[0x82, 6, 0x81, 0x9a, 0x7f, 0xff, 0xff, 0xff])]
fn a_malformed_message_says_which_and_why(#[case] body: &[u8]) {
    let error = decoded(Direction::Up, &compressed(&framed(body)), 100).unwrap_err();
    assert!(
        matches!(&error, WireError::Malformed { number: 1, reason } if !reason.is_empty()),
        "{error}"
    );
}

#[test]
fn feeding_without_reading_ends_at_a_limit() {
    let mut decoder = Decoder::new(Direction::Down).unwrap();
    decoder.feed(&vec![0; limit::FEED_BYTES_MAX]).unwrap();
    assert_eq!(
        decoder.feed(&[0]),
        Err(WireError::FedTooMuch {
            max: limit::FEED_BYTES_MAX
        })
    );
}
