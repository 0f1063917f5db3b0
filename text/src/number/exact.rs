//! Exact decimal values in one spelling.

/// Exponents from which a number is spelled out; outside, `2.4e-15` is easier to read than its zeros.
const SPELLED_OUT: std::ops::Range<i64> = -6..15;

/// The canonical spelling of `digits × 10^exponent` (ASCII digits, leading and trailing zeros welcome).
pub(super) fn canonical(negative: bool, digits: &str, exponent: i64) -> String {
    let significant = digits.trim_start_matches('0');
    let trimmed = significant.trim_end_matches('0');
    if trimmed.is_empty() {
        return "0".to_owned();
    }
    let dropped = i64::try_from(significant.len() - trimmed.len()).unwrap_or(0);
    let exponent = exponent.saturating_add(dropped);
    let length = i64::try_from(trimmed.len()).unwrap_or(i64::MAX);
    // The power of ten of the first digit.
    let leading = exponent.saturating_add(length - 1);
    let sign = if negative { "-" } else { "" };
    if !SPELLED_OUT.contains(&leading) {
        let (first, others) = trimmed.split_at_checked(1).unwrap_or((trimmed, ""));
        let point = if others.is_empty() { "" } else { "." };
        return format!("{sign}{first}{point}{others}e{leading}");
    }
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if exponent >= 0 {
        format!("{sign}{trimmed}{}", zeros(exponent))
    } else if leading < 0 {
        format!("{sign}0.{}{trimmed}", zeros(-leading - 1))
    } else {
        let whole = usize::try_from(leading + 1).unwrap_or(trimmed.len());
        let (whole, fraction) = trimmed.split_at_checked(whole).unwrap_or((trimmed, ""));
        format!("{sign}{whole}.{fraction}")
    }
}

/// A canonical spelling times `10^by`.
pub(super) fn shifted(spelling: &str, by: i64) -> String {
    let (negative, unsigned) = spelling.strip_prefix('-').map_or((false, spelling), |rest| (true, rest));
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction_digits = i64::try_from(fraction.len()).unwrap_or(0);
    match exponent.parse::<i64>() {
        Ok(exponent) if mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            canonical(negative, &format!("{whole}{fraction}"), exponent.saturating_sub(fraction_digits).saturating_add(by))
        }
        // A power with a broken exponent (`10^15.5`) has no other spelling.
        _ => format!("{spelling}e{by}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (digits, exponent, expected) in [
            ("0", 5, "0"),
            ("1", 3, "1000"),
            ("24", -16, "2.4e-15"),
            ("0030", -2, "0.3"),
            ("12345", -2, "123.45"),
            ("1", -6, "0.000001"),
            ("1", -7, "1e-7"),
            ("1", 14, "100000000000000"),
            ("1", 15, "1e15"),
        ] {
            assert_eq!(canonical(false, digits, exponent), expected);
        }
        assert_eq!(canonical(true, "5", 0), "-5");
    }

    #[test]
    fn shifts() {
        for (spelling, by, expected) in
            [("5", -2, "0.05"), ("-12.5", -2, "-0.125"), ("2.4e-15", 2, "2.4e-13"), ("0", -2, "0"), ("10^1.5", -2, "10^1.5e-2")]
        {
            assert_eq!(shifted(spelling, by), expected);
        }
    }
}
