//! The bytes of a change, made by hand.

use super::*;

/// Frames a body as a change chunk with a right checksum.
pub(super) fn framed(body: &[u8]) -> Vec<u8> {
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    leb(&mut chunk, body.len() as u64);
    chunk.extend(body);
    repaired(chunk)
}

pub(super) fn leb(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        out.push(if value == 0 { byte } else { byte | 0x80 });
        if value == 0 {
            return;
        }
    }
}

/// What stands in a change's body, to be bent.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) deps: Vec<Vec<u8>>,
    pub(super) actor: Vec<u8>,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) time: Vec<u8>,
    pub(super) message: Vec<u8>,
    pub(super) others: Vec<Vec<u8>>,
    pub(super) columns: Vec<(u64, Vec<u8>)>,
    pub(super) extra: Vec<u8>,
}

impl Default for Body {
    /// One operation: puts 1 at key "a" of the root.
    fn default() -> Self {
        Self {
            deps: Vec::new(),
            actor: vec![9; 16],
            seq: 1,
            start_op: 1,
            time: vec![0],
            message: Vec::new(),
            others: Vec::new(),
            columns: vec![
                (0x15, vec![0x7f, 1, b'a']),
                (0x34, vec![1]),
                (0x42, vec![0x7f, 1]),
                (0x56, vec![0x7f, 0x14]),
                (0x57, vec![1]),
                (0x70, vec![0x7f, 0]),
            ],
            extra: Vec::new(),
        }
    }
}

impl Body {
    pub(super) fn chunk(&self) -> Vec<u8> {
        let mut out = Vec::new();
        leb(&mut out, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| out.extend(dep));
        leb(&mut out, self.actor.len() as u64);
        out.extend(&self.actor);
        leb(&mut out, self.seq);
        leb(&mut out, self.start_op);
        out.extend(&self.time);
        leb(&mut out, self.message.len() as u64);
        out.extend(&self.message);
        leb(&mut out, self.others.len() as u64);
        for other in &self.others {
            leb(&mut out, other.len() as u64);
            out.extend(other);
        }
        leb(&mut out, self.columns.len() as u64);
        for (spec, data) in &self.columns {
            leb(&mut out, *spec);
            leb(&mut out, data.len() as u64);
        }
        self.columns.iter().for_each(|(_, data)| out.extend(data));
        out.extend(&self.extra);
        framed(&out)
    }

    pub(super) fn column(mut self, spec: u64, data: &[u8]) -> Self {
        self.columns.retain(|(known, _)| *known != spec);
        self.columns.push((spec, data.to_vec()));
        self.columns.sort();
        self
    }
}
