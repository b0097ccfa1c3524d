//! Usage in Apache Parquet: the same report as from the same lines in CSV, however the rows are divided, and damaged files.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{
    ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::common::rows::{release, row};
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::impact::{Editions, ReadSeek, Usage, UsageError, UsageOptions, UsageReader, impact, read_usage};
use codeset::model::Release;
use codeset::report::ImpactReport;

/// A column of a table: its type in the schema, and its values.
enum Column<'a> {
    Text(&'a str, Vec<&'a str>),
    /// Days since 1970.
    Day(&'a str, Vec<i32>),
    /// 64-bit numbers, with the type that says what they are.
    Long(&'a str, &'a str, Vec<i64>),
    /// Numbers of two decimal digits in nine bytes.
    Fixed(&'a str, Vec<i64>),
    Lists(&'a str, Vec<Vec<&'a str>>),
}

impl Column<'_> {
    fn schema(&self) -> String {
        match self {
            Self::Text(name, _) => format!("optional binary {name} (UTF8);"),
            Self::Day(name, _) => format!("required int32 {name} (DATE);"),
            Self::Long(name, kind, _) => format!("required int64 {name} {kind};"),
            Self::Fixed(name, _) => format!("required fixed_len_byte_array(9) {name} (DECIMAL(20,2));"),
            Self::Lists(name, _) => {
                format!(
                    "optional group {name} (LIST) {{ repeated group list {{ optional binary element (UTF8); }} }}"
                )
            }
        }
    }
}

/// Writes a table with so many rows in each group.
fn table(columns: &[Column<'_>], rows: usize, in_a_group: usize) -> Vec<u8> {
    let schema: String = columns.iter().map(Column::schema).collect();
    let schema = Arc::new(parse_message_type(&format!("message lines {{ {schema} }}")).unwrap());
    let properties =
        WriterProperties::builder().set_data_page_row_count_limit(7).set_write_batch_size(5).build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for start in (0..rows).step_by(in_a_group) {
        let range = start..rows.min(start + in_a_group);
        let mut group = writer.next_row_group().unwrap();
        for column in columns {
            let mut out = group.next_column().unwrap().unwrap();
            match column {
                Column::Text(_, values) => {
                    let filled: Vec<i16> =
                        values[range.clone()].iter().map(|text| i16::from(!text.is_empty())).collect();
                    let texts = values[range.clone()].iter().filter(|text| !text.is_empty());
                    let texts: Vec<ByteArray> = texts.map(|text| ByteArray::from(*text)).collect();
                    out.typed::<ByteArrayType>().write_batch(&texts, Some(&filled), None).unwrap();
                }
                Column::Day(_, values) => {
                    out.typed::<Int32Type>().write_batch(&values[range.clone()], None, None).unwrap();
                }
                Column::Long(_, _, values) => {
                    out.typed::<Int64Type>().write_batch(&values[range.clone()], None, None).unwrap();
                }
                Column::Fixed(_, values) => {
                    let bytes = |value: &i64| {
                        let sign = if *value < 0 { 0xff } else { 0 };
                        FixedLenByteArray::from([&[sign], &value.to_be_bytes()[..]].concat())
                    };
                    let values: Vec<FixedLenByteArray> = values[range.clone()].iter().map(bytes).collect();
                    out.typed::<FixedLenByteArrayType>().write_batch(&values, None, None).unwrap();
                }
                Column::Lists(_, values) => {
                    let (mut texts, mut filled, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
                    for list in &values[range.clone()] {
                        if list.is_empty() {
                            filled.push(1);
                            repeated.push(0);
                        }
                        for (at, text) in list.iter().enumerate() {
                            texts.push(ByteArray::from(*text));
                            filled.push(3);
                            repeated.push(i16::from(at > 0));
                        }
                    }
                    out.typed::<ByteArrayType>().write_batch(&texts, Some(&filled), Some(&repeated)).unwrap();
                }
            }
            out.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

/// ICD-10-CM, effective 2024-10-01 and 2025-10-01: `G35` demoted, `G35A` new.
fn diagnoses() -> [Release; 2] {
    let rows = |codes: &[(&str, u8)]| -> String {
        codes.iter().enumerate().map(|(at, (code, flag))| row(at + 1, code, *flag, code, code)).collect()
    };
    let both = [("A00", 0), ("A000", 1), ("I10", 1)];
    let old = [&both[..], &[("G35", 1)]].concat();
    let new = [&both[..], &[("G35", 0), ("G35A", 1)]].concat();
    [release("old.txt", rows(&old), 2025), release("new.txt", rows(&new), 2026)]
}

fn read(name: &str, bytes: &[u8], releases: &[Release; 2]) -> Result<Usage, UsageError> {
    let [old, new] = releases;
    let mut usage = Usage::default();
    let options = UsageOptions::default();
    read_usage(&mut usage, name, bytes, &options, Editions::pair(old, new)).map(|()| usage)
}

/// Returns the report of usage, without the sentence that says how the file was read.
fn report(mut usage: Usage, [old, new]: &[Release; 2]) -> Value {
    usage.problems.retain(|problem| !problem.fact.starts_with("read as"));
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    serde_json::to_value(ImpactReport::new(&diff, &crosswalk, &impact)).unwrap()
}

/// Fails at the first line in which two reports differ.
#[track_caller]
fn agree(found: &Value, wanted: &Value, about: &str) {
    let texts = [found, wanted].map(|report| serde_json::to_string_pretty(report).unwrap());
    let different = texts[0].lines().zip(texts[1].lines()).find(|(found, wanted)| found != wanted);
    assert!(found == wanted, "{about}: {different:?}");
}

fn day(number: i32) -> String {
    let first = jiff::civil::date(1970, 1, 1);
    first.checked_add(jiff::Span::new().days(number)).unwrap().to_string()
}

/// Lines with a code, an owner, a day from 2023 on, cents and a count.
fn lines(count: usize) -> Vec<(&'static str, &'static str, i32, i64, i64)> {
    let codes = ["I10", "G35", "A00.0", "G35.A", "", "X99"];
    let owners = ["East", "West", "", "North"];
    let line = |at: usize| {
        let drawn = at * 7_919 % 104_729;
        let (code, owner) = (codes[drawn % codes.len()], owners[drawn / 7 % owners.len()]);
        (code, owner, 19_500 + (drawn % 900) as i32, (drawn % 5_000) as i64 - 50, (drawn % 4) as i64)
    };
    (0..count).map(line).collect()
}

#[test]
fn the_report_is_that_of_the_same_lines_in_csv_however_the_rows_are_divided() {
    let releases = diagnoses();
    let lines = lines(3_000);
    let mut csv = "code,department,date_of_service,charges,count\n".to_owned();
    for (code, owner, at, cents, count) in &lines {
        let (sign, cents) = (if *cents < 0 { "-" } else { "" }, cents.abs());
        csv += &format!("{code},{owner},{},{sign}{}.{:02},{count}\n", day(*at), cents / 100, cents % 100);
    }
    let wanted = report(read("lines", csv.as_bytes(), &releases).unwrap(), &releases);
    let text = |column: usize| lines.iter().map(|line| [line.0, line.1][column]).collect();
    let cents: Vec<i64> = lines.iter().map(|line| line.3).collect();
    for (in_a_group, charges) in [
        (5_000, Column::Long("charges", "(DECIMAL(18,2))", cents.clone())),
        (100, Column::Long("charges", "(DECIMAL(18,2))", cents.clone())),
        (1_024, Column::Fixed("charges", cents.clone())),
    ] {
        let columns = [
            Column::Text("code", text(0)),
            Column::Text("department", text(1)),
            Column::Day("date_of_service", lines.iter().map(|line| line.2).collect()),
            charges,
            Column::Long("count", "(INTEGER(64,true))", lines.iter().map(|line| line.4).collect()),
        ];
        let bytes = table(&columns, lines.len(), in_a_group);
        let usage = read("lines", &bytes, &releases).unwrap();
        let read_as =
            &usage.problems.iter().find(|problem| problem.fact.starts_with("read as")).unwrap().fact;
        assert!(read_as.starts_with("read as Parquet: 3,000 rows"), "{read_as}");
        agree(&report(usage, &releases), &wanted, &format!("{in_a_group} rows in a group"));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&bytes).unwrap();
        let packed = packed.finish().unwrap();
        agree(&report(read("lines", &packed, &releases).unwrap(), &releases), &wanted, "packed");
    }
}

#[test]
fn a_file_is_read_from_its_path_in_parts_like_its_lines() {
    let releases = diagnoses();
    let lines = lines(200_000);
    let rows: String = lines.iter().map(|line| format!("{},{}\n", line.0, day(line.2))).collect();
    let csv = format!("code,date_of_service\n{rows}");
    let wanted = report(read("lines", csv.as_bytes(), &releases).unwrap(), &releases);
    let columns = [
        Column::Text("code", lines.iter().map(|line| line.0).collect()),
        Column::Day("date_of_service", lines.iter().map(|line| line.2).collect()),
    ];
    let bytes = table(&columns, lines.len(), 30_000);
    agree(&report(read("lines", &bytes, &releases).unwrap(), &releases), &wanted, "bytes");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines.parquet");
    fs::write(&path, &bytes).unwrap();
    agree(&report(read_path(&path, &releases).unwrap(), &releases), &wanted, "path");
}

#[test]
fn a_column_of_codes_alone_is_counted_like_its_lines() {
    let releases = diagnoses();
    let codes: Vec<&str> = lines(5_000).iter().map(|line| line.0).collect();
    let csv = format!("code\n{}\n", codes.join("\n"));
    let mut wanted = report(read("lines", csv.as_bytes(), &releases).unwrap(), &releases);
    let mut found = report(
        read("lines", &table(&[Column::Text("code", codes)], 5_000, 700), &releases).unwrap(),
        &releases,
    );
    for report in [&mut wanted, &mut found] {
        assert!(report["summary"]["used"]["lines"].as_u64().unwrap() > 3_000);
        // A blank line of a text is not a row.
        report["problems"] = Value::Null;
    }
    agree(&found, &wanted, "codes alone");
}

#[test]
fn each_code_of_a_list_counts_and_only_columns_that_matter_are_needed() {
    let releases = diagnoses();
    let lists = vec![vec!["G35", "I10"], vec![], vec!["I10", "I10", "A000"], vec!["G35"]];
    let mut columns = vec![
        Column::Lists("dx", lists),
        // Midnight in UTC, and an hour before it.
        Column::Long(
            "service_date",
            "(TIMESTAMP(MICROS,true))",
            vec![1_759_276_800_000_000, 1_759_276_800_000_000, 1_759_273_200_000_000, 1_759_276_800_000_000],
        ),
    ];
    let names: Vec<String> = (0..2_000).map(|at| format!("measure_{at}")).collect();
    columns.extend(names.iter().map(|name| Column::Long(name, "", vec![1, 2, 3, 4])));
    let usage = read("lines", &table(&columns, 4, 4), &releases).unwrap();
    let lines: Vec<_> = usage.codes.iter().map(|(code, tally)| (code.as_str(), tally.lines)).collect();
    assert_eq!(lines, [("A000", 1), ("G35", 2), ("I10", 3)]);
    // On October 1, 2025, G35 is no longer billable.
    assert_eq!(usage.codes["G35"].judged.too_late, 2);
    let facts: Vec<_> = usage.problems.iter().map(|problem| problem.fact.as_str()).collect();
    assert!(facts.contains(&"the file has times with a time zone; their days are those in UTC"), "{facts:?}");
}

#[test]
fn the_result_of_a_query_is_read_from_parquet() {
    let releases = diagnoses();
    let csv = "code_system,code,edition_slot,owner,lines,amount\n\
               ICD10CM,G35,2024-10-01/2025-09-30,East,5,10.50\nICD10CM,I10,2025-10-01/..,West,20,0.00\n";
    let wanted = report(read("result.csv", csv.as_bytes(), &releases).unwrap(), &releases);
    let columns = [
        Column::Text("code_system", vec!["ICD10CM", "ICD10CM"]),
        Column::Text("code", vec!["G35", "I10"]),
        Column::Text("edition_slot", vec!["2024-10-01/2025-09-30", "2025-10-01/.."]),
        Column::Text("owner", vec!["East", "West"]),
        Column::Long("lines", "", vec![5, 20]),
        Column::Long("amount", "(DECIMAL(38,2))", vec![1_050, 0]),
    ];
    let usage = read("result.parquet", &table(&columns[..5], 2, 2), &releases);
    assert!(usage.is_ok(), "{usage:?}");
    let columns = [
        Column::Text("code", vec!["G35", "I10"]),
        Column::Text("edition_slot", vec!["2024-10-01/2025-09-30", "2025-10-01/.."]),
        Column::Text("owner", vec!["East", "West"]),
        Column::Long("lines", "", vec![5, 20]),
        Column::Fixed("amount", vec![1_050, 0]),
    ];
    let usage = read("result.parquet", &table(&columns, 2, 2), &releases).unwrap();
    agree(&report(usage, &releases), &wanted, "Parquet");
    let error = read("result.parquet", &table(&columns[..3], 2, 2), &releases).unwrap_err();
    assert!(error.to_string().contains("there is no column `lines`"), "{error}");
}

#[test]
fn damaged_and_encrypted_files_are_named() {
    let releases = diagnoses();
    let bytes = table(&[Column::Text("code", vec!["I10"; 500])], 500, 100);
    for (bytes, part) in [
        (&bytes[..bytes.len() - 5], "it is a damaged, incomplete or encrypted Parquet file"),
        (&bytes[..bytes.len() / 2], "it is a damaged, incomplete or encrypted Parquet file"),
        (&b"PAR1"[..], "it is a damaged, incomplete or encrypted Parquet file"),
        (&b"PARE\x15\x00PARE"[..], "this is an encrypted Parquet file"),
    ] {
        let error = read("lines", bytes, &releases).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_damaged_page_is_an_error_and_counts_nothing() {
    let releases = diagnoses();
    let codes: Vec<&str> = ["I10", "G35", "A00.0"].into_iter().cycle().take(600_000).collect();
    let mut bytes = table(&[Column::Text("code", codes)], 600_000, 100_000);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xff);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines.parquet");
    fs::write(&path, &bytes).unwrap();
    assert!(read_path(&path, &releases).is_err());
}

fn read_path(path: &Path, [old, new]: &[Release; 2]) -> Result<Usage, UsageError> {
    let options = UsageOptions::default();
    let mut usage = Usage::default();
    let open = || Ok(Box::new(fs::File::open(path)?) as Box<dyn ReadSeek>);
    UsageReader::new(Editions::pair(old, new), &options).read_file(&mut usage, "lines", &open).map(|()| usage)
}
