//! A crosswalk as SQL: a table of mappings with validity, and statements that end-date the old codes. Nothing is
//! deleted.
//!
//! Runs without changes on PostgreSQL, MariaDB and SQLite (tests run it there); other databases may begin a transaction
//! in another way. Days are quoted text, so that SQLite accepts them as well. Descriptions are left out.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::base::safe;
use crate::report::{CrosswalkReport, MappingRow, TargetRow};

/// The table of mappings that is made.
const MAPPINGS: &str = "code_mapping";

/// Placeholder for the name of the user's own table of codes.
const CODES: &str = "code_list";

/// Writes the statements.
pub(super) fn write(report: &CrosswalkReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "-- Crosswalk {}", safe(&report.data_title()))?;
    write!(
        out,
        "-- Codes are text: A0100 is not a number, and leading zeros count. The script can be run again: it recreates the table.\n\n\
         BEGIN;\n\n\
         DROP TABLE IF EXISTS {MAPPINGS};\n\
         CREATE TABLE {MAPPINGS} (\n\
         \x20 code_set      VARCHAR(16) NOT NULL,\n\
         \x20 source_code   VARCHAR(64) NOT NULL,\n\
         \x20 source_status VARCHAR(16) NOT NULL,   -- removed, demoted, terminated, narrowed ...\n\
         \x20 source_valid  CHAR(1) NOT NULL,       -- Y: the source is billable in NEW as well\n\
         \x20 target_code   VARCHAR(64),            -- NULL: no successor is known; the source itself where it stays\n\
         \x20 target_set    VARCHAR(16),            -- the code set of the target: not always that of the source\n\
         \x20 relationship  VARCHAR(32),            -- words of FHIR R5\n\
         \x20 evidence      VARCHAR(32),            -- anything but official and reviewed is a suggestion\n\
         \x20 decision      VARCHAR(16) NOT NULL,   -- automatic, choose, none\n\
         \x20 cardinality   VARCHAR(16) NOT NULL,   -- one, many (choose), combination (all of them), none\n\
         \x20 together_with VARCHAR(255),           -- codes that are assigned together, with blanks between\n\
         \x20 valid_from    DATE,                   -- NULL: always, or the day is not known (editions in between: --via)\n\
         \x20 valid_to      DATE\n\
         );\n\n"
    )?;
    for mapping in &report.mappings {
        mapping.each_target().try_for_each(|target| write_row(report, mapping, target, out))?;
    }
    if report.is_reverse() {
        writeln!(out, "\n-- From new codes to old ones: nothing is to be end-dated.")?;
    } else {
        write_ends(report, out)?;
    }
    writeln!(out, "\nCOMMIT;")
}

fn write_row(
    report: &CrosswalkReport<'_>,
    mapping: &MappingRow<'_>,
    target: Option<&TargetRow<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if target.is_some_and(|target| target.provenance.is_suggestion()) {
        writeln!(out, "-- a suggestion:")?;
    }
    let evidence = target.and_then(|target| target.evidence.first()).map(|evidence| evidence.kind.word());
    let with = target.map(|target| target.with.join(" ")).filter(|with| !with.is_empty());
    let without = || mapping.source.lost.flatten().and_then(|last| last.tomorrow().ok());
    let valid_from = target.map_or_else(without, |target| target.valid_from).map(|day| day.to_string());
    let set = target.map(|target| target.code_set.unwrap_or(report.set().id));
    let row = [
        target.map(|target| target.code),
        set,
        target.map(|target| target.relationship.word()),
        evidence,
        with.as_deref(),
        valid_from.as_deref(),
    ];
    write_values(report, mapping, row, out)
}

fn write_values(
    report: &CrosswalkReport<'_>,
    mapping: &MappingRow<'_>,
    [target, set, relationship, evidence, with, valid_from]: [Option<&str>; 6],
    out: &mut dyn Write,
) -> io::Result<()> {
    let values = [
        quoted(report.set().id),
        quoted(mapping.source.code),
        quoted(mapping.source.status.word()),
        quoted(if mapping.source.valid_in_new { "Y" } else { "N" }),
        or_null(target),
        or_null(set),
        or_null(relationship),
        or_null(evidence),
        quoted(mapping.decision.word()),
        quoted(mapping.cardinality.word()),
        or_null(with),
        or_null(valid_from),
        "NULL".to_owned(),
    ];
    writeln!(
        out,
        "INSERT INTO {MAPPINGS} (code_set, source_code, source_status, source_valid, target_code, target_set, relationship, evidence, \
         decision, cardinality, together_with, valid_from, valid_to) VALUES ({});",
        values.join(", ")
    )
}

/// End-dates codes that lost validity. Narrowed codes stay valid; where there are only suggestions the statement is a
/// comment.
fn write_ends(report: &CrosswalkReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n-- {CODES} stands for your table of codes: put its name and columns here.")?;
    for mapping in &report.mappings {
        let Some(last_day) = mapping.source.lost else { continue };
        let Some(last_day) = last_day else {
            let code = quoted(mapping.source.code);
            writeln!(
                out,
                "-- The last day of {code} is not known: OLD and NEW lie years apart (--via), or NEW has no edition."
            )?;
            continue;
        };
        if !mapping.targets.is_empty()
            && mapping.targets.iter().all(|target| target.provenance.is_suggestion())
        {
            write!(out, "-- Only suggestions, look at them first:\n-- ")?;
        }
        write_end(report, mapping.source.code, last_day, out)?;
    }
    Ok(())
}

fn write_end(
    report: &CrosswalkReport<'_>,
    code: &str,
    last_day: Date,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (set, code) = (quoted(report.set().id), quoted(code));
    writeln!(
        out,
        "UPDATE {CODES} SET valid_to = '{last_day}' WHERE code_set = {set} AND code = {code} AND valid_to IS NULL;"
    )
}

/// Quotes a text for SQL. A line end would end a comment, and codes contain no other control characters.
fn quoted(text: &str) -> String {
    format!("'{}'", safe(text).replace('\'', "''"))
}

fn or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_codes_are_doubled_and_line_ends_do_not_end_a_comment() {
        assert_eq!(quoted("A'); DROP"), "'A''); DROP'");
        assert_eq!(quoted("A\nB"), "'A\\u{a}B'");
        assert_eq!(or_null(None), "NULL");
    }
}
