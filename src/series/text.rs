//! Bytes of a table file to text and cells: gzip, byte order marks, delimiters, numbers.

use crate::problem::Problem;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Largest text that is read, bytes: a bound on memory, far above a year of 5-minute rows.
pub const MAX_TEXT_BYTES: u64 = 128 << 20;

/// The file's text: gzip unpacked (by content, whatever the name), marks removed; UTF-8, or GBK.
///
/// # Errors
/// A problem with file and line: broken gzip, too large, not text.
pub fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, str>, Problem> {
    text_of(unpack(bytes, file)?, file, false)
}

/// As [`decode`], taking Latin-1 where the text is not UTF-8: weather files name towns so.
///
/// # Errors
/// A problem with file: broken gzip, too large, binary.
pub fn decode_lenient<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, str>, Problem> {
    text_of(unpack(bytes, file)?, file, true)
}

/// Unpacked bytes of a file that may be gzip.
///
/// # Errors
/// A problem with file: broken gzip, too large.
pub fn unpack<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, [u8]>, Problem> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::with_capacity(unpacked_size(bytes).min(16 * bytes.len()));
    match MultiGzDecoder::new(bytes).take(MAX_TEXT_BYTES + 1).read_to_end(&mut unpacked) {
        Ok(_) if unpacked.len() as u64 > MAX_TEXT_BYTES => Err(Problem::error(
            "too-large",
            format!("the file unpacks to more than {} MB", MAX_TEXT_BYTES >> 20),
        )
        .in_file(file)),
        Ok(_) => Ok(Cow::Owned(unpacked)),
        Err(error) => {
            Err(Problem::error("broken-gzip", format!("the gzip data cannot be unpacked: {error}"))
                .in_file(file)
                .hint("the download may be cut short: fetch the file again"))
        }
    }
}

/// Size that a gzip file says its last member unpacks to (RFC 1952: its last four bytes); a guess, so that the
/// text need not be moved while it grows.
fn unpacked_size(bytes: &[u8]) -> usize {
    bytes.last_chunk().map_or(0, |size| u32::from_le_bytes(*size) as usize + 1)
}

fn text_of<'a>(bytes: Cow<'a, [u8]>, file: &str, lenient: bool) -> Result<Cow<'a, str>, Problem> {
    if let Some(utf16) = utf16_of(&bytes) {
        return Ok(Cow::Owned(utf16));
    }
    if bytes.iter().take(4096).any(|byte| *byte == 0) {
        return Err(Problem::error("not-text", "the file is binary, not text")
            .in_file(file)
            .hint("give a text file (CSV, EPW, JSON), gzip of one, or for series a workbook (.xlsx)"));
    }
    let (line, text) = match bytes {
        Cow::Borrowed(slice) => match std::str::from_utf8(slice) {
            Ok(text) => return Ok(Cow::Borrowed(text.trim_start_matches('\u{feff}'))),
            Err(error) => (line_of(slice, error.valid_up_to()), other(slice, lenient)),
        },
        Cow::Owned(vec) => match String::from_utf8(vec) {
            Ok(text) if !text.starts_with('\u{feff}') => return Ok(Cow::Owned(text)),
            Ok(text) => return Ok(Cow::Owned(text.trim_start_matches('\u{feff}').to_owned())),
            Err(error) => {
                let line = line_of(error.as_bytes(), error.utf8_error().valid_up_to());
                (line, other(error.as_bytes(), lenient))
            }
        },
    };
    text.map(Cow::Owned).ok_or_else(|| {
        Problem::error("not-utf8", "the file is neither UTF-8 nor GBK text")
            .in_file(file)
            .at_line(line)
            .hint("save it as UTF-8 (in Excel: \"CSV UTF-8\")")
    })
}

/// Text of the Chinese encodings GBK and GB 18030, as Excel in China writes CSV; only where every
/// character beyond ASCII is Chinese or its punctuation, so that other encodings are refused.
fn gbk(bytes: &[u8]) -> Option<String> {
    let (text, _, broken) = encoding_rs::GB18030.decode(bytes);
    let chinese = |c: char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '°' | '℃' | '×' | '—' | '“' | '”');
    let sound = !broken && double_bytes(bytes) && text.chars().all(|c| c.is_ascii() || chinese(c));
    sound.then(|| text.into_owned())
}

/// Whether bytes beyond ASCII come in pairs, as the common Chinese characters (those of GB 2312) do;
/// a Latin-1 letter stands alone among ASCII.
fn double_bytes(bytes: &[u8]) -> bool {
    bytes.split(u8::is_ascii).all(|run| run.len() % 2 == 0 && run.iter().all(|byte| *byte >= 0xa1))
}

/// Text that is not UTF-8: GBK, or Latin-1 where that is allowed.
fn other(bytes: &[u8], lenient: bool) -> Option<String> {
    gbk(bytes).or_else(|| lenient.then(|| bytes.iter().map(|byte| char::from(*byte)).collect()))
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Text with a UTF-16 mark, as spreadsheets write "Unicode text".
fn utf16_of(bytes: &[u8]) -> Option<String> {
    let (little, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        _ => return None,
    };
    let pair = |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    };
    let units: Vec<u16> = rest.chunks_exact(2).map(pair).collect();
    Some(String::from_utf16_lossy(&units))
}

/// The delimiter of a table by its first lines: the one of `,`, `;` and tab that occurs most
/// in the first line that has any.
pub fn delimiter(text: &str) -> u8 {
    let counts =
        |line: &str| [b',', b';', b'\t'].map(|mark| line.bytes().filter(|byte| *byte == mark).count());
    for line in text.lines().take(20) {
        let [comma, semicolon, tab] = counts(line);
        if tab > 0 && tab >= comma && tab >= semicolon {
            return b'\t';
        }
        if comma + semicolon > 0 {
            return if semicolon > comma { b';' } else { b',' };
        }
    }
    b','
}

/// What a cell of numbers says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// A finite number.
    Number(f64),
    /// Nothing: empty, `-`, `NA`, `NaN`, `null`, `#N/A` and the like.
    Missing,
    /// Anything else.
    Bad,
}

/// Reads a number: `1.5`, `1,5` where commas do not separate cells, `1 234`, `1,234.5`, `12 %`.
pub fn number(cell: &str, comma_decimal: bool) -> Cell {
    let cell = cell.trim();
    if cell.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'+'))
        && let Ok(value) = cell.parse::<f64>()
    {
        return if value.is_finite() { Cell::Number(value + 0.0) } else { Cell::Bad };
    }
    const MISSING: [&str; 14] =
        ["", "-", "--", "---", "n/a", "na", "nan", "null", "none", "#n/a", "n.a.", "?", "无", "缺失"];
    if MISSING.contains(&cell.to_lowercase().as_str()) {
        return Cell::Missing;
    }
    let mut plain: String =
        cell.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    plain = plain.replace('\u{2212}', "-");
    if comma_decimal && plain.contains(',') {
        plain = plain.replace('.', "").replace(',', ".");
    } else if plain.contains(',')
        && plain.split(',').skip(1).all(|part| part.split('.').next().is_some_and(|p| p.len() == 3))
    {
        plain = plain.replace(',', "");
    }
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Cell::Number(value),
        _ => Cell::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number(" 1.5 ", false), Cell::Number(1.5));
        assert_eq!(number("1,5", true), Cell::Number(1.5));
        assert_eq!(number("1.234,5", true), Cell::Number(1234.5));
        assert_eq!(number("1,234.5", false), Cell::Number(1234.5));
        assert_eq!(number("\u{2212}3", false), Cell::Number(-3.0));
        assert_eq!(number("-", false), Cell::Missing);
        assert_eq!(number("NaN", false), Cell::Missing);
        assert_eq!(number("inf", false), Cell::Bad);
        assert_eq!(number("12 kW", false), Cell::Bad);
    }

    #[test]
    fn gzip_marks_and_encodings_are_told_apart() {
        assert_eq!(decode("\u{feff}a,b".as_bytes(), "f").as_deref(), Ok("a,b"));
        assert_eq!(decode(&[0xff, 0xfe, b'a', 0, b';', 0], "f").as_deref(), Ok("a;"));
        assert_eq!(decode(b"time\n\xb8\xba\xba\xc9", "f").as_deref(), Ok("time\n负荷"));
        let latin = decode(b"time\nZ\xfcrich", "f").expect_err("is Latin-1");
        assert_eq!((latin.kind, latin.place.line), ("not-utf8", Some(2)));
        assert_eq!(decode_lenient(b"Z\xfcrich", "f").as_deref(), Ok("Zürich"));
        assert_eq!(decode(&[0x1f, 0x8b, 8, 0, 1], "f").expect_err("is cut").kind, "broken-gzip");
        assert_eq!(decode(&[1, 0, 2], "f").expect_err("is binary").kind, "not-text");
    }
}
