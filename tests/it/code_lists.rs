//! Lists of codes, as `diff --codes` and `teach --codes` read them.

use crate::common::row::row;
use codeset::formats::{self, Options};
use codeset::impact::{Editions, read_code_list};
use codeset::model::{Release, SourceFile};

/// Codes, level and description: C4A is between C43 and C44, as the publisher has them.
const CODES: &[(&str, u8, &str)] = &[
    ("C43", 0, "Malignant melanoma of skin"),
    ("C430", 1, "Malignant melanoma of lip"),
    ("C4A", 0, "Merkel cell carcinoma"),
    ("C4A0", 1, "Merkel cell carcinoma of lip"),
    ("C44", 0, "Other malignant neoplasm of skin"),
    ("C440", 1, "Other malignant neoplasm of skin of lip"),
    ("C441", 1, "Other malignant neoplasm of skin of eyelid"),
    ("C450", 1, "Mesothelioma of pleura"),
    ("E119", 1, "Type 2 diabetes mellitus without complications"),
    ("E11A", 1, "Type 2 diabetes mellitus in remission"),
    ("G35", 1, "Multiple sclerosis"),
    ("I10", 1, "Essential (primary) hypertension"),
    ("I20", 0, "Angina pectoris"),
    ("I200", 1, "Unstable angina"),
    ("I25", 0, "Chronic ischemic heart disease"),
    ("I259", 1, "Chronic ischemic heart disease, unspecified"),
    ("W2189XA", 1, "Striking against other sports equipment, initial encounter"),
];

fn release() -> Release {
    let text: String =
        CODES.iter().zip(1..).map(|((code, level, text), at)| row(at, code, *level, text, text)).collect();
    formats::read(vec![SourceFile::new("order.txt", text.into_bytes())], &Options::default()).unwrap()
}

/// The billable codes of a list, and its problems by line.
fn read(text: &str) -> (Vec<String>, Vec<(u32, String)>) {
    let release = release();
    let (list, problems) =
        read_code_list("ours.txt", text.as_bytes(), Editions::pair(&release, &release), None).unwrap();
    let held = release.entries().filter(|entry| entry.is_billable() && list.holds(*entry));
    let problems = problems.into_iter().map(|problem| {
        let hint = problem.hint.filter(|hint| hint.starts_with("did you")).unwrap_or_default();
        (problem.place.line.unwrap_or(0), format!("{} {hint}", problem.fact).trim_end().to_owned())
    });
    (held.map(|entry| entry.code().to_owned()).collect(), problems.collect())
}

#[test]
fn every_notation_names_its_codes() {
    for (text, codes) in [
        ("G35\nI10\n", "G35 I10"),
        ("g35, i10", "G35 I10"),
        ("E11.x", "E119 E11A"),
        ("E11.*", "E119 E11A"),
        ("E11%", "E119 E11A"),
        ("E11.xx", "E119 E11A"),
        ("E11-", "E119 E11A"),
        ("E1*", "E119 E11A"),
        ("I20-I25", "I200 I259"),
        ("I20 to I25", "I200 I259"),
        ("I20..I25", "I200 I259"),
        ("I20-25", "I200 I259"),
        ("C43-C44", "C430 C440 C441 C4A0"),
        ("C43-C45", "C430 C440 C441 C450 C4A0"),
        ("C43-C44 although not C44", "C430 C4A0"),
        ("C43-C44 except C44.0", "C430 C441 C4A0"),
        ("code,description\nG35,Multiple sclerosis\n", "G35"),
        ("# ours\n\nG35 # not I10\n", "G35"),
        ("=\"G35\"\n'I10\n\u{a0}E11.9\n", "E119 G35 I10"),
        ("ICD10CM:G35\nICD10CM|I10\n$ICD10CM#E11.9", "E119 G35 I10"),
        ("G35 - Multiple sclerosis\r\nI10: Hypertension\r\n", "G35 I10"),
        ("G35\rI10\r", "G35 I10"),
        // Padded to four characters, as systems write it that know no shorter codes.
        ("G35\nI10X", "G35 I10"),
        ("E*", "E119 E11A"),
        ("E11.?\nE11\u{2013}", "E119 E11A"),
        ("\"G35\"\n\u{201c}I10\u{201d}\nE\u{200b}11.9", "E119 G35 I10"),
        ("G35,Multiple sclerosis\nI10,Hypertension\n", "G35 I10"),
        ("G35,\"Sclerosis, multiple\",Neurology", "G35"),
        ("G35|Multiple sclerosis", "G35"),
        // Tables: the column of codes need not be the first, nor the headings in the first row.
        ("Clinic list 2025\nclinic,icd10,description\nA,G35,MS\nB,E11.*,Diabetes\n", "E119 E11A G35"),
        ("I20", "I200"),
    ] {
        let (held, problems) = read(text);
        assert_eq!((held.join(" ").as_str(), problems), (codes, Vec::new()), "{text:?}");
    }
}

#[test]
fn what_names_nothing_is_a_problem_with_its_line() {
    // What is unlike a code is not quoted: it may be the name of a person.
    let unread = |text: &str| match text {
        "" => "a cell cannot be read as ICD-10-CM codes".to_owned(),
        text => format!("`{text}` cannot be read as ICD-10-CM codes"),
    };
    let unknown = |text: &str, near: &str| format!("`{text}` matches no code of the releases{near}");
    for (text, line, fact) in [
        ("G35\nMultiple sclerosis\n", 2, unread("")),
        ("G35, I10, what", 1, unread("")),
        ("G35\n^I1", 2, unread("")),
        ("G35\nI25-I20", 2, unread("I25-I20")),
        ("G35\nZ99.9", 2, unknown("Z99.9", "")),
        ("G35\nZ99.x", 2, unknown("Z99*", "")),
        ("G35\nX20-X25", 2, unknown("X20-X25", "")),
        ("G35\nW21.89A", 2, unknown("W21.89A", " did you mean W21.89XA?")),
        (
            "type,code\nICD10CM,G35\nSNOMED,24700007\n",
            0,
            "1 code is declared as SNOMED CT, not ICD-10-CM; left out".to_owned(),
        ),
        ("G35\nSNOMED:24700007\n", 2, "a cell is declared as SNOMED CT, not ICD-10-CM".to_owned()),
        ("G35\nC43-C44 except skin", 2, unread("")),
    ] {
        let (held, problems) = read(text);
        assert!(held.contains(&"G35".to_owned()), "{text:?}");
        assert_eq!(problems, [(line, fact)], "{text:?}");
    }
}
