//! A cursor over bytes that never reads past their end.

use super::Fault;

/// What is left to read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns what is left without reading it.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("cut short")?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        let (first, rest) = self.0.split_first().ok_or("cut short")?;
        self.0 = rest;
        Ok(*first)
    }

    /// Reads a LEB128 number in its shortest form.
    pub(super) fn unsigned(&mut self) -> Result<u64, Fault> {
        let mut value: u64 = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return if byte == 0 && shift > 0 {
                    Err("a number is padded")
                } else {
                    Ok(value)
                };
            }
        }
        Err("a number is too large")
    }

    /// Reads a signed LEB128 number in its shortest form.
    pub(super) fn signed(&mut self) -> Result<i64, Fault> {
        let mut value: i64 = 0;
        let mut former = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 != 0 {
                former = byte;
                continue;
            }
            let padded = shift > 0 && matches!((byte, former & 0x40), (0, 0) | (0x7f, 0x40));
            if padded {
                return Err("a number is padded");
            }
            let negative = byte & 0x40 != 0;
            return Ok(if negative {
                value | (-1 << (shift + 7))
            } else {
                value
            });
        }
        Err("a number is too large")
    }

    /// Reads a number that sizes something, and refuses it above a limit.
    pub(super) fn count(&mut self, max: u64, fault: Fault) -> Result<usize, Fault> {
        let count = self.unsigned()?;
        if count > max {
            return Err(fault);
        }
        usize::try_from(count).map_err(|_| fault)
    }
}
