//! The result table of a sweep, streamed from its chunks: CSV or Parquet.

use super::chunks::{Rows, designs_of};
use crate::output::number;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::Arc;

/// A value of a varied key.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// A text.
    Text(String),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Numbers.
    Number,
    /// True or false, kept as 1 and 0 in the chunks.
    Flag,
    /// Texts.
    Text,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// Header: a key path, or `<park or all>.<group>.<key>`.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What the table is made of beside the chunks.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// Varied and derived keys.
    pub settings: &'a [Column],
    /// Metrics.
    pub metrics: &'a [Column],
    /// Designs of the study.
    pub designs: u64,
}

/// Format of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text.
    Csv,
    /// Columns.
    Parquet,
}

impl Format {
    /// Name of the result file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Csv => "results.csv",
            Self::Parquet => "results.parquet",
        }
    }
}

/// Writes the rows of all chunks; `read` gives a chunk's rows.
///
/// # Errors
/// If a chunk cannot be read or the writer fails.
pub fn write<W: Write + Send>(
    out: W,
    format: Format,
    layout: &Layout<'_>,
    read: impl Fn(u64, usize) -> io::Result<Rows>,
    chunks: std::ops::Range<u64>,
) -> io::Result<()> {
    match format {
        Format::Csv => write_csv(out, layout, read, chunks),
        Format::Parquet => write_parquet(out, layout, read, chunks),
    }
}

fn write_csv<W: Write>(
    mut out: W,
    layout: &Layout<'_>,
    read: impl Fn(u64, usize) -> io::Result<Rows>,
    chunks: std::ops::Range<u64>,
) -> io::Result<()> {
    let mut text = String::from("design,status");
    for column in layout.settings.iter().chain(layout.metrics) {
        text.push(',');
        push_text(&mut text, &column.name);
    }
    text.push('\n');
    for chunk in chunks {
        let designs = designs_of(chunk, layout.designs);
        let rows = read(chunk, (designs.end - designs.start) as usize)?;
        for (row, design) in designs.enumerate() {
            text.push_str(&design.to_string());
            text.push(',');
            text.push_str(rows.status[row].word());
            for setting in &rows.settings[row] {
                text.push(',');
                match setting {
                    Setting::Number(value) if value.is_nan() => {}
                    Setting::Number(value) => number::push(&mut text, *value),
                    Setting::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
                    Setting::Text(word) => push_text(&mut text, word),
                }
            }
            let values = &rows.values[row * layout.metrics.len()..][..layout.metrics.len()];
            for (column, &value) in layout.metrics.iter().zip(values) {
                text.push(',');
                match column.kind {
                    _ if value.is_nan() => {}
                    Kind::Flag => text.push_str(if value == 0.0 { "false" } else { "true" }),
                    Kind::Number | Kind::Text => number::push(&mut text, value),
                }
            }
            text.push('\n');
            if text.len() > 1 << 16 {
                out.write_all(text.as_bytes())?;
                text.clear();
            }
        }
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// A text as a CSV cell, quoted where it has to be.
fn push_text(text: &mut String, word: &str) {
    if word.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&word.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(word);
    }
}

fn write_parquet<W: Write + Send>(
    out: W,
    layout: &Layout<'_>,
    read: impl Fn(u64, usize) -> io::Result<Rows>,
    chunks: std::ops::Range<u64>,
) -> io::Result<()> {
    let schema = schema(layout).map_err(fail)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(fail)?;
    for chunk in chunks {
        let designs = designs_of(chunk, layout.designs);
        let rows = read(chunk, (designs.end - designs.start) as usize)?;
        let settings = &rows.settings;
        let mut group = writer.next_row_group().map_err(fail)?;
        let mut index = 0;
        while let Some(mut column) = group.next_column().map_err(fail)? {
            match index {
                0 => {
                    let numbers: Vec<i64> = designs.clone().map(|design| design as i64).collect();
                    column.typed::<Int64Type>().write_batch(&numbers, None, None)
                }
                1 => {
                    let words: Vec<ByteArray> =
                        rows.status.iter().map(|status| status.word().into()).collect();
                    column.typed::<ByteArrayType>().write_batch(&words, None, None)
                }
                _ if index - 2 < layout.settings.len() => {
                    let column_settings = settings.iter().map(|design| &design[index - 2]);
                    match layout.settings[index - 2].kind {
                        Kind::Number => {
                            let values: Vec<f64> = column_settings.map(number_of).collect();
                            column.typed::<DoubleType>().write_batch(&values, None, None)
                        }
                        Kind::Flag => {
                            let flags: Vec<bool> =
                                column_settings.map(|s| *s == Setting::Flag(true)).collect();
                            column.typed::<BoolType>().write_batch(&flags, None, None)
                        }
                        Kind::Text => {
                            let words: Vec<ByteArray> =
                                column_settings.map(|s| text_of(s).as_str().into()).collect();
                            column.typed::<ByteArrayType>().write_batch(&words, None, None)
                        }
                    }
                }
                _ => {
                    let at = index - 2 - layout.settings.len();
                    let values = rows.values.iter().skip(at).step_by(layout.metrics.len()).copied();
                    // Null where there is no value: the definition level says so.
                    let levels: Vec<i16> = values.clone().map(|value| i16::from(!value.is_nan())).collect();
                    let values = values.filter(|value| !value.is_nan());
                    if layout.metrics[at].kind == Kind::Flag {
                        let flags: Vec<bool> = values.map(|value| value != 0.0).collect();
                        column.typed::<BoolType>().write_batch(&flags, Some(&levels), None)
                    } else {
                        // -0 is never written.
                        let values: Vec<f64> = values.map(|value| value + 0.0).collect();
                        column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)
                    }
                }
            }
            .map_err(fail)?;
            column.close().map_err(fail)?;
            index += 1;
        }
        group.close().map_err(fail)?;
    }
    writer.close().map_err(fail)?;
    Ok(())
}

fn schema(layout: &Layout<'_>) -> Result<Type, parquet::errors::ParquetError> {
    let field = |name: &str, kind: Physical, repetition, logical| {
        Type::primitive_type_builder(name, kind)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let of = |column: &Column, repetition| {
        let (kind, logical) = match column.kind {
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Flag => (Physical::BOOLEAN, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        field(&column.name, kind, repetition, logical)
    };
    let mut fields = vec![
        field("design", Physical::INT64, Repetition::REQUIRED, None)?,
        field("status", Physical::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String))?,
    ];
    for column in layout.settings {
        fields.push(of(column, Repetition::REQUIRED)?);
    }
    for column in layout.metrics {
        fields.push(of(column, Repetition::OPTIONAL)?);
    }
    Type::group_type_builder("results").with_fields(fields).build()
}

fn fail(error: parquet::errors::ParquetError) -> io::Error {
    io::Error::other(error.to_string())
}

fn number_of(setting: &Setting) -> f64 {
    match setting {
        Setting::Number(value) => value + 0.0,
        Setting::Flag(_) | Setting::Text(_) => f64::NAN,
    }
}

fn text_of(setting: &Setting) -> String {
    match setting {
        Setting::Number(value) => number::cell(Some(*value)),
        Setting::Flag(flag) => flag.to_string(),
        Setting::Text(word) => word.clone(),
    }
}
