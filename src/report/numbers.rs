//! Numbers as people read them: few digits, thousands in groups.

/// About four significant digits, thousands separated by commas: `12,346`, `123.5`, `1.235`, `0.01235`.
pub fn readable(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_string();
    }
    let size = value.abs();
    let decimals = if size >= 1000.0 || value.fract() == 0.0 {
        0
    } else if size >= 100.0 {
        1
    } else if size >= 10.0 {
        2
    } else if size >= 1e-3 {
        // Three digits after the first one that is not zero.
        (3.0 - size.log10().floor()) as usize
    } else if size > 1e-9 {
        return format!("{value:.2e}");
    } else {
        return "0".to_string();
    };
    let text = with_decimals(value, decimals);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

/// With a fixed number of decimals, thousands separated by commas; never `-0`.
pub fn with_decimals(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "-".to_string();
    }
    let text = format!("{:.decimals$}", value.abs());
    let negative = value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let mut out = String::from(if negative { "\u{2212}" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A figure with its error, to the decimals of the error's second digit: `101.1 ± 2.0`, `12,341 ± 120`.
pub fn with_error(value: f64, error: f64) -> String {
    // An error in the sixth digit is no more than rounding: all trials agree.
    if !error.is_finite() || error <= 1e-5 * value.abs() {
        return format!("{} ± 0", readable(value));
    }
    let decimals = (1.0 - error.log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{} ± {}", with_decimals(value, decimals), with_decimals(error, decimals))
}

/// With its sign, also where positive.
pub fn signed(value: f64) -> String {
    let text = if value < 0.0 { format!("\u{2212}{}", readable(-value)) } else { readable(value) };
    if value > 0.0 { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_digits_are_few() {
        let cases = [
            (1234567.8, "1,234,568"),
            (999.96, "1,000"),
            (123.456, "123.5"),
            (12.345, "12.35"),
            (1.5, "1.5"),
            (0.012345, "0.01235"),
            (0.0, "0"),
            (100.0, "100"),
            (f64::NAN, "-"),
        ];
        for (value, text) in cases {
            assert_eq!(readable(value), text, "{value}");
        }
        assert_eq!(with_decimals(-0.001, 2), "0.00");
        assert_eq!(with_decimals(-1234.5, 1), "\u{2212}1,234.5");
        assert_eq!(with_error(101.13, 2.0174), "101.1 ± 2.0");
        assert_eq!(with_error(12341.3, 119.6), "12,341 ± 120");
        assert_eq!(with_error(5.0, 0.0), "5 ± 0");
        assert_eq!([signed(12.0), signed(-3.25), signed(0.0)], ["+12", "\u{2212}3.25", "0"]);
    }
}
