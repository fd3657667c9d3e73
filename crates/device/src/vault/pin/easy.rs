//! Which PINs are guessed first. Ten tries are few, but these are the ones that a finder makes.

/// Straight ways over the keys of a number pad, as people draw them; also read backwards.
const DRAWN: [&str; 6] = [
    "147258369",
    "741852963",
    "159753",
    "159357",
    "123654789",
    "102030405060",
];

/// Years in which a person of the unit, or one of their children, may have been born.
const BIRTH_YEARS: std::ops::RangeInclusive<u32> = 1930..=2029;

/// Returns whether these digits are among the first that somebody would try: one or two digits over
/// and over, a row, a repeat, a mirrored or drawn pattern, a date.
pub(super) fn is_easy(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    has_few_digits(&values)
        || is_row(&values)
        || is_repeat(&values)
        || is_mirrored(&values)
        || is_doubled_row(&values)
        || is_drawn(digits)
        || is_date(&values)
}

/// 000000, 121221
fn has_few_digits(values: &[u32]) -> bool {
    let mut different = values.to_vec();
    different.sort_unstable();
    different.dedup();
    different.len() <= 2
}

/// 123456, 987654, 890123, 135791
fn is_row(values: &[u32]) -> bool {
    let steps = || {
        values
            .iter()
            .zip(values.iter().skip(1))
            .map(|(a, b)| (10 + b - a) % 10)
    };
    steps()
        .next()
        .is_some_and(|first| steps().all(|step| step == first))
}

/// 123123, 4711471147
fn is_repeat(values: &[u32]) -> bool {
    (1..=values.len() / 2).any(|period| {
        values
            .iter()
            .zip(values.iter().skip(period))
            .all(|(a, b)| a == b)
    })
}

/// 123321
fn is_mirrored(values: &[u32]) -> bool {
    values.iter().eq(values.iter().rev())
}

/// 112233, 111222
fn is_doubled_row(values: &[u32]) -> bool {
    let mut runs: Vec<(u32, usize)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((last, length)) if last == value => *length += 1,
            _ => runs.push((*value, 1)),
        }
    }
    let lengths: Vec<usize> = runs.iter().map(|(_, length)| *length).collect();
    let heads: Vec<u32> = runs.iter().map(|(value, _)| *value).collect();
    let is_even = lengths
        .first()
        .is_some_and(|first| *first > 1 && lengths.iter().all(|length| length == first));
    is_even && is_row(&heads)
}

fn is_drawn(digits: &str) -> bool {
    let backwards: String = digits.chars().rev().collect();
    DRAWN
        .iter()
        .any(|way| way.contains(digits) || way.contains(&backwards))
}

/// A birthday as people write it: day, month and year in the orders in use, the year in two or four
/// digits, or a month with its year.
fn is_date(values: &[u32]) -> bool {
    let number = |from: usize, length: usize| {
        let digits = values.iter().skip(from).take(length);
        digits.fold(0, |number, digit| number * 10 + digit)
    };
    let is_day = |at| (1..=31).contains(&number(at, 2));
    let is_month = |at| (1..=12).contains(&number(at, 2));
    let is_year = |at| BIRTH_YEARS.contains(&number(at, 4));
    let is_day_and_month =
        |at| (is_day(at) && is_month(at + 2)) || (is_month(at) && is_day(at + 2));
    match values.len() {
        // Two digits of a year say nothing: every one of them is a year.
        6 => {
            is_day_and_month(0)
                || (is_month(2) && is_day(4))
                || (is_month(0) && is_year(2))
                || (is_year(0) && is_month(4))
        }
        8 => (is_day_and_month(0) && is_year(4)) || (is_year(0) && is_day_and_month(4)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_easy;

    #[test]
    fn what_a_finder_tries_first_is_easy() {
        let easy = [
            "000000",
            "121212",
            "112112",
            "111112",
            "123456",
            "012345",
            "890123",
            "987654",
            "1234567890",
            "246802",
            "123123",
            "47114711",
            "123321",
            "112233",
            "998877",
            "111222",
            "147258",
            "852741",
            "159753",
            "753951",
            "102030",
            "140383",
            "031483",
            "830314",
            "14031983",
            "19830314",
            "031983",
            "198303",
            "010100",
        ];
        for digits in easy {
            assert!(is_easy(digits), "{digits} is tried early");
        }
    }

    #[test]
    fn most_of_all_others_are_taken() {
        for digits in [
            "482913", "734152", "918273", "571930", "380451", "640982", "49271635", "9182736",
        ] {
            assert!(!is_easy(digits), "{digits} is as good as any");
        }
        let tried = 1_000_000 / 7;
        let refused = (0..tried)
            .filter(|number| is_easy(&format!("{:06}", number * 7)))
            .count();
        assert!(
            refused < tried / 8,
            "an officer who picks at random is sent back once in eight times at most, not {refused} times in {tried}"
        );
    }
}
