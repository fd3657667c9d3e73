//! The bytes of a change, made by hand.

use bitacora_core::id::ChangeHash;
use sha2::{Digest as _, Sha256};

/// Frames a body as a change chunk with a right checksum.
pub fn framed(body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![1];
    leb(&mut hashed, body.len());
    hashed.extend_from_slice(body);
    let digest = Sha256::digest(&hashed);
    [&[0x85, 0x6f, 0x4a, 0x83], &digest[..4], &hashed].concat()
}

/// A change of nothing that is read here: one actor puts one text of so many bytes, on the document's beginning or as it.
pub fn text_change(beginning: Option<ChangeHash>, actor: [u8; 16], text_bytes: usize) -> Vec<u8> {
    let mut meta = vec![0x7f];
    leb(&mut meta, text_bytes << 4 | 6);
    let columns = [
        (0x15, vec![0x7f, 1, b'a']),
        (0x34, vec![1]),
        (0x42, vec![0x7f, 1]),
        (0x56, meta),
        (0x57, vec![b'x'; text_bytes]),
        (0x70, vec![0x7f, 0]),
    ];
    let mut body = match beginning {
        None => vec![0],
        Some(hash) => [&[1], hash.as_bytes().as_slice()].concat(),
    };
    let first_operation = 1 + body[0];
    body.push(16);
    body.extend(actor);
    body.extend([1, first_operation, 0, 0, 0, 6]);
    for (number, data) in &columns {
        body.push(*number);
        leb(&mut body, data.len());
    }
    columns.iter().for_each(|(_, data)| body.extend(data));
    framed(&body)
}

/// Appends a number as Automerge writes it.
fn leb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}
