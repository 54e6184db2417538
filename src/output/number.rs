//! Numbers as text: the shortest form that reads back to the same `f64`.

/// Appends a finite number in its shortest form; `-0` is written `0`, integers without a point.
///
/// # Panics
/// In debug builds, if the number is not finite: no result may be.
pub fn push(text: &mut String, value: f64) {
    debug_assert!(value.is_finite(), "a result is not finite: {value}");
    if value == 0.0 || !value.is_finite() {
        text.push('0');
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format_finite(value);
    text.push_str(shortest.strip_suffix(".0").unwrap_or(shortest));
}

/// A number as text, empty for none.
pub fn cell(value: Option<f64>) -> String {
    let mut text = String::new();
    if let Some(value) = value {
        push(&mut text, value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back_and_zero_has_no_sign() {
        assert_eq!(cell(Some(-0.0)), "0");
        assert_eq!(cell(Some(8760.0)), "8760");
        assert_eq!(cell(Some(0.1 + 0.2)), "0.30000000000000004");
        assert_eq!(cell(None), "");
        for value in [1e-300, 1.5e20, -123.456, f64::MAX, f64::MIN_POSITIVE] {
            assert_eq!(cell(Some(value)).parse::<f64>(), Ok(value));
        }
    }
}
