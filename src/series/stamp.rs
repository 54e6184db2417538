//! Time stamps as files write them, to minutes since 1970 and an offset where one is given.

use crate::time::{days_in_month, unix_days};

/// Order of the numbers in a date such as `01/02/2018`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Day first, as in most of the world.
    DayMonth,
    /// Month first, as in the United States.
    MonthDay,
}

/// A time stamp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamp {
    /// Minutes from 1970-01-01 00:00 of the stamp's own clock (offset not removed).
    pub minutes: f64,
    /// Offset from UTC, minutes, where the stamp carries one.
    pub utc_offset_minutes: Option<i32>,
    /// Calendar year as written.
    pub year: i32,
}

/// Reads a stamp: ISO 8601 with or without offset, `2025/1/2 0:15`, `20250102:0015`,
/// `02.01.2025 00:15`, `Jan 2, 2025 12:15 AM`, `2025年1月2日 0:15`. `24:00` is the next midnight.
pub fn parse(text: &str, order: DateOrder) -> Option<Stamp> {
    let text = text.trim();
    let mut numbers = Numbers::of(text)?;
    let (year, month, day) = numbers.date(text, order)?;
    if !(1..=12).contains(&month) || day < 1 || day as usize > days_in_month(year, month as usize) {
        return None;
    }
    let clock = numbers.clock()?;
    let day_minutes = (unix_days(year) + days_before(year, month, day)) * 1440;
    Some(Stamp { minutes: day_minutes as f64 + clock, utc_offset_minutes: numbers.offset, year })
}

/// The order of the dates of a column: what any unambiguous date says; day first if none does.
pub fn date_order<'a>(stamps: impl Iterator<Item = &'a str>) -> DateOrder {
    for text in stamps {
        let mut parts = text.trim().split(|c: char| !c.is_ascii_digit());
        let (Some(a), Some(b)) = (parts.next(), parts.next()) else { continue };
        match (a.parse::<u32>(), b.parse::<u32>()) {
            (Ok(a), Ok(_)) if (13..=31).contains(&a) => return DateOrder::DayMonth,
            (Ok(_), Ok(b)) if (13..=31).contains(&b) => return DateOrder::MonthDay,
            _ => {}
        }
    }
    DateOrder::DayMonth
}

fn days_before(year: i32, month: i32, day: i32) -> i64 {
    (1..month as usize).map(|month| days_in_month(year, month) as i64).sum::<i64>() + i64::from(day) - 1
}

/// The numbers of a stamp in order, its month name, its half of the day, its offset.
struct Numbers<'a> {
    values: Vec<(&'a str, i32)>,
    next: usize,
    month_name: Option<i32>,
    afternoon: Option<bool>,
    offset: Option<i32>,
    fraction: f64,
}

impl<'a> Numbers<'a> {
    fn of(text: &'a str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let (body, offset) = split_offset(text)?;
        let mut found =
            Self { values: Vec::new(), next: 0, month_name: None, afternoon: None, offset, fraction: 0.0 };
        let body = match (body.rfind(':'), body.rfind('.')) {
            // Fractions of a second do not move a row.
            (Some(colon), Some(dot)) if dot > colon => &body[..dot],
            _ => body,
        };
        let mut rest = body;
        while let Some(c) = rest.chars().next() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                found.values.push((&rest[..digits], rest[..digits].parse().ok()?));
                rest = &rest[digits..];
                continue;
            }
            let letters: usize = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
            if letters > 0 {
                found.word(&rest[..letters])?;
                rest = &rest[letters..];
                continue;
            }
            if !matches!(c, '-' | '/' | '.' | ':' | ' ' | ',' | '_' | '+') {
                return None;
            }
            rest = &rest[c.len_utf8()..];
        }
        Some(found)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        const MONTHS: [&str; 12] =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let lower = word.to_lowercase();
        match lower.as_str() {
            "t" | "年" | "月" | "日" | "时" | "分" | "秒" | "号" => {}
            "am" | "上午" => self.afternoon = Some(false),
            "pm" | "下午" => self.afternoon = Some(true),
            _ => {
                let month = MONTHS.iter().position(|month| lower.starts_with(month))?;
                self.month_name = Some(month as i32 + 1);
            }
        }
        Some(())
    }

    fn take(&mut self) -> Option<i32> {
        let value = self.values.get(self.next)?.1;
        self.next += 1;
        Some(value)
    }

    fn date(&mut self, text: &str, order: DateOrder) -> Option<(i32, i32, i32)> {
        let (first, value) = *self.values.first()?;
        if first.len() == 8 {
            self.next = 1;
            return Some((value / 10_000, value / 100 % 100, value % 100));
        }
        if let Some(month) = self.month_name {
            let (a, b) = (self.take()?, self.take()?);
            return Some(if a > 31 { (a, month, b) } else { (b, month, a) });
        }
        let (a, b, c) = (self.take()?, self.take()?, self.take()?);
        if first.len() == 4 || text.contains('年') {
            return Some((a, b, c));
        }
        if c < 1900 {
            return None;
        }
        Some(match order {
            DateOrder::DayMonth => (c, b, a),
            DateOrder::MonthDay => (c, a, b),
        })
    }

    /// Minutes since midnight; 1440 at `24:00`.
    fn clock(&mut self) -> Option<f64> {
        let rest: Vec<(&str, i32)> = self.values[self.next..].to_vec();
        let (hour, minute, second) = match rest.as_slice() {
            [] => (0, 0, 0),
            [(text, value)] if text.len() == 4 => (value / 100, value % 100, 0),
            [(_, hour)] => (*hour, 0, 0),
            [(_, hour), (_, minute)] => (*hour, *minute, 0),
            [(_, hour), (_, minute), (_, second)] => (*hour, *minute, *second),
            _ => return None,
        };
        let hour = match self.afternoon {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
            None => hour,
        };
        let legal = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
        let midnight = (hour, minute, second) == (24, 0, 0);
        (legal || midnight).then(|| f64::from(hour * 60 + minute) + f64::from(second) / 60.0 + self.fraction)
    }
}

/// Splits `…+08:00`, `…-0700`, `…Z` off a stamp that has a time of day.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(body) = text.strip_suffix(['Z', 'z']) {
        return Some((body, Some(0)));
    }
    let Some(colon) = text.find(':') else { return Some((text, None)) };
    let Some(at) = text[colon..].rfind(['+', '-']).map(|at| at + colon) else { return Some((text, None)) };
    let (body, offset) = (&text[..at], &text[at + 1..]);
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if offset.len() == 4 => offset.split_at_checked(2)?,
        None => (offset, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (hours <= 14 && minutes < 60)
        .then(|| (body.trim_end(), Some(if text.as_bytes()[at] == b'-' { -total } else { total })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Option<f64> {
        parse(text, DateOrder::DayMonth).map(|stamp| stamp.minutes - unix_days(2025) as f64 * 1440.0)
    }

    #[test]
    fn every_usual_form_of_a_quarter_past_midnight_is_read() {
        for text in [
            "2025-01-02T00:15",
            "2025-01-02 00:15:00",
            "2025/1/2 0:15",
            "20250102:0015",
            "02/01/2025 00:15",
            "2.1.2025 0:15",
            "Jan 2, 2025 12:15 AM",
            "2025年1月2日 0:15",
            "2025-01-02T00:15:00.000",
        ] {
            assert_eq!(minutes(text), Some(1455.0), "{text}");
        }
        assert_eq!(minutes("2025-01-01 24:00"), Some(1440.0));
        assert_eq!(minutes("2025-01-02"), Some(1440.0));
        assert_eq!(
            parse("01/02/2025", DateOrder::MonthDay).map(|s| s.minutes),
            parse("2025-01-02", DateOrder::DayMonth).map(|s| s.minutes)
        );
    }

    #[test]
    fn offsets_are_kept_apart() {
        let offset = |text| parse(text, DateOrder::DayMonth).map(|stamp| stamp.utc_offset_minutes);
        assert_eq!(offset("2016-07-01 00:15:00-07:00"), Some(Some(-420)));
        assert_eq!(offset("2016-07-01T00:15:00+0800"), Some(Some(480)));
        assert_eq!(offset("2016-07-01T00:15Z"), Some(Some(0)));
        assert_eq!(offset("2016-07-01 00:15"), Some(None));
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in
            ["2025-02-29 00:00", "2025-13-01", "2025-01-01 24:15", "2025-01-01 25:00", "noon", "", "12"]
        {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn the_order_of_dates_follows_the_first_clear_one() {
        assert_eq!(date_order(["01/01/2018", "13/01/2018"].into_iter()), DateOrder::DayMonth);
        assert_eq!(date_order(["2/1/2019 0:05", "2/14/2019"].into_iter()), DateOrder::MonthDay);
    }
}
