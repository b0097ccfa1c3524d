//! Suggestions by the characters of a code: their rules on made-up releases, and what they reach on official ones.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use crate::common::official;
use crate::common::rows::{release, row};
use calamine::{Data, Reader as _, Xlsx};
use codeset::crosswalk::{Disposition, Evaluation, EvidenceKind, Quality, Relationship, crosswalk, evaluate};
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::model::sets::{ICD10CM, ICD10PCS};
use codeset::model::{Edition, Release, SourceFile};
use codeset::sources;

/// A release of codes with flags and long descriptions.
fn of(set: &str, year: i16, codes: &[(&str, u8, &str)]) -> Release {
    let text = codes.iter().enumerate().map(|(at, (code, flag, long))| row(at + 1, code, *flag, code, long));
    release(&format!("{set}_order_{year}.txt"), text.collect(), year)
}

/// What is suggested for the only code that lost validity: each target with its kind and relationship.
fn suggested(old: &Release, new: &Release) -> Vec<(String, EvidenceKind, Relationship)> {
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let [mapping] = &crosswalk.mappings[..] else { panic!("{:?}", crosswalk.mappings) };
    let expected = if mapping.targets.is_empty() { Disposition::None } else { Disposition::Choose };
    assert_eq!(mapping.decision, expected, "a suggestion decides nothing");
    let targets = mapping.targets.iter();
    targets
        .map(|target| (target.entry.code().to_owned(), target.evidence[0].kind, target.relationship))
        .collect()
}

fn all(codes: &[&str], kind: EvidenceKind, to: Relationship) -> Vec<(String, EvidenceKind, Relationship)> {
    codes.iter().map(|code| ((*code).to_owned(), kind, to)).collect()
}

const STAYS: (&str, u8, &str) = ("T2000XA", 1, "Burn of nose, initial encounter");

#[test]
fn new_codes_with_a_character_for_a_placeholder_are_suggested_all_of_them() {
    let old = of("icd10cm", 2025, &[("T404X1A", 1, "Poisoning by poppies, initial encounter"), STAYS]);
    let new = [
        ("T40411A", 1, "Poisoning by red poppies, initial encounter"),
        ("T40421A", 1, "Blue ones, initial encounter"),
        ("T40491A", 1, "Poisoning by poppies, initial encounter"),
        ("T40491D", 1, "Poisoning by poppies, subsequent encounter"),
        ("T40511A", 1, "Poisoning by daisies, initial encounter"),
        STAYS,
    ];
    let found = suggested(&old, &of("icd10cm", 2026, &new));
    let three = ["T40411A", "T40421A", "T40491A"];
    let broader = Relationship::SourceIsBroaderThanTarget;
    assert_eq!(
        found,
        all(&three, EvidenceKind::FilledPlaceholder, broader),
        "not only the one that says the same"
    );
}

#[test]
fn a_code_that_was_there_before_fills_no_placeholder() {
    let existing = ("T40411A", 1, "Poisoning by tulips, initial encounter");
    let old =
        of("icd10cm", 2025, &[("T404X1A", 1, "Poisoning by poppies, initial encounter"), existing, STAYS]);
    assert_eq!(suggested(&old, &of("icd10cm", 2026, &[existing, STAYS])), []);
}

#[test]
fn a_header_that_became_billable_is_suggested_for_the_codes_that_were_below_it() {
    let old =
        of("icd10cm", 2025, &[("I60", 0, "Bleeds"), ("I602", 0, "Bleed"), ("I6021", 1, "Right one"), STAYS]);
    let new = of("icd10cm", 2026, &[("I60", 0, "Bleeds"), ("I602", 1, "Bleed"), STAYS]);
    let narrower = Relationship::SourceIsNarrowerThanTarget;
    assert_eq!(suggested(&old, &new), all(&["I602"], EvidenceKind::BillableParent, narrower));
}

#[test]
fn a_parent_may_have_fillers_and_the_extension_of_the_code() {
    let old = of("icd10cm", 2025, &[("V4701XA", 1, "Driver of a van hit, initial encounter"), STAYS]);
    let new = [
        ("V470XXA", 1, "Car driver hit, initial encounter"),
        ("V470XXD", 1, "Car driver hit, subsequent encounter"),
        STAYS,
    ];
    let narrower = Relationship::SourceIsNarrowerThanTarget;
    let found = suggested(&old, &of("icd10cm", 2026, &new));
    assert_eq!(found, all(&["V470XXA"], EvidenceKind::BillableParent, narrower));
}

const BRANCHING: (&str, u8, &str) =
    ("03793F6", 1, "Dilation of Hand Artery, Branching, with Two Devices, Open Approach");

#[test]
fn a_procedure_that_says_less_in_one_character_is_suggested_the_nearest_one() {
    let existing = [
        ("03793FZ", 1, "Dilation of Hand Artery with Two Devices, Open Approach"),
        ("03793GZ", 1, "Dilation of Hand Artery with Three Devices, Open Approach"),
        ("0379FF6", 1, "Dilation of Artery, Open Approach"),
    ];
    let old = of("icd10pcs", 2025, &[&[BRANCHING], &existing[..]].concat());
    let found = suggested(&old, &of("icd10pcs", 2026, &existing));
    let narrower = Relationship::SourceIsNarrowerThanTarget;
    assert_eq!(found, all(&["03793FZ"], EvidenceKind::OneCharacter, narrower));
}

#[test]
fn a_procedure_without_the_device_is_no_successor() {
    let without = ("03793Z6", 1, "Dilation of Hand Artery, Branching, Open Approach");
    let old = of("icd10pcs", 2025, &[BRANCHING, without]);
    assert_eq!(suggested(&old, &of("icd10pcs", 2026, &[without])), []);
}

#[test]
fn a_procedure_that_says_something_else_is_no_successor() {
    let elsewhere = ("03793FZ", 1, "Dilation of Foot Artery with Two Devices, Open Approach");
    let old = of("icd10pcs", 2025, &[BRANCHING, elsewhere]);
    assert_eq!(suggested(&old, &of("icd10pcs", 2026, &[elsewhere])), []);
}

/// HCPCS records with their last days and the codes to use instead.
fn records(edition: &str, records: &[(&str, &str, &str, &str)]) -> Release {
    let mut text = "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,XREF1,ADD DT,TERM DT\n".to_owned();
    for (code, description, instead, last_day) in records {
        text.push_str(&format!("{code},00100,3,\"{description}\",{code},{instead},20000101,{last_day}\n"));
    }
    let options = Options { edition: Edition::parse(edition), ..Options::default() };
    formats::read(vec![SourceFile::new(format!("{edition}.csv"), text.into_bytes())], &options).unwrap()
}

#[test]
fn a_new_record_with_the_text_of_one_that_ended_is_suggested_and_never_called_official() {
    let old = records("2019", &[("C9001", "Injection, sample drug, 1 mg", "", "")]);
    let new = [
        ("C9001", "Injection, sample drug, 1 mg", "", "20191231"),
        ("J1001", "Injection, sample drug 1 mg", "", ""),
        ("J1002", "Injection, sample drug, 2 mg", "", ""),
    ];
    let found = suggested(&old, &records("2020", &new));
    assert_eq!(found, all(&["J1001"], EvidenceKind::SameDescription, Relationship::RelatedTo));
}

#[test]
fn a_record_that_names_its_successor_needs_no_suggestion() {
    let old = records("2019", &[("C9001", "Injection, sample drug, 1 mg", "", "")]);
    let new = [
        ("C9001", "Injection, sample drug, 1 mg", "J1002", "20191231"),
        ("J1001", "Injection, sample drug, 1 mg", "", ""),
        ("J1002", "Injection, sample drug, 2 mg", "", ""),
    ];
    let found = suggested(&old, &records("2020", &new));
    let official: Vec<_> = found.iter().map(|(code, kind, _)| (code.as_str(), *kind)).collect();
    assert_eq!(official, [("J1002", EvidenceKind::Official)]);
}

#[test]
fn five_codes_of_2019_have_the_text_of_a_code_of_2020() {
    let Some(data) = official::data() else { return };
    let paths = ["2019/2019-Alpha-Numeric-HCPCS-File.zip", "2020/2020-Alpha-Numeric-HCPCS-File.zip"];
    let [old, new] = paths.map(|path| official::open(&data.join("hcpcs").join(path)));
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let suggested = crosswalk.mappings.iter().filter(|mapping| {
        mapping.targets.iter().any(|target| target.evidence[0].kind == EvidenceKind::SameDescription)
    });
    let pairs: Vec<_> = suggested
        .inspect(|mapping| assert_eq!(mapping.decision, Disposition::Choose))
        .map(|mapping| (mapping.source.code(), mapping.targets[0].entry.code(), mapping.targets.len()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("C9035", "J1943", 1),
            ("C9036", "J0222", 1),
            ("C9037", "J2798", 1),
            ("C9038", "J9204", 1),
            ("C9039", "J0291", 1)
        ]
    );
}

/// Sums over steps, of all kinds but expansion: they are asked about codes that are gone, not about new headers.
#[derive(Debug, Default)]
struct Sums {
    asked: u64,
    proposed: u64,
    correct: u64,
    complete: u64,
    invented: u64,
}

impl Sums {
    fn add(&mut self, evaluation: &Evaluation<'_>) {
        let removed = evaluation.kinds.iter().filter(|quality| quality.kind != EvidenceKind::Expansion);
        // Each kind is asked about what the kinds before it have left.
        self.asked += removed.clone().map(|quality| quality.asked).max().unwrap_or(0);
        self.proposed += removed.clone().map(|quality| quality.proposed).sum::<u64>();
        self.correct += removed.clone().map(|quality| quality.correct).sum::<u64>();
        self.complete += removed.map(|quality| quality.complete).sum::<u64>();
        self.invented +=
            evaluation.kinds.iter().map(|quality| quality.proposed_without_official).sum::<u64>();
    }
}

#[test]
fn codes_removed_from_fy2016_to_fy2024_have_right_and_complete_suggestions() {
    let Some(data) = official::data() else { return };
    let data = data.join("icd10cm");
    // The editions in between are not here: seven steps are one.
    let paths =
        ["fy2016/cms_2016_dx.zip", "fy2017/cms_2017_dx.zip", "fy2024/icd10cm-CodesDescriptions-2024.zip"];
    let mut releases = paths.map(|path| official::open(&data.join(path)));
    let table = data.join("fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx");
    let table = formats::read_maps(sources::open(&table, &formats::wanted).unwrap().files).tables;
    let mut sums = Sums::default();
    for at in 1..releases.len() {
        releases[at].companions.conversion_tables.clone_from(&table);
        let diff = diff(&releases[at - 1], &releases[at]);
        sums.add(&evaluate(&diff));
    }
    println!("{sums:?}");
    assert!(sums.correct as f64 >= 0.995 * sums.proposed as f64, "{sums:?}");
    assert!(sums.complete as f64 >= 0.97 * sums.asked as f64, "{sums:?}");
    assert!(sums.invented <= 10, "{sums:?}");
}

/// The editions of ICD-10-PCS before April 2022 with the titles that its conversion table has of their codes: no files of
/// them are here. By the day from which each was valid.
fn editions_by_table(path: &std::path::Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let opened = sources::open(path, &formats::wanted).unwrap();
    let april = official::open(path);
    let billable = april.entries().filter(|entry| entry.is_billable());
    let mut codes: BTreeMap<String, String> =
        billable.map(|entry| (entry.code().to_owned(), entry.long().to_owned())).collect();
    let table = opened.files.into_iter().find(|file| file.source.name.contains("conversion")).unwrap();
    let mut workbook = Xlsx::new(Cursor::new(table.bytes)).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<String>> =
        sheet.rows().skip(1).map(|row| row.iter().map(Data::to_string).collect()).collect();
    let day = |row: &[String]| format!("{}-{}", row[2], row[7].replace('.', "-"));
    let days: BTreeSet<String> = rows.iter().map(|row| day(row)).collect();
    let mut editions = BTreeMap::new();
    for effective in days.iter().rev() {
        editions.insert(effective.clone(), codes.clone());
        let rows: Vec<&Vec<String>> = rows.iter().filter(|row| day(row) == *effective).collect();
        for row in rows.iter().filter(|row| row[5] == "New" && row[0] != row[3]) {
            codes.remove(&row[0]);
        }
        for row in rows.iter().filter(|row| row[3] != "NoPCS") {
            if row[5] == "Revised" || !codes.contains_key(&row[3]) {
                codes.insert(row[3].clone(), row[4].trim().to_owned());
            }
        }
    }
    // Its first rows are of FY2017.
    editions.insert("2015-10-01".to_owned(), codes);
    editions
}

/// Adds up what one kind reached.
fn add(sum: &mut [u64; 4], quality: &Quality) {
    let more = [quality.proposed, quality.correct, quality.answered, quality.complete];
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

#[test]
fn what_outputs_say_of_procedures_is_what_was_measured() {
    let Some(data) = official::data() else { return };
    let path = data.join("icd10pcs/fy2022-apr/cms_2022_errata.zip");
    let editions = editions_by_table(&path);
    let tables = official::open(&path).companions.conversion_tables;
    let steps = (2016..2022).map(|year| (year, year + 1));
    let mut sums: BTreeMap<EvidenceKind, [u64; 4]> = BTreeMap::new();
    let mut asked = 0;
    for (from, to) in steps {
        let [old, mut new] = [from, to].map(|year: i16| {
            let codes = editions[&format!("{}-10-01", year - 1)].iter().enumerate();
            let text = codes.map(|(at, (code, title))| {
                let short: String = title.chars().take(60).collect();
                row(at + 1, code, 1, &short, title)
            });
            release(&format!("icd10pcs_order_{year}.txt"), text.collect(), year)
        });
        new.companions.conversion_tables.clone_from(&tables);
        let diff = diff(&old, &new);
        let evaluation = evaluate(&diff);
        asked += evaluation.with_official;
        for quality in &evaluation.kinds {
            add(sums.entry(quality.kind).or_default(), quality);
            assert_eq!(quality.proposed_without_official, 0, "{quality:?}");
        }
    }
    assert_eq!(asked, 2_810);
    for (kind, sum) in sums {
        let claimed = kind.measured(&ICD10PCS);
        let figures = claimed.map_or([0; 4], |it| [it.proposed, it.correct, it.answered, it.complete]);
        assert_eq!(figures.map(u64::from), sum, "{kind:?}");
    }
    assert_eq!(EvidenceKind::OneCharacter.measured(&ICD10CM), None);
}
