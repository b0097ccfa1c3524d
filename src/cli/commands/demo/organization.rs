//! A made-up organization: twelve departments, 5,000 claim lines, three people who decide, four lists. HCPCS codes that begin
//! with X do not exist; the ICD-10-CM codes are those of the samples.

use std::fmt::Write as _;

/// Number of claim lines.
const LINES: usize = 5_000;

/// The departments, each with the person who decides and the codes it uses most.
const DEPARTMENTS: [(&str, &str, &[&str]); 12] = [
    ("Cardiology", "Ana Torres", &["I10", "E78.5", "E11.9"]),
    ("Emergency", "Ana Torres", &["S30.1XXA", "S00.00XA", "R42", "U07.1"]),
    ("Family medicine", "Ana Torres", &["I10", "E11.9", "J00", "Z00.00", "Z91.011"]),
    ("Internal medicine", "Ana Torres", &["I10", "E78.5", "J44.9", "N18.30", "G35"]),
    ("Pulmonology", "Ana Torres", &["J44.9", "U07.1", "J00"]),
    ("Endocrinology", "Ben Okafor", &["E11.9", "E78.5"]),
    ("Hematology", "Ben Okafor", &["D71", "E11.9"]),
    ("Neurology", "Ben Okafor", &["G35", "R42", "F89"]),
    ("Oncology", "Ben Okafor", &["C50.919", "C50.929", "C56.3", "Z17.21"]),
    ("Allergy", "Carla Weiss", &["Z91.011", "Z91.012", "J44.9"]),
    ("Dermatology", "Carla Weiss", &["B88.0", "C44.01", "C4A.0"]),
    ("Pediatrics", "Carla Weiss", &["Q75.009", "Z91.012", "F89", "J00"]),
];

/// The services: the code, its last day if it ends, and the code that replaces it.
const SERVICES: [[&str; 4]; 6] = [
    ["X1001", "Invented short visit", "20250930", "X1004"],
    ["X1002", "Invented long visit", "", ""],
    ["X1003", "Invented test", "", ""],
    ["X1005", "Invented supply", "20250930", ""],
    ["X1006", "Invented drug 5 mg", "", ""],
    ["X1007", "Invented drug 10 mg", "", ""],
];

/// A new service.
const NEW_SERVICE: [&str; 2] = ["X1004", "Invented short visit"];

/// The headings of a HCPCS table, in the layout of CMS.
const HCPCS: &str =
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,XREF1,COV,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n";

/// Returns the older HCPCS table.
pub(super) fn services_before() -> String {
    SERVICES
        .iter()
        .fold(HCPCS.to_owned(), |text, [code, name, ..]| text + &service(code, name, "20200101", "", ""))
}

/// Returns the newer HCPCS table: two services end, one of them with a replacement.
pub(super) fn services_after() -> String {
    let mut text = HCPCS.to_owned();
    for [code, name, last, instead] in SERVICES {
        text += &service(code, name, "20200101", last, instead);
    }
    let [code, name] = NEW_SERVICE;
    text + &service(code, name, "20251001", "", "")
}

fn service(code: &str, name: &str, first: &str, last: &str, instead: &str) -> String {
    format!("{code},0010,3,{name},{name},{instead},C,{first},{first},{last},N\n")
}

/// Numbers that look random and are the same in every run.
struct Sequence(u64);

impl Sequence {
    /// Returns a number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        // The multiplier and increment of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn of<'s, T>(&mut self, all: &'s [T]) -> &'s T {
        &all[self.below(all.len() as u64) as usize]
    }
}

/// Returns the claim lines: one to three for each account, each with the total of the account.
pub(super) fn usage() -> String {
    let mut text = "account,date of service,department,diagnosis,service,charges\n".to_owned();
    let mut numbers = Sequence(2026);
    let (mut lines, mut account) = (0, 10_000);
    while lines < LINES {
        account += 1;
        let (department, _, codes) = numbers.of(&DEPARTMENTS);
        let (dollars, cents) = (40 + numbers.below(900), numbers.below(100));
        for _ in 0..=numbers.below(3).min((LINES - lines - 1) as u64) {
            let (month, day) = (6 + numbers.below(6), 1 + numbers.below(28));
            let diagnosis = numbers.of(codes);
            // Most visits are of two kinds.
            let service = SERVICES[(numbers.below(6).min(numbers.below(6))) as usize][0];
            let _ = writeln!(
                text,
                "{account},2025-{month:02}-{day:02},{department},{diagnosis},{service},{dollars}.{cents:02}"
            );
            lines += 1;
        }
    }
    text
}

/// Returns the project file.
pub(super) fn project() -> String {
    let mut text = r#"# The update of a made-up organization. `codeset prepare` reads this file, `codeset init` writes such a one.
new = "2026"

[sets.icd10cm]
old = "releases/icd10cm-order-2025.txt"
new = "releases/icd10cm-2026"

[sets.hcpcs]
old = "releases/hcpcs-2025-07.csv"
new = "releases/hcpcs-2025-10.csv"

[usage]
files = ["usage.csv"]
claim-column = "account"

[lists]
paths = ["lists"]

# Who decides about the codes of a department.
[owners]
"#
    .to_owned();
    for (department, person, _) in DEPARTMENTS {
        let _ = writeln!(text, "\"{department}\" = \"{person}\"");
    }
    text
}

/// The lists, by the names of their files.
pub(super) const LISTS: [(&str, &str); 4] = [
    (
        "problem-list.csv",
        "icd10cm,description\nG35,Multiple sclerosis\nE11.9,Type 2 diabetes\nB88.0,Other acariasis\nI10,Hypertension\n",
    ),
    ("injury-cohort.csv", "icd10cm_code,cohort\nS30.1XXA,injury\nS00.00XA,injury\n"),
    (
        "allergy-order-set.json",
        "{\n  \"name\": \"Allergy follow-up\",\n  \"icd10cm\": [\"Z91.011\", \"Z91.012\"]\n}\n",
    ),
    (
        "charge-master.csv",
        "hcpcs,description,price\nX1001,Visit short,120.00\nX1002,Visit long,210.00\nX1003,Test,35.00\n",
    ),
];

/// A decision: code, target, status, note.
type Row = [&'static str; 4];

/// What two of the three save on their review pages.
pub(super) const BY_PAGE: [(&str, &str, &[Row]); 2] = [
    (
        "ana-torres.csv",
        "Ana Torres",
        &[
            ["G35", "G35.D", "accept", ""],
            ["S30.1XXA", "S30.11XA", "accept", ""],
            ["Z91.011", "Z91.0111", "choose", "by the tolerance in the record"],
            ["Z91.011", "Z91.0112", "choose", "by the tolerance in the record"],
            ["E11.9", "E11.9", "accept", "E11.A only where the record says remission"],
        ],
    ),
    (
        "ben-okafor.csv",
        "Ben Okafor",
        &[
            ["G35", "G35.A", "accept", "most of our patients"],
            ["C50.919", "C50.919", "accept", ""],
            ["D71", "", "ask", "Does the laboratory report the enzyme?"],
        ],
    ),
];

/// What the third fills in, in the worklist.
pub(super) const BY_WORKBOOK: (&str, &str, &[Row]) = (
    "carla-weiss.xlsx",
    "Carla Weiss",
    &[
        ["B88.0", "B88.09", "accept", ""],
        ["Z91.012", "Z91.0120", "accept", ""],
        ["X1005", "", "reject", "billed with the visit from now on"],
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claim_lines_are_as_many_as_they_should_be_and_the_same_in_every_run() {
        assert_eq!(usage().lines().count(), LINES + 1);
        assert_eq!(usage(), usage());
        assert!(DEPARTMENTS.iter().all(|(department, ..)| usage().contains(department)));
    }
}
