//! Tables of series: CSV and Parquet, one text column first, then numbers.

use super::number;
use std::io::{self, Write};

/// A name as a CSV cell: in quotes where it holds what would end the cell.
pub fn quoted(name: &str) -> std::borrow::Cow<'_, str> {
    if name.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\"")).into()
    } else {
        name.into()
    }
}

/// A column of numbers.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// Its header, with the unit.
    pub name: String,
    /// Its values, one per row.
    pub values: &'a [f64],
}

/// Writes a CSV table: UTF-8, comma, LF, shortest numbers.
///
/// # Errors
/// If the writer fails.
///
/// # Panics
/// If the columns differ in length.
pub fn write_csv(
    out: &mut dyn Write,
    first: &str,
    rows: &[String],
    columns: &[Column<'_>],
) -> io::Result<()> {
    let mut text = String::with_capacity(1 << 16);
    text.push_str(first);
    for column in columns {
        assert_eq!(column.values.len(), rows.len(), "column {}", column.name);
        text.push(',');
        text.push_str(&column.name);
    }
    text.push('\n');
    for (row, stamp) in rows.iter().enumerate() {
        text.push_str(stamp);
        for column in columns {
            text.push(',');
            number::push(&mut text, column.values[row]);
        }
        text.push('\n');
        if text.len() > (1 << 16) - (1 << 10) {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())
}

/// Writes a Parquet table with the same columns, compressed with Snappy.
///
/// # Errors
/// If the writer fails.
pub fn write_parquet<W: Write + Send>(
    out: W,
    first: &str,
    rows: &[String],
    columns: &[Column<'_>],
) -> io::Result<()> {
    use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;
    use std::sync::Arc;

    let fail = |error: parquet::errors::ParquetError| io::Error::other(error.to_string());
    let text = Type::primitive_type_builder(first, Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::String))
        .build()
        .map_err(fail)?;
    let mut fields = vec![Arc::new(text)];
    for column in columns {
        let field = Type::primitive_type_builder(&column.name, Physical::DOUBLE)
            .with_repetition(Repetition::REQUIRED)
            .build()
            .map_err(fail)?;
        fields.push(Arc::new(field));
    }
    let schema = Type::group_type_builder("series").with_fields(fields).build().map_err(fail)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(fail)?;
    let mut group = writer.next_row_group().map_err(fail)?;
    let mut index = 0;
    while let Some(mut column) = group.next_column().map_err(fail)? {
        if index == 0 {
            let values: Vec<ByteArray> = rows.iter().map(|row| row.as_str().into()).collect();
            column.typed::<ByteArrayType>().write_batch(&values, None, None).map_err(fail)?;
        } else {
            column.typed::<DoubleType>().write_batch(columns[index - 1].values, None, None).map_err(fail)?;
        }
        column.close().map_err(fail)?;
        index += 1;
    }
    group.close().map_err(fail)?;
    writer.close().map_err(fail)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_one_header_and_shortest_numbers() {
        let rows = ["a".to_owned(), "b".to_owned()];
        let columns = [
            Column { name: "load_kw".to_owned(), values: &[1.0, 0.1] },
            Column { name: "pv_kw".to_owned(), values: &[-0.0, 2.5] },
        ];
        let mut out = Vec::new();
        write_csv(&mut out, "time", &rows, &columns).expect("writes");
        assert_eq!(String::from_utf8(out).expect("text"), "time,load_kw,pv_kw\na,1,0\nb,0.1,2.5\n");
    }

    #[test]
    fn parquet_reads_back() {
        use parquet::file::reader::{FileReader, SerializedFileReader};
        let rows = ["a".to_owned(), "b".to_owned()];
        let columns = [Column { name: "load_kw".to_owned(), values: &[1.0, 0.1] }];
        let mut out = Vec::new();
        write_parquet(&mut out, "time", &rows, &columns).expect("writes");
        let reader = SerializedFileReader::new(bytes::Bytes::from(out)).expect("reads");
        let read: Vec<String> =
            reader.get_row_iter(None).expect("rows").map(|row| row.expect("row").to_string()).collect();
        assert_eq!(read, ["{time: \"a\", load_kw: 1.0}", "{time: \"b\", load_kw: 0.1}"]);
    }
}
