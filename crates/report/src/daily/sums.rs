//! Sums by code.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use bitacora_core::capture::Code;

/// Sums by code. Codes are few and records many: a code is looked for by its first bytes as one number, which costs
/// less than comparing texts in a tree, and is copied when it is first met only.
#[derive(Debug, Clone)]
pub(super) struct Sums<T>(Vec<(u64, Code, T)>);

impl<T> Default for Sums<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: AddAssign + Default> Sums<T> {
    /// Adds to the sum of a code.
    pub(super) fn add(&mut self, code: &str, amount: T) {
        let number = number(code);
        let found = self
            .0
            .iter_mut()
            .find(|(known, text, _)| *known == number && (text.len() < 8 || text == code));
        if let Some((_, _, sum)) = found {
            *sum += amount;
            return;
        }
        let mut sum = T::default();
        sum += amount;
        self.0.push((number, code.to_owned(), sum));
    }

    /// Returns the sums in code order.
    pub(super) fn by_code(self) -> BTreeMap<Code, T> {
        self.0
            .into_iter()
            .map(|(_, code, sum)| (code, sum))
            .collect()
    }
}

/// The first eight bytes as a number; texts that are shorter differ in it.
fn number(code: &str) -> u64 {
    code.bytes()
        .take(8)
        .fold(1, |number, byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::Sums;

    #[test]
    fn each_code_has_its_own_sum_however_long_it_is() {
        let codes = [
            "",
            "A",
            "AA",
            "VEN",
            "HTI",
            "total_only",
            "total_onlx",
            "total_on",
            "áéíóú",
        ];
        let mut sums = Sums::default();
        for round in 1..=3_u64 {
            for (place, code) in (0_u64..).zip(codes) {
                sums.add(code, round + 10 * place);
            }
        }
        let sums = sums.by_code();
        assert_eq!(sums.len(), codes.len(), "none is taken for another");
        for (place, code) in (0_u64..).zip(codes) {
            assert_eq!(sums.get(code), Some(&(6 + 30 * place)), "{code}");
        }
    }
}
