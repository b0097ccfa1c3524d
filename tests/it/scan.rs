//! Codes in the files of others: which fields hold them, and what is said about them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use crate::common::lists;
use crate::common::official;
use crate::common::row::row;
use codeset::crosswalk::{Crosswalk, crosswalk};
use codeset::diff::{Diff, diff};
use codeset::formats::{self, Options};
use codeset::interchange::render;
use codeset::model::{Edition, Release, SourceFile};
use codeset::report::{FileRows, ScanReport};
use codeset::scan::{FileScan, Finding, FindingKind, Names, Plan, ScanOptions};
use codeset::view::Format;
use jiff::civil::Date;

/// What is in FY2025 and in FY2026: R05 and E87.2 were demoted, Z59.1 removed with one successor, T36.8X2A narrowed; B24
/// ended long ago; M05.79 has a new sibling; I10 is described anew.
const CODES: &[(&str, u8, u8, &str)] = &[
    ("A00", 1, 1, "Cholera"),
    ("A000", 2, 2, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
    ("A001", 2, 2, "Cholera due to Vibrio cholerae 01, biovar eltor"),
    ("A0100", 2, 2, "Typhoid fever, unspecified"),
    ("A4281", 2, 2, "Actinomycotic meningitis"),
    ("E87", 1, 1, "Other disorders of fluid, electrolyte and acid-base balance"),
    ("E872", 2, 1, "Acidosis"),
    ("E8720", 0, 2, "Acidosis, unspecified"),
    ("E8721", 0, 2, "Acute metabolic acidosis"),
    ("I10", 2, 2, "Essential (primary) hypertension"),
    ("M057", 1, 1, "Rheumatoid arthritis with rheumatoid factor"),
    ("M0570", 2, 2, "Rheumatoid arthritis of unspecified site"),
    ("M0571", 2, 2, "Rheumatoid arthritis of shoulder"),
    ("M057A", 0, 2, "Rheumatoid arthritis of other specified site"),
    ("R05", 2, 1, "Cough"),
    ("R051", 0, 2, "Acute cough"),
    ("R052", 0, 2, "Subacute cough"),
    ("T368X2A", 2, 2, "Poisoning by other systemic antibiotics"),
    ("T36AX2A", 0, 2, "Poisoning by fluoroquinolone antibiotics"),
    ("Z591", 2, 0, "Inadequate housing"),
    ("Z5919", 0, 2, "Other inadequate housing"),
];

const TABLE: &str = "Current code assignment,Effective Date,Previous Code(s) Assignment\r\n\
    E87.20,2026,E87.2\r\nE87.21,2026,E87.2\r\nR05.1,2026,R05\r\nR05.2,2026,R05\r\nT36.AX2A,2026,T36.8X2A\r\n\
    Z59.19,2026,Z59.1\r\nB20,2018,B24\r\n";

fn releases() -> [Release; 2] {
    let text = |year: usize| -> String {
        let held = CODES
            .iter()
            .map(|(code, old, new, text)| (code, [*old, *new][year], text))
            .filter(|(_, level, _)| *level > 0);
        let told = |code: &str, text: &str| {
            if year == 1 && code == "I10" { format!("{text} (HTN)") } else { text.to_owned() }
        };
        held.enumerate()
            .map(|(at, (code, level, text))| row(at + 1, code, level - 1, text, &told(code, text)))
            .collect()
    };
    let read = |files, year| {
        formats::read(files, &Options { edition: Some(Edition::Year(year)), ..Options::default() }).unwrap()
    };
    let file = |name: &str, text: String| SourceFile::new(name, text.into_bytes());
    [
        read(vec![file("old.txt", text(0))], 2025),
        read(vec![file("new.txt", text(1)), file("table.csv", TABLE.to_owned())], 2026),
    ]
}

/// Scans a text and hands out what was found.
fn scanned(name: &str, text: &[u8], options: &ScanOptions, look: impl FnOnce(&FileScan<'_>)) {
    let [old, new] = releases();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], options);
    look(&plan.scan_text(name, &mut &text[..]).unwrap());
}

fn told(finding: &Finding<'_>) -> String {
    format!(
        "{} {} {}:{}",
        finding.kind.word(),
        finding.display,
        finding.location.line,
        finding.location.column
    )
}

/// The findings of a text, in words, but for what lists lack.
fn findings(name: &str, text: &str) -> Vec<String> {
    all_findings(name, text).into_iter().filter(|told| !told.starts_with("incomplete")).collect()
}

/// The same with what lists lack.
fn all_findings(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    scanned(name, text.as_bytes(), &ScanOptions::default(), |scan| {
        found = scan.findings.iter().map(|finding| told(finding)).collect();
    });
    found
}

/// Its regions, in words.
fn regions(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    scanned(name, text.as_bytes(), &ScanOptions::default(), |scan| {
        found = scan
            .regions
            .iter()
            .map(|region| format!("{} {} {}", region.place, region.set, region.codes))
            .collect();
    });
    found
}

#[test]
fn dead_codes_are_found_in_a_column_whatever_way_they_are_written() {
    let text =
        "id,dx,text\n1,E87.2,a\n2,e872,b\n3,\"A00.0|R05, Z59.1\",c\n4,Z591 Inadequate housing,d\n5,A001.,e\n";
    assert_eq!(
        findings("list.csv", text),
        ["dead E87.2 2:3", "dead E87.2 3:3", "dead R05 4:10", "dead Z59.1 4:15", "dead Z59.1 5:3"]
    );
}

#[test]
fn a_taxi_ride_is_no_typhoid_fever() {
    // A0100 and A4281 are codes of HCPCS Level II as well.
    assert_eq!(regions("a.csv", "code\nA0100\nA4281\nA0100\n"), ["column `code` unclear 2"]);
    // Two different codes may be a coincidence in any number of rows.
    let rows = "R05\nI10\n".repeat(300);
    assert_eq!(regions("a.csv", &format!("code\n{rows}")), ["column `code` unclear 2"]);
    assert_eq!(regions("a.csv", "name\nAda\nI10\nBen\n"), Vec::<String>::new());
    assert_eq!(regions("a.csv", "HCPCS code\nA0100\nA4281\nA0100\n"), ["column `HCPCS code` hcpcs 3"]);
    assert_eq!(regions("a.csv", "icd10 code\nA0100\nA4281\nA0100\n"), ["column `icd10 code` icd10cm 2"]);
    assert_eq!(
        regions("a.csv", "code\nA0100\nA4281\nA0000\nA001\n").len(),
        0,
        "three of four values are codes"
    );
    assert_eq!(regions("a.csv", "code\nA01.00\nA42.81\nA00.0\nR05\n"), ["column `code` icd10cm 4"]);
}

#[test]
fn a_system_next_to_a_code_says_what_it_is() {
    let text = "- system: http://hl7.org/fhir/sid/icd-10-cm\n  code: E87.2\n- system: http://www.ama-assn.org/go/cpt\n  code: A0100\n";
    assert_eq!(findings("a.yml", text), ["dead E87.2 2:9"]);
    let text = "icd_version,icd_code\n9,E872\n10,E872\n";
    assert_eq!(findings("a.csv", text), ["dead E87.2 3:4"]);
}

#[test]
fn headers_that_a_list_keeps_on_purpose_are_not_reported() {
    let codes = "A00.0\nA00.1\nI10\n".repeat(40);
    assert_eq!(findings("a.csv", &format!("dx\nA00\n{codes}")), ["header A00 2:1"]);
    let kept = "dx\nA00\nE87\nM05.7\nA00.0\nA00.1\nE87.2\n";
    assert_eq!(findings("a.csv", kept), ["dead E87.2 7:1"]);
}

#[test]
fn a_list_that_lacks_a_new_code_is_reported_with_what_leads_to_it() {
    let text = "dx\nT36.8X2A\nM05.70\nM05.71\nA00.0\n";
    assert_eq!(
        all_findings("a.csv", text),
        ["incomplete M05.7A 2:1", "incomplete T36.AX2A 2:1", "narrowed T36.8X2A 2:1"]
    );
}

#[test]
fn data_that_are_coded_with_a_code_are_no_list() {
    let text = format!("dx\n{}", "T36.8X2A\nM05.70\nM05.71\n".repeat(10));
    assert!(all_findings("a.csv", &text).iter().all(|finding| !finding.starts_with("incomplete")));
}

#[test]
fn rows_that_have_ended_are_right_as_they_are() {
    let text = "code,valid_from,valid_to\nE87.2,2015-10-01,2025-09-30\nR05,2015-10-01,9999-12-31\nA00.0,,\nA00.1,,\n";
    assert_eq!(all_findings("a.csv", text), ["dead R05 3:1", "incomplete R05.1 3:1", "incomplete R05.2 3:1"]);
}

#[test]
fn a_row_that_begins_before_its_code_is_reported() {
    let text = "code,valid_from\nE87.20,2025-01-01\nE87.21,2025-10-01\nR05.1,1900-01-01\nA00.0,2015-10-01\n";
    assert_eq!(findings("a.csv", text), ["not-yet-valid E87.20 2:1"]);
    let options = ScanOptions { on: Some(Date::constant(2025, 9, 1)), ..ScanOptions::default() };
    scanned("a.csv", b"dx\nE87.20\nA00.0\nA00.1\n", &options, |scan| {
        assert_eq!(
            scan.findings.iter().map(|finding| told(finding)).collect::<Vec<_>>(),
            ["not-yet-valid E87.20 2:1"]
        );
    });
}

#[test]
fn slips_are_reported_with_the_code_that_may_have_been_meant() {
    let text = "dx\nA00.0\nA00.1\nI1O\nB24\nE87.3X\nIMO0002\nI10\nM05.70\nM05.71\nA01.00\nA42.81\nT36.8X2A\nA00.0\n\
                A00.0\nA00.0\nA00.0\nA00.0\nA00.0\nA00.0\n";
    scanned("a.csv", text.as_bytes(), &ScanOptions::default(), |scan| {
        let of = |kind| scan.findings.iter().filter(move |finding| finding.kind == kind);
        let slips: Vec<_> = of(FindingKind::NeverValid)
            .map(|finding| {
                (
                    finding.display.clone(),
                    finding.nearest.iter().map(|near| near.display()).collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(slips, [("I1O".to_owned(), vec!["I10".to_owned()]), ("E87.3X".to_owned(), vec![])]);
        assert_eq!(
            of(FindingKind::Ended).map(|finding| told(finding)).collect::<Vec<_>>(),
            ["ended B24 5:1"]
        );
    });
}

#[test]
fn an_old_description_is_reported_where_it_is() {
    let text = "dx,text\nI10,Essential (primary) hypertension\nA00.0,x\nA00.1,y\n";
    assert_eq!(findings("a.csv", text), ["reworded I10 2:5"]);
    let text = "dx,text\nI10,Essential (primary) hypertension (HTN)\nA00.0,x\nA00.1,y\n";
    assert!(findings("a.csv", text).is_empty());
}

#[test]
fn patterns_and_ranges_that_mean_other_codes_are_reported() {
    let text = "SELECT 1 WHERE icd10 LIKE 'E87%' OR icd10 ~ '^A00' OR SUBSTR(icd10, 1, 3) IN ('R05', 'A00')\n\
                OR icd10 BETWEEN 'M05' AND 'M06'";
    assert_eq!(findings("a.sql", text), ["pattern E87% 1:28", "pattern R05 1:80", "pattern M05 .. M06 2:19"]);
    let text = "dx\nA00.0-Z59.1\nA00-A01\nE87.*\nA00.0\nA00.1\n";
    assert_eq!(findings("a.csv", text), ["range A00.0-Z59.1 2:1", "pattern E87.* 4:1"]);
}

#[test]
fn marks_except_a_line_or_the_next_or_one_of_its_codes() {
    let text = "dx = [\n 'E87.2', # codeset:ignore why\n # codeset:ignore-next-line\n 'R05',\n 'Z59.1', 'E87.2', # codeset:ignore E87.2\n 'A00.0']\n";
    assert_eq!(all_findings("a.py", text), ["dead Z59.1 5:3", "incomplete Z59.19 5:3"]);
}

#[test]
fn running_text_is_judged_as_a_whole() {
    let text = "ICD-10-CM changes: E87.2 and R05 die, A00.0 stays. Room B12, flight A320.\n";
    assert_eq!(findings("a.md", text), ["dead E87.2 1:20"]);
    assert!(findings("a.md", "Take bus E87.2 to gate R05.\n").is_empty());
}

#[test]
fn every_kind_of_text_is_read() {
    let texts = [
        ("a.json", r#"{"icd10": ["E87.2", "A00.0"]}"#, "dead E87.2 1:13"),
        ("a.jsonl", "{\"dx\": \"A00.0\"}\n{\"dx\": \"E87.2\"}\n", "dead E87.2 2:9"),
        ("a.yaml", "icd10:\n  - A00.0\n  - \"E87.2\"\n", "dead E87.2 3:6"),
        ("a.toml", "icd10 = ['A00.0', 'E87.2']\n", "dead E87.2 1:20"),
        ("a.xml", "<x><dx>A00.0</dx>\n<dx>E87.2</dx></x>", "dead E87.2 2:5"),
        ("a.html", "<table><tr><th>dx</th></tr><tr><td>E87.2</td></tr></table>", "dead E87.2 1:36"),
        ("a.sql", "INSERT INTO t (icd10) VALUES ('A00.0'),\n('E87.2');", "dead E87.2 2:3"),
        ("a.py", "ICD10 = {'A00.0': 1,\n 'E87.2': 2}", "dead E87.2 2:3"),
        ("a.R", "dx <- c('A00.0', 'E87.2')", "dead E87.2 1:19"),
        ("a.txt", "dx|text\nA00.0|x\nE87.2|y\n", "dead E87.2 3:1"),
    ];
    for (name, text, expected) in texts {
        assert_eq!(findings(name, text), [expected], "{name}");
    }
}

#[test]
fn lists_in_programs_and_forms_are_read() {
    let texts = [
        ("a.R", "m[['x9']] <- c('410', '412')\nm[['x10']] <- c('A00.0', 'I10', 'E87.2')\n", "E87.2"),
        ("a.py", "X = {'icd9': ['410'], 'icd10': ['A00.0', 'E87.2']}", "E87.2"),
        ("a.js", "x = [{ code: 'E87.2', system: 'ICD10CM' }, { code: 'R05', system: 'CPT' }]", "E87.2"),
        ("a.do", "local dx A000 I10 E872\n", "E872"),
        ("a.sas", "%let icd10 = A000 E872;\n", "E872"),
        ("a.drl", "rule \"x\" when Dx(icd10 in (\"A00.0\", \"E87.2\")) then end", "E87.2"),
        ("a.sql", "SELECT 1 WHERE icd10 = ANY(ARRAY['A00.0', 'E87.2'])", "E87.2"),
        ("a.fsh", "Alias: $I = http://hl7.org/fhir/sid/icd-10-cm\n* $I#R05 \"Cough\"\n", "R05"),
        ("a.md", "| dx | x |\n|---|---|\n| E87.2 | y |\n", "E87.2"),
        ("a.html", "<input type=radio name=dx value=\"E87.2\">", "E87.2"),
        ("a.xml", "<a><![CDATA[<table><tr><th>dx</th></tr><tr><td>R05</td></tr></table>]]></a>", "R05"),
        (
            "a.json",
            r#"{"c": [{"code": "E87.2", "type": "ICD-10-CM"}, {"code": "636", "type": "RC"}]}"#,
            "E87.2",
        ),
        ("a.csv", "list_name,name,label\nicd10,E87.2,x\nyesno,1,Yes\n", "E87.2"),
        (
            "b.csv",
            "\"Variable / Field Name\",\"Choices, Calculations, OR Slider Labels\"\ndx,\"1, E87.2 Acidosis | 2, I10 x\"\n",
            "E87.2",
        ),
        (
            "a.ipynb",
            "{\"cells\": [{\"cell_type\": \"code\",\n\"source\": [\"icd10 = [\\\"A00.0\\\",\\n\",\n\"\\\"E87.2\\\"]\"]}]}",
            "E87.2",
        ),
    ];
    for (name, text, code) in texts {
        let (first, line) = text.lines().enumerate().find(|(_, line)| line.contains(code)).unwrap();
        let display = code.replace("E872", "E87.2");
        let expected = format!("dead {display} {}:{}", first + 1, line.find(code).unwrap() + 1);
        assert_eq!(findings(name, text), [expected], "{name}");
    }
}

#[test]
fn prefixes_and_expressions_in_programs_are_patterns() {
    for (name, text, expected) in [
        ("a.sas", "if dx in: ('A00' 'E872' 'R05') then x=1;", vec!["pattern E872 1:19", "pattern R05 1:26"]),
        ("a.R", "substr(dx, 1, 3) %in% c('A00', 'R05')", vec!["pattern R05 1:33"]),
        ("a.R", "startsWith(icd10, 'R05')", vec!["pattern R05 1:20"]),
        ("a.R", "grepl('^R05', d$icd10)", vec!["pattern ^R05 1:8"]),
        ("a.py", "d['x'] = d['dx'].str[:3].isin(['R05'])", vec!["pattern R05 1:33"]),
        ("a.sas", "value $dx 'A00'-'E879' = 'x';", vec!["pattern A00 .. E879 1:12"]),
    ] {
        assert_eq!(all_findings(name, text), expected, "{name}: {text}");
    }
}

#[test]
fn a_text_in_utf16_is_read() {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend("dx\nA00.0\nE87.2\n".encode_utf16().flat_map(u16::to_le_bytes));
    scanned("a.csv", &bytes, &ScanOptions::default(), |scan| {
        assert_eq!(scan.findings.first().map(|finding| told(finding)).as_deref(), Some("dead E87.2 3:1"));
    });
}

/// Gives bytes a few at a time.
struct Slow<'t>(&'t [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.0.len()).min(7);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn lines_are_counted_through_pieces() {
    let lines = 700_000;
    let text = format!("dx,text\n{}E87.2,x\n", "A00.0,cholera\n".repeat(lines));
    assert!(text.len() > 9_000_000, "more than two pieces");
    let [old, new] = releases();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    let scan = plan.scan_text("a.csv", &mut Slow(text.as_bytes())).unwrap();
    assert_eq!(
        scan.findings.first().map(|finding| told(finding)),
        Some(format!("dead E87.2 {}:1", lines + 2))
    );
}

#[test]
fn what_holds_no_code_is_passed_over_and_what_is_after_it_is_read_as_what_it_is() {
    let filler = |line: &str| line.repeat(2_500_000 / line.len());
    let codes = "'R05'), ('E87.2'), ('A00.0'";
    for (name, head, line, tail, region) in [
        (
            "a.sql",
            "",
            "INSERT INTO x (a) VALUES ('b');\n",
            format!("INSERT INTO y (icd10) VALUES ({codes});\n"),
            "column `icd10`",
        ),
        (
            "windows.sql",
            "",
            "INSERT INTO x (a) VALUES ('b');\r\n",
            format!("INSERT INTO y (icd10) VALUES ({codes});\r\n"),
            "column `icd10`",
        ),
        ("b.sql", "INSERT INTO y (icd10) VALUES\n", "(NULL),\n", format!("({codes});\n"), "column `icd10`"),
        ("a.py", "", "value = compute('word', 7)\n", format!("ICD10 = [({codes})]\n"), "literals of `ICD10`"),
        ("a.csv", "id,note,dx\n", "1,\"a\nb\",\n", "2,,R05\n3,,E87.2\n4,,A00.0\n".to_owned(), "column `dx`"),
        (
            "a.jsonl",
            "",
            "{\"id\": 1, \"dx\": \"-\"}\n",
            "{\"dx\": \"R05\"}\n{\"dx\": \"E87.2\"}\n{\"dx\": \"A000\"}\n".to_owned(),
            "`dx`",
        ),
        ("a.log", "", "all is well\n", "ICD-10: E87.2, R05, A00.0\n".to_owned(), "text, codes without dots"),
    ] {
        let text = format!("{head}{}{tail}", filler(line));
        let (first, line) = text.lines().enumerate().find(|(_, line)| line.contains("R05")).unwrap();
        let place = format!("dead R05 {}:{}", first + 1, line.find("R05").unwrap() + 1);
        assert!(
            regions(name, &text).iter().any(|told| told.starts_with(region)),
            "{name}: {:?}",
            regions(name, &text)
        );
        let told = findings(name, &text);
        assert!(told.contains(&place), "{name}: {told:?}");
    }
}

#[test]
fn what_is_declared_as_a_code_is_read_even_if_none_is_there() {
    let options = ScanOptions { columns: vec!["kode".to_owned()], ..ScanOptions::default() };
    scanned("a.csv", b"kode,x\nA00.7,a\n", &options, |scan| {
        assert_eq!(
            scan.findings.iter().map(|finding| told(finding)).collect::<Vec<_>>(),
            ["never-valid A00.7 2:1"]
        );
    });
    let told = findings(
        "a.json",
        r#"{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "A00.7"}]}"#,
    );
    assert_eq!(told, ["never-valid A00.7 1:70"]);
    assert_eq!(findings("a.R", "dx <- \"^E8[79]\"\n").len(), 1, "an expression is no code");
}

#[test]
fn many_places_of_one_code_are_counted_and_few_are_reported() {
    let text = format!("dx\n{}", "E87.2\nA00.0\n".repeat(1_000));
    scanned("a.csv", text.as_bytes(), &ScanOptions::default(), |scan| {
        let told: u64 = scan.findings.iter().map(|finding| 1 + finding.more).sum();
        assert_eq!(told, 1_000);
        assert!(scan.findings.len() < 100);
    });
}

fn report<'a>(
    diff: &'a Diff<'a>,
    crosswalk: &'a Crosswalk<'a>,
    plan: &'a Plan<'a>,
    files: &[(&str, &str)],
) -> ScanReport<'a> {
    let mut report = ScanReport::new(diff, crosswalk);
    for (name, text) in files {
        let scan = plan.scan_text(name, &mut text.as_bytes()).unwrap();
        report.add(FileRows::of(name, text.len() as u64, &scan, &|_, _| false, Names::KnownWords));
    }
    report.count();
    report
}

const FILES: &[(&str, &str)] = &[
    (
        "lists/a b.csv",
        "dx,text\nE87.2,Acidosis\nI10,Essential (primary) hypertension\nA00.0,x\nT36.8X2A,y\nZ59.1,z\n",
    ),
    ("query.sql", "select * from t where icd10 in ('R05', 'A00.0') or icd10 like 'E87%'\n"),
    ("clean.csv", "dx\nA00.0\nA00.1\nI10\n"),
];

#[test]
fn a_report_is_the_same_in_every_form() {
    let [old, new] = releases();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    let report = report(&diff, &crosswalk, &plan, FILES);
    for format in [
        Format::Text,
        Format::Markdown,
        Format::Csv,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Junit,
    ] {
        let mut out = Vec::new();
        assert!(render(&report, format, false, &mut out).unwrap());
        let text = String::from_utf8(out).unwrap();
        let settings = {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path("../../snapshots/scan");
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings
        };
        settings.bind(|| insta::assert_snapshot!(format.word(), text));
    }
}

#[test]
fn a_baseline_leaves_out_what_was_there_wherever_it_moved() {
    let [old, new] = releases();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    let earlier = report(&diff, &crosswalk, &plan, &[("a.csv", "dx\nE87.2\nA00.0\nZ59.1\n")]);
    let known = earlier.findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    let mut now = report(&diff, &crosswalk, &plan, &[("a.csv", "dx\nA00.0\nA00.1\nR05\nE87.2\n")]);
    now.compare("before.json".to_owned(), &known);
    let left: Vec<_> =
        now.findings.iter().map(|finding| (finding.kind.word(), finding.display.as_str())).collect();
    assert_eq!(left, [("dead", "R05"), ("incomplete", "R05.1"), ("incomplete", "R05.2")]);
    let baseline = now.baseline.unwrap();
    assert_eq!((baseline.known, baseline.gone), (3, 2));
}

#[test]
fn what_a_baseline_knows_does_not_depend_on_the_current_folder() {
    let list = "dx\nE87.2\nA00.0\nZ59.1\n";
    let desk = lists::Desk::new(&[("a.csv", list), ("b.csv", list)]);
    let known = |folder: &Path, files: &str, more: &str| {
        let args = [&["scan"][..], &lists::Desk::RELEASES, &["--format", "json", "-q", more]].concat();
        let args = args.iter().map(|arg| {
            if arg.ends_with(".txt") || arg.ends_with(".csv") {
                format!("{files}{arg}")
            } else {
                (*arg).to_owned()
            }
        });
        let output = desk.command(&[]).current_dir(folder).args(args).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let above = known(desk.folder.path(), "", "lists");
    assert!(above.len() >= 4, "{above:?}");
    assert_eq!(known(&desk.folder.path().join("lists"), "../", "./"), above);
}

/// Findings by file and kind in the lists of real projects.
fn in_lists(old: &str, new: &str) -> Option<BTreeMap<(String, &'static str), usize>> {
    let data = official::data()?;
    let [old, new] = [old, new].map(|path| official::open(&data.join(path)));
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    let mut counts = BTreeMap::new();
    for entry in fs::read_dir(data.join("lists")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let scan = plan.scan_text(&name, &mut fs::File::open(&path).unwrap()).unwrap();
        for finding in &scan.findings {
            *counts.entry((name.clone(), finding.kind.word())).or_default() += 1;
        }
    }
    Some(counts)
}

const FY2016: &str = "icd10cm/fy2016/cms_2016_dx.zip";
const FY2025: &str = "icd10cm/fy2025/ICD10-CM Code Descriptions 2025.zip";
const FY2026: &str = "icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip";

#[test]
fn the_dead_codes_of_real_lists_are_those_that_were_counted() {
    let Some(counts) = in_lists(FY2016, FY2026) else { return };
    let dead: Vec<(&str, usize)> = counts
        .iter()
        .filter(|((_, kind), _)| matches!(*kind, "dead" | "header" | "never-valid" | "range"))
        .map(|((name, _), count)| (name.as_str(), *count))
        .collect();
    assert_eq!(
        dead,
        [
            ("define_dx_self_harm.sql", 1),
            ("tuva_acute_diagnosis_icd_10_cm.csv", 67),
            ("valueset_dx_icd10_chip.tsv", 2)
        ]
    );
}

#[test]
fn of_a_year_six_codes_of_the_readmission_list_are_dead() {
    let Some(counts) = in_lists(FY2025, FY2026) else { return };
    let dead: Vec<_> = counts.iter().filter(|((_, kind), _)| *kind == "dead").collect();
    assert_eq!(dead, [(&("tuva_acute_diagnosis_icd_10_cm.csv".to_owned(), "dead"), &6)]);
}
