//! The nearest known word to a mistyped one.

/// The known word nearest to `word`, if any is near enough to be worth suggesting.
///
/// A known word that only adds a unit (`tilt` → `tilt_deg`) counts as nearest of all.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase().replace('-', "_");
    let distance = |candidate: &str| -> usize {
        let candidate = candidate.replace('-', "_");
        if candidate.starts_with(&lower) && candidate[lower.len()..].starts_with('_')
            || lower.starts_with(&candidate) && lower[candidate.len()..].starts_with('_')
        {
            return 0;
        }
        strsim::damerau_levenshtein(&lower, &candidate)
    };
    let limit = (word.chars().count() / 3).max(2);
    known
        .map(|candidate| (distance(candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_missing_unit_and_a_swapped_letter_are_recognised() {
        let known = ["tilt_deg", "azimuth_deg", "capacity_kw"];
        assert_eq!(nearest("tilt", known.into_iter()), Some("tilt_deg"));
        assert_eq!(nearest("azimtuh_deg", known.into_iter()), Some("azimuth_deg"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}
