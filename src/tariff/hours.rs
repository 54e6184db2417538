//! Ranges of wall-clock hours.

use crate::problem::Problem;

/// Minutes of a day.
pub(super) const DAY_MINUTES: usize = 1440;

/// A range of the day, end-exclusive; it may run over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourRange {
    /// First minute of the day, 0 to 1439.
    pub start_minute: u16,
    /// First minute that is outside, 1 to 1440; below the start where the range runs over midnight.
    pub end_minute: u16,
}

impl HourRange {
    /// The whole day.
    pub const DAY: Self = Self { start_minute: 0, end_minute: DAY_MINUTES as u16 };

    /// Reads `"10:00-12:00"`, `"22:00-06:00"` or `"18:00-24:00"`.
    ///
    /// # Errors
    /// A problem with a hint where the text is no range, or an empty one.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |message: String| Problem::error("bad-hours", message);
        let Some((start, end)) = text.split_once(['-', '–', '—']) else {
            return Err(wrong(format!("\"{text}\" is not a range of hours")).hint("write \"10:00-12:00\""));
        };
        let (Some(start), Some(end)) = (minute(start), minute(end)) else {
            return Err(wrong(format!("\"{text}\" is not a range of hours from 00:00 to 24:00"))
                .hint("write \"10:00-12:00\"; the end is not included, and 24:00 is midnight"));
        };
        let end = if end == 0 { DAY_MINUTES as u16 } else { end };
        if start == end || start as usize == DAY_MINUTES {
            return Err(
                wrong(format!("\"{text}\" holds no time")).hint("write \"00:00-24:00\" for the whole day")
            );
        }
        Ok(Self { start_minute: start, end_minute: end })
    }

    /// Whether a minute of the day lies inside.
    pub const fn contains(&self, minute: usize) -> bool {
        let (start, end) = (self.start_minute as usize, self.end_minute as usize);
        if start < end { start <= minute && minute < end } else { minute >= start || minute < end }
    }
}

/// `HH:MM` as minutes, 0 to 1440.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once([':', '：', '∶'])?;
    let whole = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u16>().ok());
    let (hour, minute) = (whole(hour)??, whole(minute)??);
    let total = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && total as usize <= DAY_MINUTES).then_some(total)
}

/// A minute of the day as `HH:MM`.
pub(super) fn clock(minute: usize) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
