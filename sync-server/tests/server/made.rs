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

/// A change on another one that puts so many maps into each other; `start` is the number of its first operation.
pub fn nested_change(on: ChangeHash, start: u64, actor: [u8; 16], maps: usize) -> Vec<u8> {
    let start = usize::try_from(start).unwrap();
    let many = |value: &[u8]| {
        let mut run = Vec::new();
        signed(&mut run, maps as i64);
        run.extend(value);
        run
    };
    let inner = maps - 1;
    // The first one lies in the document itself, each other one in the one before it.
    let mut actors = vec![0, 1];
    signed(&mut actors, inner as i64);
    actors.push(0);
    let mut objects = vec![0, 1];
    signed(&mut objects, -(inner as i64));
    (start..start + inner).for_each(|operation| leb(&mut objects, operation));
    let mut inserted = Vec::new();
    leb(&mut inserted, maps);
    let columns = [
        (0x01, actors),
        (0x02, objects),
        (0x15, many(&[1, b'd'])),
        (0x34, inserted),
        (0x42, many(&[0])),
        (0x56, many(&[0])),
        (0x70, many(&[0])),
    ];
    let mut body = [&[1], on.as_bytes().as_slice(), &[16], &actor, &[1]].concat();
    leb(&mut body, start);
    body.extend([0, 0, 0, 7]);
    for (number, data) in &columns {
        body.push(*number);
        leb(&mut body, data.len());
    }
    columns.iter().for_each(|(_, data)| body.extend(data));
    framed(&body)
}

/// Appends a signed number as Automerge writes it.
fn signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// Appends a number as Automerge writes it.
fn leb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}
