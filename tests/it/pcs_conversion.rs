//! The conversion table of ICD-10-PCS on the official file. Skipped where it is not here.

use std::collections::BTreeSet;

use crate::common::official::{data, open};
use codeset::crosswalk::{Disposition, EvidenceKind, crosswalk, reverse};
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::model::{ConversionRow, Edition, Operand, Release, SourceFile, Subject};

const APRIL_2022: &str = "icd10pcs/fy2022-apr/cms_2022_errata.zip";

/// The release of April 2022 with its table.
fn april() -> Option<Release> {
    let mut release = open(&data()?.join(APRIL_2022));
    release.edition = Edition::parse("2022-04");
    Some(release)
}

fn previous(row: &ConversionRow) -> Option<&str> {
    match &row.previous.operands[..] {
        [Operand::Code(code)] => Some(code),
        _ => None,
    }
}

#[test]
fn every_row_of_the_table_is_understood() {
    let Some(release) = april() else { return };
    let [table] = &release.companions.conversion_tables[..] else {
        panic!("one table comes with the release")
    };
    assert_eq!(table.problems, []);
    assert_eq!((table.rows.len(), table.retired.len()), (16_036, 227));
    let count = |test: &dyn Fn(&ConversionRow) -> bool| table.rows.iter().filter(|row| test(row)).count();
    assert_eq!(count(&|row| row.subject == Subject::Previous), 2_820);
    assert_eq!(count(&|row| row.previous.operands.is_empty()), 1_040);
    assert_eq!(count(&|row| previous(row) == Some(&row.current)), 2_384);
    let is_october = |row: &ConversionRow| (row.effective.month(), row.effective.day()) == (10, 1);
    assert_eq!(count(&|row| !is_october(row)), 44);
    // What the table calls deleted is not in the release, and what it calls retired neither.
    let deleted = table.rows.iter().filter(|row| row.subject == Subject::Previous).filter_map(previous);
    let retired = table.retired.iter().map(|retired| retired.code.as_str());
    assert!(deleted.chain(retired).all(|code| release.find_billable(code).is_none()));
}

/// The release before, made of what the table says of the steps after a day: no file of it is here.
fn before(new: &Release, day: &str) -> Release {
    let day = day.parse().unwrap();
    let table = &new.companions.conversion_tables[0];
    let mut codes: BTreeSet<&str> =
        new.entries().filter(|entry| entry.is_billable()).map(codeset::model::Entry::code).collect();
    for row in table.rows.iter().filter(|row| row.effective > day) {
        match row.subject {
            Subject::Current if previous(row) != Some(&row.current) => codes.remove(row.current.as_str()),
            Subject::Current => continue,
            Subject::Previous => codes.insert(previous(row).unwrap()),
        };
    }
    let gone = table.retired.iter().filter(|retired| retired.effective > day);
    codes.extend(gone.map(|retired| retired.code.as_str()));
    let row = |(at, code): (usize, &&str)| format!("{:05} {code:<7} 1 {code:<60} {code}\r\n", at + 1);
    let text: String = codes.iter().enumerate().map(row).collect();
    let options = Options { edition: Edition::parse("2021-04"), ..Options::default() };
    formats::read(vec![SourceFile::new("before.txt", text.into_bytes())], &options).unwrap()
}

#[test]
fn deleted_codes_lead_to_codes_that_were_there_before() {
    let Some(new) = april() else { return };
    let old = before(&new, "2021-04-01");
    let diff = diff(&old, &new);
    let (there, back) = (crosswalk(&diff), reverse(&diff));
    let of = |mapping: &&codeset::crosswalk::Mapping<'_>| mapping.status.word() == "removed";
    let removed: Vec<_> = there.mappings.iter().filter(of).collect();
    let decided = |decision| removed.iter().filter(|mapping| mapping.decision == decision).count();
    // CMS counts 107 deleted codes in that step.
    assert_eq!(
        [decided(Disposition::Automatic), decided(Disposition::Choose), decided(Disposition::None)],
        [0, 105, 2]
    );
    // New codes, 21 of them without anything that stood for them.
    assert_eq!(back.mappings.len(), 200);
    assert_eq!(back.mappings.iter().filter(|mapping| mapping.targets.is_empty()).count(), 21);
    assert_eq!(there.problems, []);
    // The table says itself that nothing replaces these.
    let none = there.mappings.iter().filter(|mapping| mapping.decision == Disposition::None);
    let lines: Vec<String> = none.flat_map(|mapping| &mapping.paths).map(ToString::to_string).collect();
    assert_eq!(lines, ["XR2G021 -> none (2021-10-01, row 16029)", "XR2H021 -> none (2021-10-01, row 16030)"]);
    let evidence =
        there.mappings.iter().flat_map(|mapping| &mapping.targets).flat_map(|target| &target.evidence);
    assert!(evidence.into_iter().all(|evidence| evidence.kind == EvidenceKind::Official));
}
