//! Tables in Apache Parquet format, column by column. Lists and structures inside a cell are split into values.
//!
//! Source: the Parquet format, `LogicalTypes.md` and `Encodings.md`; nested columns as Dremel writes them. Only the columns that
//! are asked for are read, a few thousand rows at once, from any row group.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::DataType;
use ::parquet::errors::Result as ParquetResult;
use ::parquet::file::reader::{ChunkReader, FileReader, Length, RowGroupReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use bytes::Bytes;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Cell, FieldId, ParquetError, Quoting, ReadError, ReadSeek, Row, Sink, headings};

/// Maximum rows that are read of a file of which nothing is known, because a few bytes may declare any number.
const MOST_ROWS: u64 = 50_000_000;

/// Number of rows that are decoded together.
const BATCH: usize = 4_096;

/// Number of rows that are passed on together.
const TOGETHER: usize = 32;

/// Maximum number of columns. A table with more does not have a column of codes.
const MOST_COLUMNS: usize = 10_000;

/// Days from the first day of the Julian calendar to January 1, 1970.
const JULIAN_DAY_OF_1970: i64 = 2_440_588;

/// The note about points in time.
const UTC: &str = "has times with a time zone; their days are those in UTC";

/// Reads a file that is held in memory.
pub(crate) fn parquet(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    let table = ParquetTable::open(Bytes::copy_from_slice(bytes))?;
    let columns = table.name_columns(sink);
    let rows = table.rows();
    for range in table.ranges(u64::MAX) {
        let wanted = RowRange { rows: range.rows.start..range.rows.end.min(MOST_ROWS), ..range };
        table.read(&wanted, &columns, sink)?;
    }
    if rows > MOST_ROWS { Err(ParquetError::Rows(MOST_ROWS).into()) } else { Ok(()) }
}

/// A table whose metadata was read.
pub(crate) struct ParquetTable {
    reader: Box<dyn FileReader>,
    columns: Vec<Column>,
}

/// A column with values.
struct Column {
    /// Its name; those of its structures before it, separated by dots.
    path: String,
    kind: ValueKind,
}

/// Rows of one row group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowRange {
    group: usize,
    /// The number of its first row in the table, from 0.
    first: u64,
    /// In the table.
    rows: Range<u64>,
}

impl RowRange {
    /// Returns the number of rows before it.
    pub(crate) fn start(&self) -> u64 {
        self.rows.start
    }

    /// Returns the number of rows up to its end.
    pub(crate) fn end(&self) -> u64 {
        self.rows.end
    }
}

/// The meaning of the values of a column, where their bytes do not show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    /// Text, or a number as it is.
    Plain,
    /// Days since 1970.
    Days,
    /// Points in time, in units of which a day has `of_day`.
    Times { of_day: i64, has_zone: bool },
    /// Whole numbers whose last digits come after the point.
    Decimal { digits: usize },
}

impl ValueKind {
    fn of(column: &ColumnDescriptor) -> Self {
        /// Milliseconds of a day.
        const DAY: i64 = 86_400_000;
        let scale = || usize::try_from(column.type_scale()).unwrap_or(0);
        let times = |of_day, has_zone| Self::Times { of_day, has_zone };
        if let Some(logical) = column.logical_type_ref() {
            return match logical {
                LogicalType::Date => Self::Days,
                LogicalType::Timestamp(time) => {
                    let of_day = match time.unit {
                        TimeUnit::MILLIS => DAY,
                        TimeUnit::MICROS => DAY * 1_000,
                        TimeUnit::NANOS => DAY * 1_000_000,
                    };
                    times(of_day, time.is_adjusted_to_u_t_c)
                }
                LogicalType::Decimal(_) => Self::Decimal { digits: scale() },
                _ => Self::Plain,
            };
        }
        match column.converted_type() {
            ConvertedType::DATE => Self::Days,
            // Whether they have a zone is not known.
            ConvertedType::TIMESTAMP_MILLIS => times(DAY, false),
            ConvertedType::TIMESTAMP_MICROS => times(DAY * 1_000, false),
            ConvertedType::DECIMAL => Self::Decimal { digits: scale() },
            _ => Self::Plain,
        }
    }
}

impl ParquetTable {
    /// Opens a file that may be read by several threads.
    ///
    /// # Errors
    ///
    /// If it is damaged, or encrypted.
    pub(crate) fn of_file(mut file: Box<dyn ReadSeek>) -> Result<Self, ReadError> {
        let length = file.seek(SeekFrom::End(0)).map_err(|error| ParquetError::Damaged(error.to_string()))?;
        Self::open(Shared { file: Arc::new(Mutex::new(file)), length })
    }

    /// Opens a file that is held in memory.
    ///
    /// # Errors
    ///
    /// If it is damaged, or encrypted.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        Self::open(Bytes::copy_from_slice(bytes))
    }

    fn open(source: impl ChunkReader + 'static) -> Result<Self, ReadError> {
        guarded(|| {
            let reader = SerializedFileReader::new(source)?;
            let schema = reader.metadata().file_metadata().schema_descr();
            let column = |column: &Arc<ColumnDescriptor>| Column {
                path: shown(column.path().parts()),
                kind: ValueKind::of(column),
            };
            let columns = schema.columns().iter().map(column).collect();
            Ok(Self { reader: Box::new(reader), columns })
        })
    }

    /// Returns the names of the columns, in order.
    pub(crate) fn headings(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.path.as_str())
    }

    /// Begins a table of its columns, and returns each with its field.
    pub(crate) fn name_columns(&self, sink: &mut dyn Sink) -> Vec<(usize, FieldId)> {
        if self.columns.len() > MOST_COLUMNS {
            sink.note("has more than 10,000 columns; the others were not read");
        }
        let name =
            |(at, heading): (usize, &str)| (at, headings::column(heading, || (at + 1).to_string(), sink));
        self.headings().take(MOST_COLUMNS).enumerate().map(name).collect()
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> u64 {
        self.groups().map(|rows| rows.end).last().unwrap_or(0)
    }

    /// Returns the rows of each row group.
    fn groups(&self) -> impl Iterator<Item = Range<u64>> {
        let mut first = 0_u64;
        self.reader.metadata().row_groups().iter().map(move |group| {
            let rows = first..first.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
            first = rows.end;
            rows
        })
    }

    /// Divides the rows into ranges of at most `most` rows, each within one row group.
    pub(crate) fn ranges(&self, most: u64) -> impl Iterator<Item = RowRange> {
        let divided = move |(group, rows): (usize, Range<u64>)| {
            let mut start = rows.start;
            std::iter::from_fn(move || {
                let range = start..rows.end.min(start.saturating_add(most));
                start = range.end;
                (!range.is_empty()).then_some(RowRange { group, first: rows.start, rows: range })
            })
        };
        self.groups().enumerate().flat_map(divided)
    }

    /// Reads some columns of a range of rows, each as its field. Rows are numbered from 1.
    ///
    /// # Errors
    ///
    /// If the file is damaged. The rows before are passed on.
    pub(crate) fn read(
        &self,
        range: &RowRange,
        columns: &[(usize, FieldId)],
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let mut columns = guarded(|| {
            let group = self.reader.get_row_group(range.group)?;
            let skipped = usize::try_from(range.rows.start - range.first).unwrap_or(usize::MAX);
            let open = |&(at, field): &(usize, FieldId)| self.values(&*group, at, field, skipped);
            columns.iter().map(open).collect::<ParquetResult<Vec<Values>>>()
        })?;
        let mut next = range.rows.start;
        while next < range.rows.end {
            let wanted = usize::try_from(range.rows.end - next).unwrap_or(BATCH).min(BATCH);
            guarded(|| columns.iter_mut().try_for_each(|column| column.read(wanted)))?;
            give(&columns, wanted, next, sink);
            next += wanted as u64;
        }
        if columns.iter().any(|column| column.has_zone) {
            sink.note(UTC);
        }
        Ok(())
    }

    /// Returns the values of a column of a row group.
    fn values(
        &self,
        group: &dyn RowGroupReader,
        at: usize,
        field: FieldId,
        skipped: usize,
    ) -> ParquetResult<Values> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let column = schema.column(at);
        let mut decoder = Decoder::of(group.get_column_reader(at)?);
        decoder.skip(skipped)?;
        Ok(Values {
            field,
            column: at as u32,
            kind: self.columns[at].kind,
            full: column.max_def_level(),
            is_list: column.max_rep_level() > 0,
            decoder,
            filled: Vec::new(),
            repeated: Vec::new(),
            texts: Vec::new(),
            spans: Vec::new(),
            ends: Vec::new(),
            has_zone: false,
        })
    }
}

/// Passes on the next rows.
fn give(columns: &[Values], rows: usize, first: u64, sink: &mut dyn Sink) {
    let mut cells: Vec<Cell<'_>> = Vec::new();
    let mut ends = Vec::new();
    for start in (0..rows).step_by(TOGETHER) {
        cells.clear();
        ends.clear();
        for row in start..rows.min(start + TOGETHER) {
            columns.iter().for_each(|column| cells.extend(column.cells(row)));
            ends.push(cells.len());
        }
        let mut before = 0;
        let row = |(at, end): (u64, &usize)| {
            let own = &cells[before..*end];
            before = *end;
            let number = u32::try_from(first + start as u64 + at + 1).unwrap_or(u32::MAX);
            Row { cells: own, span: (0, 0), number, system: None }
        };
        let rows: Vec<Row<'_>> = (0..).zip(&ends).map(row).collect();
        sink.rows(&rows);
    }
}

/// Runs what calculates with numbers from a file; a panic of the library is an error.
fn guarded<T>(run: impl FnOnce() -> ParquetResult<T>) -> Result<T, ReadError> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(ParquetError::Damaged(error.to_string()).into()),
        Err(_) => Err(ParquetError::Panic.into()),
    }
}

/// Returns the name of a column: without the names that the format gives to the elements of lists and maps.
fn shown(parts: &[String]) -> String {
    const OF_LISTS: [&str; 7] = ["list", "element", "item", "bag", "array", "array_element", "key_value"];
    let (first, others) = parts.split_first().map_or(("", parts), |(first, others)| (first.as_str(), others));
    let named = others.iter().map(String::as_str).filter(|part| !OF_LISTS.contains(part));
    [first].into_iter().chain(named).collect::<Vec<_>>().join(".")
}

/// The values of a column, a batch at a time.
struct Values {
    field: FieldId,
    column: u32,
    kind: ValueKind,
    /// The definition level of a value that is there.
    full: i16,
    is_list: bool,
    decoder: Decoder,
    /// The definition and repetition levels.
    filled: Vec<i16>,
    repeated: Vec<i16>,
    /// What values are written as, if not as they are.
    texts: Vec<u8>,
    /// The bytes of each value in `texts`; an empty range is a missing value.
    spans: Vec<Range<u32>>,
    /// The end of each row in the values; empty if each row has a value.
    ends: Vec<u32>,
    has_zone: bool,
}

impl Values {
    /// Decodes the next rows.
    fn read(&mut self, rows: usize) -> ParquetResult<()> {
        self.filled.clear();
        self.repeated.clear();
        self.texts.clear();
        self.spans.clear();
        self.ends.clear();
        self.decoder.read(rows, &mut self.filled, &mut self.repeated)?;
        if self.full > 0 {
            self.find_ends();
        }
        self.write();
        Ok(())
    }

    /// Finds the values of each row by their levels.
    fn find_ends(&mut self) {
        let is_filled = |level: &i16| *level == self.full;
        if !self.is_list {
            if self.filled.iter().all(is_filled) {
                return;
            }
            let mut end = 0;
            self.ends.extend(self.filled.iter().map(|level| {
                end += u32::from(is_filled(level));
                end
            }));
            return;
        }
        let mut end = 0;
        for (at, (filled, repeated)) in self.filled.iter().zip(&self.repeated).enumerate() {
            if *repeated == 0 && at > 0 {
                self.ends.push(end);
            }
            end += u32::from(is_filled(filled));
        }
        self.ends.push(end);
    }

    /// Writes values as text, unless they are text.
    fn write(&mut self) {
        let Self { kind, texts, spans, has_zone, .. } = self;
        let mut written = |write: &mut dyn FnMut(&mut Vec<u8>)| {
            let start = texts.len() as u32;
            write(texts);
            spans.push(start..texts.len() as u32);
        };
        let mut whole = |value: i128| {
            written(&mut |out| match *kind {
                ValueKind::Plain => write_number(out, value, 0),
                ValueKind::Decimal { digits } => write_number(out, value, digits),
                ValueKind::Days => write_day(out, value),
                ValueKind::Times { of_day, has_zone: is_zoned } => {
                    *has_zone |= is_zoned && value.rem_euclid(of_day.into()) != 0;
                    write_day(out, value.div_euclid(of_day.into()));
                }
            });
        };
        let is_decimal = matches!(kind, ValueKind::Decimal { .. });
        match &self.decoder {
            Decoder::Bytes(_, values) if is_decimal => {
                values.iter().for_each(|value| whole(big_endian(value.data())));
            }
            Decoder::Fixed(_, values) if is_decimal => {
                values.iter().for_each(|value| whole(big_endian(value.data())));
            }
            // They are text already.
            Decoder::Bytes(..) | Decoder::Fixed(..) => {}
            Decoder::Int32(_, values) => values.iter().for_each(|value| whole((*value).into())),
            Decoder::Int64(_, values) => values.iter().for_each(|value| whole((*value).into())),
            Decoder::Int96(_, values) => values.iter().for_each(|value| {
                let day = value.data().get(2).map_or(0, |day| i64::from(*day) - JULIAN_DAY_OF_1970);
                written(&mut |out| write_day(out, day.into()));
            }),
            // A number that is written shortest is the one that was meant.
            Decoder::Float(_, values) => values.iter().for_each(|value| {
                written(&mut |out| write_text(out, &value.to_string()));
            }),
            Decoder::Double(_, values) => values.iter().for_each(|value| {
                written(&mut |out| write_text(out, &value.to_string()));
            }),
            Decoder::Bool(_, values) => values.iter().for_each(|value| {
                written(&mut |out| write_text(out, if *value { "true" } else { "false" }));
            }),
        }
    }

    /// Returns the cells of a row of the batch.
    fn cells(&self, row: usize) -> impl Iterator<Item = Cell<'_>> {
        let values = if self.ends.is_empty() {
            row..row + 1
        } else {
            let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
            row.checked_sub(1).map_or(0, end)..end(row)
        };
        let cell =
            |text| Cell { field: self.field, text, at: 0, column: self.column, quoting: Quoting::None };
        values.filter_map(|at| self.text(at)).map(cell)
    }

    /// Returns the text of a value; `None` if it has none.
    fn text(&self, at: usize) -> Option<&[u8]> {
        let text = match (&self.decoder, self.kind) {
            (Decoder::Bytes(_, values), ValueKind::Plain) => values.get(at)?.data(),
            (Decoder::Fixed(_, values), ValueKind::Plain) => values.get(at)?.data(),
            _ => {
                let span = self.spans.get(at)?;
                &self.texts[span.start as usize..span.end as usize]
            }
        };
        (!text.is_empty()).then_some(text)
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Writes a whole number, or one with digits after the point.
fn write_number(out: &mut Vec<u8>, value: i128, digits: usize) {
    let mut written = [0; 48];
    let mut at = written.len();
    let mut rest = value.unsigned_abs();
    let mut push = |byte| {
        if at > 0 {
            at -= 1;
            written[at] = byte;
        }
    };
    // Most numbers fit 64 bits, which are divided much faster.
    let mut count = 0;
    while rest > 0 || count <= digits {
        if count == digits && count > 0 {
            push(b'.');
        }
        let digit;
        (rest, digit) = match u64::try_from(rest) {
            Ok(small) => (u128::from(small / 10), (small % 10) as u8),
            Err(_) => (rest / 10, (rest % 10) as u8),
        };
        push(b'0' + digit);
        count += 1;
    }
    if value < 0 {
        push(b'-');
    }
    out.extend_from_slice(&written[at..]);
}

/// Writes a day since 1970 in ISO 8601; nothing for days outside the calendar.
fn write_day(out: &mut Vec<u8>, number: i128) {
    const FIRST: Date = Date::constant(1970, 1, 1);
    let days = i32::try_from(number).ok().filter(|days| days.unsigned_abs() < 3_000_000);
    if let Some(day) = days.and_then(|days| FIRST.checked_add(days.days()).ok()) {
        // Writing to memory does not fail.
        let _ = write!(out, "{day}");
    }
}

/// Returns a number that is written in two's complement.
fn big_endian(bytes: &[u8]) -> i128 {
    let sign = bytes.first().map_or(0, |byte| if byte & 0x80 == 0 { 0 } else { -1 });
    bytes.iter().fold(sign, |value, byte| value << 8 | i128::from(*byte))
}

/// A decoder of one physical type, with the values that it decoded last.
enum Decoder {
    Bool(ColumnReaderImpl<::parquet::data_type::BoolType>, Vec<bool>),
    Int32(ColumnReaderImpl<::parquet::data_type::Int32Type>, Vec<i32>),
    Int64(ColumnReaderImpl<::parquet::data_type::Int64Type>, Vec<i64>),
    Int96(ColumnReaderImpl<::parquet::data_type::Int96Type>, Vec<::parquet::data_type::Int96>),
    Float(ColumnReaderImpl<::parquet::data_type::FloatType>, Vec<f32>),
    Double(ColumnReaderImpl<::parquet::data_type::DoubleType>, Vec<f64>),
    Bytes(ColumnReaderImpl<::parquet::data_type::ByteArrayType>, Vec<::parquet::data_type::ByteArray>),
    Fixed(
        ColumnReaderImpl<::parquet::data_type::FixedLenByteArrayType>,
        Vec<::parquet::data_type::FixedLenByteArray>,
    ),
}

impl Decoder {
    fn of(reader: ColumnReader) -> Self {
        match reader {
            ColumnReader::BoolColumnReader(reader) => Self::Bool(reader, Vec::new()),
            ColumnReader::Int32ColumnReader(reader) => Self::Int32(reader, Vec::new()),
            ColumnReader::Int64ColumnReader(reader) => Self::Int64(reader, Vec::new()),
            ColumnReader::Int96ColumnReader(reader) => Self::Int96(reader, Vec::new()),
            ColumnReader::FloatColumnReader(reader) => Self::Float(reader, Vec::new()),
            ColumnReader::DoubleColumnReader(reader) => Self::Double(reader, Vec::new()),
            ColumnReader::ByteArrayColumnReader(reader) => Self::Bytes(reader, Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => Self::Fixed(reader, Vec::new()),
        }
    }

    fn skip(&mut self, rows: usize) -> ParquetResult<usize> {
        match self {
            Self::Bool(reader, _) => reader.skip_records(rows),
            Self::Int32(reader, _) => reader.skip_records(rows),
            Self::Int64(reader, _) => reader.skip_records(rows),
            Self::Int96(reader, _) => reader.skip_records(rows),
            Self::Float(reader, _) => reader.skip_records(rows),
            Self::Double(reader, _) => reader.skip_records(rows),
            Self::Bytes(reader, _) => reader.skip_records(rows),
            Self::Fixed(reader, _) => reader.skip_records(rows),
        }
    }

    /// Decodes the next rows, in place of the last ones.
    fn read(&mut self, rows: usize, filled: &mut Vec<i16>, repeated: &mut Vec<i16>) -> ParquetResult<()> {
        match self {
            Self::Bool(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Int32(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Int64(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Int96(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Float(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Double(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Bytes(reader, values) => decode(reader, rows, filled, repeated, values),
            Self::Fixed(reader, values) => decode(reader, rows, filled, repeated, values),
        }
    }
}

fn decode<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    filled: &mut Vec<i16>,
    repeated: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> ParquetResult<()> {
    values.clear();
    let mut left = rows;
    while left > 0 {
        let (read, ..) = reader.read_records(left, Some(filled), Some(repeated), values)?;
        if read == 0 {
            let fact = format!("a column ends {left} rows before the others");
            return Err(::parquet::errors::ParquetError::General(fact));
        }
        left -= read;
    }
    Ok(())
}

/// A file that several threads read: each part is read as a whole, at its own place.
#[derive(Clone)]
struct Shared {
    file: Arc<Mutex<Box<dyn ReadSeek>>>,
    length: u64,
}

impl Shared {
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read(buffer)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Shared {
    type T = io::BufReader<From>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        // Headers of pages, which are short.
        Ok(io::BufReader::with_capacity(512, From { shared: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut bytes =
            vec![0; length.min(usize::try_from(self.length.saturating_sub(start)).unwrap_or(length))];
        if bytes.len() < length {
            return Err(::parquet::errors::ParquetError::EOF(format!("{length} bytes at {start}")));
        }
        let mut file = From { shared: self.clone(), at: start };
        file.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// The bytes of a shared file from a place on.
struct From {
    shared: Shared,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.shared.read_at(self.at, buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
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
    fn a_list_has_its_values_and_a_decimal_its_point() {
        let schema = "message t { optional group dx (LIST) { repeated group list { optional binary element (UTF8); } } \
                      required int64 paid (DECIMAL(18,2)); required int64 at (TIMESTAMP_MICROS); }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut bytes = Vec::new();
        let mut writer =
            SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::builder().build()))
                .unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let codes = ["G35", "I10", "R05"].map(ByteArray::from);
        // Two codes, none, an empty list, one code and a blank.
        let (filled, repeated) = ([3, 3, 0, 1, 3, 2], [0, 1, 0, 0, 0, 1]);
        column.typed::<ByteArrayType>().write_batch(&codes, Some(&filled), Some(&repeated)).unwrap();
        column.close().unwrap();
        for values in [[1_234, -5, 0, 100], [1_727_740_800_000_000, 0, -1, 86_400_000_000]] {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<Int64Type>().write_batch(&values, None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
        let mut seen = Seen::default();
        parquet(&bytes, &mut seen).unwrap();
        assert_eq!(
            seen.described,
            [
                "column `dx` 0 G35 | column `dx` 0 I10 | column `paid` 1 12.34 | column `at` 2 2024-10-01 [1]",
                "column `paid` 1 -0.05 | column `at` 2 1970-01-01 [2]",
                "column `paid` 1 0.00 | column `at` 2 1969-12-31 [3]",
                "column `dx` 0 R05 | column `paid` 1 1.00 | column `at` 2 1970-01-02 [4]",
            ]
        );
    }

    #[test]
    fn numbers_are_written_with_their_point() {
        for (value, digits, written) in [
            (0, 0, "0"),
            (7, 2, "0.07"),
            (-120, 1, "-12.0"),
            (i128::MIN, 0, "-170141183460469231731687303715884105728"),
        ] {
            let mut out = Vec::new();
            write_number(&mut out, value, digits);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
        assert_eq!(big_endian(&[0xff, 0x38]), -200);
    }

    #[test]
    fn a_damaged_table_does_no_harm() {
        bears_anything(&file(), parquet);
        assert!(parquet(b"PAR1", &mut Seen::default()).is_err());
    }
}
