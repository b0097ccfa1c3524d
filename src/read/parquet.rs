//! Tables in Apache Parquet format, row by row. Lists and structures inside a cell are split into values.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use bytes::Bytes;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Cell, FieldId, ParquetError, Quoting, ReadError, Row, Sink, headings};

/// Maximum rows that are read, because a few bytes may declare any number.
const MOST_ROWS: u32 = 50_000_000;

/// Upper bound on values; a row with more is not a row of codes.
const MOST_VALUES: usize = 4_096;

/// Reads a file.
pub(crate) fn parquet(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    // The library calculates with numbers from the file; a panic in it is treated as an error.
    match catch_unwind(AssertUnwindSafe(|| rows(bytes, sink))) {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(ParquetError::Rows(MOST_ROWS).into()),
        Ok(Err(error)) => Err(ParquetError::Damaged(error.to_string()).into()),
        Err(_) => Err(ParquetError::Panic.into()),
    }
}

/// Reads the rows, and returns whether all of them were read.
fn rows(bytes: &[u8], sink: &mut dyn Sink) -> ::parquet::errors::Result<bool> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes))?;
    let mut columns: BTreeMap<String, (u32, FieldId)> = BTreeMap::new();
    for (number, row) in (1..).zip(reader.get_row_iter(None)?) {
        if number > MOST_ROWS {
            return Ok(false);
        }
        let mut values = Vec::new();
        for (at, (name, field)) in (0..).zip(row?.into_columns()) {
            take(&name, at, &field, &mut values);
        }
        let cells: Vec<Cell<'_>> = values
            .iter()
            .map(|(path, column, text)| {
                let held = columns.get(path).copied();
                let (column, field) = held.unwrap_or_else(|| {
                    let field = headings::column(path, || (column + 1).to_string(), sink);
                    columns.insert(path.clone(), (*column, field));
                    (*column, field)
                });
                Cell { field, text: text.as_bytes(), at: 0, column, quoting: Quoting::None }
            })
            .collect();
        sink.row(&Row { cells: &cells, span: (0, 0), number, system: None });
    }
    Ok(true)
}

/// Splits a value into single values: the path, the column and the text of each.
fn take(path: &str, column: u32, field: &Field, values: &mut Vec<(String, u32, String)>) {
    if values.len() >= MOST_VALUES {
        return;
    }
    match field {
        Field::Group(row) => {
            for (name, field) in row.get_column_iter() {
                take(&format!("{path}.{name}"), column, field, values);
            }
        }
        Field::ListInternal(list) => {
            list.elements().iter().for_each(|field| take(path, column, field, values));
        }
        Field::MapInternal(map) => {
            for (key, value) in map.entries() {
                take(&format!("{path}.key"), column, key, values);
                take(&format!("{path}.value"), column, value, values);
            }
        }
        field => values.extend(decoded(field).map(|text| (path.to_owned(), column, text))),
    }
}

/// Returns the text of a single value; `None` if it has none.
fn decoded(field: &Field) -> Option<String> {
    /// Milliseconds of a day.
    const DAY: i64 = 86_400_000;
    match field {
        Field::Null => None,
        Field::Str(text) => Some(text.clone()),
        // Older programs do not mark their bytes as text.
        Field::Bytes(bytes) => bytes.as_utf8().ok().map(str::to_owned),
        Field::Date(days) => day(i64::from(*days)),
        Field::TimestampMillis(time) => day(time.div_euclid(DAY)),
        Field::TimestampMicros(time) => day(time.div_euclid(DAY * 1_000)),
        number => Some(number.to_string()),
    }
}

/// Returns a day by its number: ISO 8601.
fn day(number: i64) -> Option<String> {
    const FIRST: Date = Date::constant(1970, 1, 1);
    // Days outside the calendar are left out.
    let days = i32::try_from(number).ok().filter(|days| days.unsigned_abs() < 3_000_000)?;
    FIRST.checked_add(days.days()).ok().map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    use super::super::testing::{Seen, bears_anything};
    use super::*;

    fn file() -> Vec<u8> {
        let schema = "message t { optional binary dx (UTF8); required int32 day (DATE); required int64 n; }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut bytes = Vec::new();
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let codes = [ByteArray::from("E87.2")];
        column.typed::<ByteArrayType>().write_batch(&codes, Some(&[1, 0]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int32Type>().write_batch(&[19_996, -1], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[250, 7], None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        bytes
    }

    #[test]
    fn columns_are_fields_and_days_are_days() {
        let mut seen = Seen::default();
        parquet(&file(), &mut seen).unwrap();
        assert_eq!(
            seen.described,
            [
                "column `dx` 0 E87.2 | column `day` 1 2024-09-30 | column `n` 2 250 [1]",
                "column `day` 1 1969-12-31 | column `n` 2 7 [2]"
            ]
        );
    }

    #[test]
    fn a_damaged_table_does_no_harm() {
        bears_anything(&file(), parquet);
        assert!(parquet(b"PAR1", &mut Seen::default()).is_err());
    }
}
