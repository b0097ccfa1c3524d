//! Files of usage: tests/fixtures/usage_LAYOUT/{ok,bad}/* against snapshots/usage/, and what must hold for all of them.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::common::rows::{release, row};
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::impact::{
    Basis, ColumnChoice, Editions, Judged, Usage, UsageError, UsageOptions, impact, read_usage, usage_layouts,
};
use codeset::model::{Edition, ProblemCode, Release, SourceFile, sets};
use codeset::report::ImpactReport;
use codeset::scan::{Plan, ScanOptions};

/// Words of a person who is in the fixtures, in small letters: in no output.
const PERSON: &[&str] = &["quackenbush", "wilhelmina", "778899"];

/// ICD-10-CM, effective 2024-10-01 and 2025-10-01: `Z590` is removed, `G35` demoted, `G35A` new.
fn diagnoses() -> [Release; 2] {
    let rows = |codes: &[(&str, u8)]| {
        let rows = codes.iter().enumerate().map(|(at, (code, flag))| row(at + 1, code, *flag, code, code));
        rows.collect::<String>()
    };
    let both = [("A00", 0), ("A000", 1), ("A009", 1), ("I10", 1), ("Z59", 0), ("Z591", 1)];
    let old = [&both[..], &[("G35", 1), ("Z590", 1)]].concat();
    let new = [&both[..], &[("G35", 0), ("G35A", 1)]].concat();
    [release("old.txt", rows(&old), 2025), release("new.txt", rows(&new), 2026)]
}

/// ICD-10-PCS: three codes that look like numbers; `0210093` is removed.
fn procedures() -> [Release; 2] {
    let rows = |codes: &[&str]| {
        let rows = codes.iter().enumerate();
        let row = |(at, code): (usize, &&str)| row(at + 1, code, u8::from(code.len() == 7), code, code);
        rows.map(row).collect::<String>()
    };
    let old = rows(&["021", "0210093", "02700E6", "3E03305"]);
    let new = rows(&["027", "02700E6", "3E03305"]);
    [release("old.txt", old, 2025), release("new.txt", new, 2026)]
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/fixtures").join(name)).unwrap()
}

fn read(bytes: &[u8], options: &UsageOptions, [old, new]: &[Release; 2]) -> Result<Usage, UsageError> {
    let mut usage = Usage::default();
    read_usage(&mut usage, "file", bytes, options, Editions::pair(old, new)).map(|()| usage)
}

fn read_fixture(name: &str, releases: &[Release; 2]) -> Usage {
    read(&fixture(name), &UsageOptions::default(), releases).unwrap()
}

/// Lines of a code, its amount, and how it was judged: right, too late, too early.
fn told(usage: &Usage, code: &str) -> (u64, String, [u64; 3]) {
    let tally = &usage.codes[code];
    let Judged { right, too_late, too_early, .. } = tally.judged;
    (tally.lines, tally.amount.unwrap_or_default().to_string(), [right, too_late, too_early])
}

fn facts(usage: &Usage) -> String {
    usage.problems.iter().map(|problem| format!("{problem}\n")).collect()
}

/// What was read of a file, in words.
fn written(bytes: &[u8], releases: &[Release; 2]) -> String {
    let mut text = format!("{}\n", releases[1].set.title);
    let usage = match read(bytes, &UsageOptions::default(), releases) {
        Ok(usage) => usage,
        Err(error) => return format!("{text}error: {error}\n"),
    };
    for (code, tally) in &usage.codes {
        let amount = tally.amount.map_or(String::new(), |amount| format!(", {amount}"));
        let Judged { right, too_late, too_early, never, unclear, before_old, undated } = tally.judged;
        writeln!(
            text,
            "{code}: {} lines{amount}; right {right}, too late {too_late}, too early {too_early}, never {never}, unclear {unclear}, \
             before OLD {before_old}, undated {undated}",
            tally.lines
        )
        .unwrap();
    }
    for (what, amount) in [("all", usage.amount), ("affected", usage.affected_amount)] {
        if let Some(amount) = amount {
            writeln!(text, "{what}: {amount}").unwrap();
        }
    }
    text + &facts(&usage)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|_| panic!("{} is missing", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

#[test]
fn every_fixture_is_read_as_written_down_and_tells_nothing_of_its_person() {
    let sets = [diagnoses(), procedures()];
    for layout in usage_layouts() {
        for kind in ["ok", "bad"] {
            for file in files(&root().join(format!("tests/fixtures/usage_{layout}/{kind}"))) {
                let bytes = fs::read(&file).unwrap();
                let text: Vec<String> = sets.iter().map(|releases| written(&bytes, releases)).collect();
                let text = text.join("\n");
                for word in PERSON {
                    assert!(!text.to_lowercase().contains(word), "{}: {text}", file.display());
                }
                let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path(root().join("snapshots/usage"));
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.bind(|| insta::assert_snapshot!(format!("{layout}__{kind}__{stem}"), text));
            }
        }
    }
}

/// HCPCS Level II: the modifier `AD` ends with 2019, `A1` is valid in both editions.
fn supplies() -> [Release; 2] {
    let bytes = fixture("hcpcs_record/ok/width_320_behind_a_disclaimer.txt");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let ended = text.replace("1984010120010101        N", "198401012001010120191231N");
    assert_ne!(text, ended);
    [(2019, text), (2020, ended)].map(|(year, text)| release("hcpcs.txt", text, year))
}

/// CPT with invented codes; `09002` is removed.
fn services() -> [Release; 2] {
    [(2025, "09001\tINVENTED\n09002\tINVENTED AS WELL\n"), (2026, "09001\tINVENTED\n")].map(|(year, text)| {
        let options =
            Options { edition: Some(Edition::Year(year)), set: Some(&sets::CPT), ..Options::default() };
        let text = format!("Invented notice.\n\n{text}");
        formats::read(vec![SourceFile::new("LONGULT.txt", text.into_bytes())], &options).unwrap()
    })
}

/// A claim or a remittance with service lines.
fn interchange(kind: &str, segments: &str) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *251105*0833*^*00501*000000001*0*T*:~\
         GS*HC*A*B*20251105*0833*1*X*005010X222A1~ST*{kind}*1~{segments}SE*9*1~GE*1*1~IEA*1*000000001~"
    )
}

fn lines(usage: &Usage) -> Vec<(&str, u64)> {
    usage.codes.iter().map(|(code, tally)| (code.as_str(), tally.lines)).collect()
}

#[test]
fn modifiers_count_only_where_the_set_has_them_and_they_are_no_longer_valid() {
    let claim = "CLM*1*9~LX*1~SV1*HC:A0021:A1:25:LT*3*UN*1~LX*2~SV1*HC:99213:AD:59:ZZ*6*UN*1~";
    let paid = "CLP*1*1*9*9~SVC*HC:A0021:A1:25:LT*3*3~SVC*HC:99213:AD:59:ZZ*6*6~";
    let item = |code: &str, modifier: &str| {
        format!(
            r#"{{"productOrService": {{"coding": [{{"system": "http://www.ama-assn.org/go/cpt", "code": "{code}"}}]}},
                "modifier": [{{"coding": [{{"system": "HCPCS", "code": "{modifier}"}}]}}]}}"#
        )
    };
    let resource =
        format!(r#"{{"resourceType": "Claim", "item": [{}, {}]}}"#, item("A0021", "A1"), item("99213", "AD"));
    let message = "MSH|^~\\&|A|B|C|D|20251101||ADT^A01|1|P|2.6\rPR1|1||A0021^x^HCPCS|||||||||||||A1~25\r\
                   PR1|2||99213^x^C4|||||||||||||AD^x~59\r";
    for text in [&interchange("837", claim), &interchange("835", paid), &resource, message] {
        let usage = read(text.as_bytes(), &UsageOptions::default(), &supplies()).unwrap();
        assert_eq!(lines(&usage), [("A0021", 1), ("AD", 1)], "{text}");
        assert!(facts(&usage).contains("1 code is declared as CPT, not HCPCS Level II"), "{}", facts(&usage));
    }
}

#[test]
fn modifiers_are_never_codes_of_cpt() {
    let claim =
        "CLM*1*9~LX*1~SV1*HC:09001:25*1*UN*1~LX*2~SV1*HC:09002:59:LT*1*UN*1~LX*3~SV1*HC:J1100:JW*1*UN*1~";
    let usage = read(interchange("837", claim).as_bytes(), &UsageOptions::default(), &services()).unwrap();
    assert_eq!(lines(&usage), [("09001", 1), ("09002", 1)]);
    assert!(facts(&usage).contains("1 code is declared as HCPCS Level II, not CPT"), "{}", facts(&usage));
}

#[test]
fn a_line_of_a_remittance_has_its_own_day_and_charge() {
    let paid = "CLP*1*1*30*9~DTM*232*20250901~SVC*HC:09002:25*10.50*3~DTM*472*20251231~CAS*CO*45*7~SVC*HC:09002*20*3~\
                DTM*150*20260101~DTM*151*20260102~CLP*2*22*-20*-3~SVC*HC:09002*-20*-3~DTM*472*20260101~";
    let usage = read(interchange("835", paid).as_bytes(), &UsageOptions::default(), &services()).unwrap();
    assert_eq!(told(&usage, "09002"), (2, "30.50".to_owned(), [1, 1, 0]));
    assert!(facts(&usage).contains("1 claim reverses an earlier payment"), "{}", facts(&usage));
}

#[test]
fn a_packed_file_is_read_as_the_same_file_unpacked() {
    let releases = diagnoses();
    for name in [
        "usage_table/ok/wide.csv",
        "usage_x12/ok/joined.837",
        "usage_fhir/ok/claims.ndjson",
        "usage_hl7v2/ok/two.hl7",
        "usage_cms_rif/ok/claims.txt",
        "usage_table/ok/diagnoses.xlsx",
    ] {
        let bytes = fixture(name);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&bytes).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(written(&packed, &releases), written(&bytes, &releases), "{name}");
        let cut = &packed[..packed.len() - 9];
        assert!(
            matches!(read(cut, &UsageOptions::default(), &releases), Err(UsageError::Damaged { .. })),
            "{name}"
        );
    }
}

#[test]
fn a_row_of_several_codes_counts_its_amount_for_each_and_once_in_the_sum() {
    let usage = read_fixture("usage_table/ok/wide.csv", &diagnoses());
    assert_eq!(told(&usage, "G35"), (2, "1100.30".to_owned(), [1, 1, 0]));
    assert_eq!(told(&usage, "I10"), (1, "100.10".to_owned(), [1, 0, 0]));
    assert_eq!(told(&usage, "G35A"), (1, "7.00".to_owned(), [0, 0, 1]));
    assert_eq!(usage.codes["A000"].judged.before_old, 1);
    assert_eq!(usage.amount.unwrap().to_string(), "1107.60");
    assert_eq!(usage.affected_amount.unwrap().to_string(), "1100.30");
}

#[test]
fn a_column_of_amounts_or_days_may_be_named() {
    let table = b"dx,paid,charges,seen on,dos\nG35,1,10,2025-09-30,2025-10-01\n";
    let told_with = |columns: ColumnChoice| {
        told(&read(table, &UsageOptions { columns, ..UsageOptions::default() }, &diagnoses()).unwrap(), "G35")
    };
    assert_eq!(told_with(ColumnChoice::default()), (1, "10.00".to_owned(), [0, 1, 0]));
    let named = ColumnChoice {
        amount: Some("Paid".to_owned()),
        date: Some("Seen On".to_owned()),
        ..ColumnChoice::default()
    };
    assert_eq!(told_with(named), (1, "1.00".to_owned(), [1, 0, 0]));
}

#[test]
fn an_837_claim_is_judged_by_its_statement_or_its_first_service() {
    let usage = read_fixture("usage_x12/ok/joined.837", &diagnoses());
    assert_eq!(told(&usage, "G35"), (1, "250.50".to_owned(), [0, 1, 0]));
    assert_eq!(told(&usage, "Z590"), (1, "1000.00".to_owned(), [1, 0, 0]));
    assert!(
        facts(&usage).contains("read as X12 837 (5010): 2 claims, 4 diagnosis codes, 3 procedures; 3 codes")
    );
    let usage = read_fixture("usage_x12/ok/joined.837", &procedures());
    assert_eq!(told(&usage, "0210093"), (1, "1000.00".to_owned(), [1, 0, 0]));
}

#[test]
fn each_interchange_has_its_own_separators_and_icd_9_is_not_counted() {
    let usage = read_fixture("usage_x12/ok/lines.837", &diagnoses());
    assert_eq!(usage.codes.keys().collect::<Vec<_>>(), ["I10"]);
    assert!(facts(&usage).contains("2 codes are declared as ICD-9-CM, not ICD-10-CM; they were left out"));
    assert!(facts(&usage).contains("read as X12 837 (4010, 5010)"));
}

#[test]
fn a_qualifier_without_its_code_is_a_problem() {
    let usage = read_fixture("usage_x12/bad/torn.837", &diagnoses());
    let bad = usage.problems.iter().filter(|problem| problem.fact.contains("a qualifier without a code"));
    assert_eq!(bad.count(), 2);
    assert_eq!(usage.codes["G35"].lines, 1);
}

#[test]
fn a_concept_named_twice_in_one_system_counts_once() {
    let usage = read_fixture("usage_fhir/ok/claims.ndjson", &diagnoses());
    assert_eq!(told(&usage, "G35"), (1, "1234.10".to_owned(), [0, 1, 0]));
    assert_eq!(told(&usage, "Z590"), (1, "0.00".to_owned(), [1, 0, 0]));
    assert_eq!(told(&read_fixture("usage_fhir/ok/claims.ndjson", &procedures()), "0210093").0, 1);
}

#[test]
fn a_bad_line_of_ndjson_takes_no_other_with_it() {
    let usage = read_fixture("usage_fhir/bad/lines.ndjson", &diagnoses());
    assert_eq!(usage.codes.keys().collect::<Vec<_>>(), ["G35", "I10"]);
    assert!(usage.problems.iter().any(|problem| problem.code == ProblemCode::BadUsage));
}

#[test]
fn resources_nested_without_end_are_refused_and_not_followed() {
    let deep = format!("{{\"entry\":{}", "[{\"resource\":{\"entry\":".repeat(100_000));
    let usage = read(deep.as_bytes(), &UsageOptions::default(), &diagnoses()).unwrap();
    assert!(usage.problems.iter().any(|problem| problem.code == ProblemCode::BadUsage));
}

#[test]
fn a_message_is_judged_by_its_discharge_and_a_code_without_system_is_not_guessed() {
    let usage = read_fixture("usage_hl7v2/ok/discharge.hl7", &diagnoses());
    assert_eq!(told(&usage, "G35"), (1, "0.00".to_owned(), [0, 1, 0]));
    // The system of this one stands in DG1-2; `Z59.1` has none.
    assert_eq!(usage.codes["Z590"].lines, 1);
    assert!(!usage.codes.contains_key("Z591"));
    let usage = read_fixture("usage_hl7v2/ok/two.hl7", &diagnoses());
    assert_eq!(told(&usage, "G35"), (1, "100.50".to_owned(), [1, 0, 0]));
    assert_eq!(usage.codes["A000"].judged.before_old, 1);
}

#[test]
fn a_diagnosis_of_a_research_file_counts_once_a_claim() {
    let usage = read_fixture("usage_cms_rif/ok/claims.txt", &diagnoses());
    assert_eq!(told(&usage, "G35"), (1, "84999.37".to_owned(), [0, 1, 0]));
    assert_eq!(told(&usage, "Z590"), (1, "0.63".to_owned(), [1, 0, 0]));
    assert_eq!(usage.amount.unwrap().to_string(), "85000.00");
    let usage = read_fixture("usage_cms_rif/ok/claims.txt", &procedures());
    // The procedure was done before it ended; a stay is judged by its discharge.
    assert_eq!(told(&usage, "0210093"), (1, "84999.37".to_owned(), [0, 1, 0]));
}

#[test]
fn codes_that_a_spreadsheet_made_numbers_of_count_where_only_one_code_fits() {
    let usage = read_fixture("usage_table/ok/procedures.xlsx", &procedures());
    assert_eq!(usage.codes.keys().collect::<Vec<_>>(), ["0210093", "02700E6", "3E03305"]);
    assert!(facts(&usage).contains("2 cells are numbers that can only come from one code"));
    let usage = read_fixture("usage_table/ok/diagnoses.xlsx", &diagnoses());
    assert_eq!(usage.codes.keys().collect::<Vec<_>>(), ["G35", "I10"]);
    assert_eq!(told(&usage, "I10"), (2, "0.30".to_owned(), [0, 0, 0]));
    assert!(
        facts(&usage).contains("1 cell of a code column is a number that cannot be traced to a single code")
    );
}

#[test]
fn icd_9_codes_filed_as_icd_10_are_called_likely_ones() {
    let releases = diagnoses();
    let usage = read_fixture("usage_table/ok/long.psv", &releases);
    let [old, new] = &releases;
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    let report = serde_json::to_value(ImpactReport::new(&diff, &crosswalk, &impact)).unwrap();
    assert_eq!(report["unknown"][0]["code"], "V4581");
    assert_eq!(report["unknown"][0]["likely"], "ICD-9-CM");
    assert!(facts(&usage).contains("1 line with codes of neither release has the form of ICD-9-CM codes"));
}

#[test]
fn the_report_tells_amounts_and_days() {
    let releases = diagnoses();
    let usage = read_fixture("usage_table/ok/wide.csv", &releases);
    let [old, new] = &releases;
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    let report = serde_json::to_value(ImpactReport::new(&diff, &crosswalk, &impact)).unwrap();
    let summary = &report["summary"];
    assert_eq!(summary["used"]["amount"], "1107.60");
    assert_eq!(summary["affected"]["amount"], "1100.30");
    assert_eq!(summary["by_date"]["right"], 3);
    assert_eq!(summary["by_date"]["too_late"], 1);
    assert_eq!(summary["by_date"]["too_early"], 1);
    assert_eq!(summary["by_date"]["before_old"], 1);
    assert_eq!(report["items"][0]["amount"], "1100.30");
    assert_eq!(report["items"][0]["by_date"]["too_late"], 1);
}

/// Lines of Z59.0, which ends on 2025-09-30, as right and as too late.
fn judged_by(basis: Basis, bytes: &[u8]) -> (u64, u64) {
    let usage = read(bytes, &UsageOptions { basis, ..UsageOptions::default() }, &diagnoses()).unwrap();
    let Judged { right, too_late, .. } = usage.codes["Z590"].judged;
    (right, too_late)
}

#[test]
fn a_stay_over_the_first_of_october_is_judged_by_the_day_that_is_asked_for() {
    let table = b"dx,service_date,discharge_date\nZ59.0,2025-09-29,2025-10-02\nI10,2025-09-29,\n";
    assert_eq!(judged_by(Basis::Usual, table), (0, 1));
    assert_eq!(judged_by(Basis::Service, table), (1, 0));
    let claim = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *251003*1200*^*00501*000000001*0*T*:~\
        GS*HC*A*B*20251003*1200*1*X*005010X223A2~ST*837*0001*005010X223A2~CLM*1*100***11:A:1~DTP*096*TM*1130~\
        DTP*434*RD8*20250929-20251002~DTP*435*DT*202509290900~HI*ABK:Z590~HI*BF:I10~SE*8*0001~GE*1*1~IEA*1*000000001~";
    assert_eq!(judged_by(Basis::Usual, claim), (0, 1));
    assert_eq!(judged_by(Basis::Service, claim), (1, 0));
    assert_eq!(judged_by(Basis::Discharge, claim), (0, 1));
    let resource = br#"{"resourceType":"Claim","billablePeriod":{"start":"2025-09-29","end":"2025-10-02"},
        "diagnosis":[{"diagnosisCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"Z59.0"}]}}]}"#;
    assert_eq!(judged_by(Basis::Usual, resource), (0, 1));
    assert_eq!(judged_by(Basis::Service, resource), (1, 0));
    let (stay, transaction) = ("|".repeat(42), "|".repeat(12));
    let message = format!(
        "MSH|^~\\&|A|B|C|D|20251003||DFT^P03|1|T|2.5\rPV1|1|I{stay}20250929|20251002\r\
         FT1|1|||20250930||CG|99999^X^L{transaction}Z59.0^X^I10\r"
    );
    let message = message.as_bytes();
    assert_eq!(judged_by(Basis::Discharge, message), (0, 1));
    assert_eq!(judged_by(Basis::Service, message), (1, 0));
}

/// Counts of `counts.tsv` next to the files: distinct codes of HCPCS Level II of 2019, and rows with one alone in a cell.
#[test]
fn real_price_files_of_hospitals_are_read_to_the_last_row() {
    let Some(data) = crate::common::official::data() else { return };
    let Ok(counts) = fs::read_to_string(data.join("cdm/counts.tsv")) else {
        eprintln!("skipped: the price files are not here");
        return;
    };
    let edition = |year: &str| {
        let mut release = crate::common::official::open(
            &data.join(format!("hcpcs/{year}/{year}-Alpha-Numeric-HCPCS-File.zip")),
        );
        release.edition = Edition::parse(year);
        release
    };
    let releases = [edition("2019"), edition("2020")];
    for line in counts.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, codes, rows, _] = cells[..] else { panic!("{line}") };
        let bytes = fs::read(data.join("cdm").join(file)).unwrap();
        let usage = read(&bytes, &UsageOptions::default(), &releases).unwrap();
        let lines: u64 = usage.codes.values().map(|tally| tally.lines).sum();
        assert!(usage.codes.len() >= codes.parse().unwrap(), "{file}: {} codes", usage.codes.len());
        assert!(lines >= rows.parse().unwrap(), "{file}: {lines} rows");
    }
}

/// `scan` and `impact` understand a table alike: the same codes lose validity in both, whatever the notation.
#[test]
fn scan_and_impact_find_the_same_codes_in_the_same_table() {
    let [old, new] = diagnoses();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    for table in [
        "icd10,n\nG35,1\nI10,2\nZ59.0,3\n",
        "Top diagnoses\nicd10,n\nG35,1\nI10,2\nZ59.0,3\n",
        "Facility,General\nDate,2025-01-01\nICD-10-CM code,n\nG35,1\nI10,2\nZ59.0,3\n",
        "code,vocabulary_id,n\nG35,ICD10CM,5\nZ59.0,ICD10CM,1\nA00.0,ICD9CM,7\nG35,ICD9CM,2\n",
        "dx,dx_type\nG35,10\nZ59.0,10\nA00.0,09\n",
        "dx\nG35 - Multiple sclerosis\nZ59.0: Homelessness\nI10 Hypertension\n",
        "dx\nICD10CM:G35\nICD10CM|Z59.0\nSNOMED:24700007\n",
        "dx\n=\"G35\"\nZ59.0\u{a0}\nI10\n",
        "dx\n\"G35; I10\"\nZ59.0|A00.0\n",
        "dx\nG35X\nz590\nI10\n",
        "dx\rG35\rZ59.0\rI10\r",
        "dx1,dx2,hcpcs\nG35,I10,A0100\nZ59.0,,J1100\n",
    ] {
        let scan = plan.scan_text("table.csv", &mut table.as_bytes()).unwrap();
        let mut in_scan: Vec<String> = scan
            .findings
            .iter()
            .filter(|found| found.kind.word() == "dead")
            .map(|found| found.code.clone())
            .collect();
        let usage = read(table.as_bytes(), &UsageOptions::default(), &diagnoses());
        let usage = usage.unwrap_or_else(|error| panic!("{table}: {error}"));
        let report = impact(&diff, &crosswalk, &usage);
        let mut in_impact: Vec<String> = report
            .items
            .iter()
            .map(|item| item.entry.code().to_owned())
            .filter(|code| ["G35", "Z590"].contains(&code.as_str()))
            .collect();
        in_scan.sort();
        in_scan.dedup();
        in_impact.sort();
        assert_eq!(in_scan, in_impact, "{table}");
        assert_eq!(in_scan, ["G35", "Z590"], "{table}");
    }
}

/// Each role under several of its headings and forms: what is counted, summed, owned and judged.
#[test]
fn each_role_is_found_under_its_headings_and_in_its_forms() {
    for (table, lines, amount, judged) in [
        ("icd10,Total Count\nG35,3\nG35,4\n", 7, "0.00", [0, 0, 0]),
        ("icd10,# of claims\nG35,3\n", 3, "0.00", [0, 0, 0]),
        ("icd10,Tot_Benes,Tot_Srvcs\nG35,3,10\n", 10, "0.00", [0, 0, 0]),
        ("icd10,Total Charges\nG35,\"$1,234.50\"\nG35,(5.25)\n", 2, "1229.25", [0, 0, 0]),
        ("icd10;Amount\nG35;1.234,56\nG35;1,00\n", 2, "1235.56", [0, 0, 0]),
        ("icd10,paid\nG35,12 USD\n", 1, "12.00", [0, 0, 0]),
        ("icd10,dos\nG35,9/30/2025\nG35,10/1/2025\n", 2, "0.00", [1, 1, 0]),
        ("icd10;dos\nG35;30.09.2025\nG35;01.10.2025\n", 2, "0.00", [1, 1, 0]),
        ("icd10,discharge_date\nG35,45930\nG35,45931\n", 2, "0.00", [1, 1, 0]),
        ("icd10,fill_date\nG35,01-OCT-2025\n", 1, "0.00", [0, 1, 0]),
        ("Account No,icd10,charges\n1,G35,100\n1,I10,100\n1,G35,100\n2,G35,50\n", 3, "150.00", [0, 0, 0]),
        ("icd10,n\nG35,5\nTotal,5\n", 5, "0.00", [0, 0, 0]),
    ] {
        let usage = read(table.as_bytes(), &UsageOptions::default(), &diagnoses());
        let usage = usage.unwrap_or_else(|error| panic!("{table}: {error}"));
        assert_eq!(told(&usage, "G35"), (lines, amount.to_owned(), judged), "{table}{}", facts(&usage));
    }
}

#[test]
fn what_is_not_clear_is_asked_and_not_guessed() {
    for (table, part) in [
        ("old_icd10,new_icd10\nG35,G35\nI10,I10\n", "name the right one with --code-column"),
        ("name,city\nx,y\n", "no column contains ICD-10-CM codes"),
        ("hcpcs,n\nA0100,4\nC9021,1\n", "HCPCS Level II"),
        ("", "the table is empty"),
    ] {
        let error = read(table.as_bytes(), &UsageOptions::default(), &diagnoses()).unwrap_err();
        assert!(error.to_string().contains(part), "{table}: {error}");
    }
    let columns = ColumnChoice { code: Some("B".to_owned()), ..ColumnChoice::default() };
    let options = UsageOptions { columns, ..UsageOptions::default() };
    let usage = read(b"old_icd10,new_icd10\nG35,I10\n", &options, &diagnoses()).unwrap();
    assert_eq!(usage.codes.keys().collect::<Vec<_>>(), ["I10"]);
}

#[test]
fn rows_without_an_owner_are_reported() {
    let table = b"department,code,count\nWard,G35,1\n,I10,2\n,A00.0,3\n";
    let usage = read(table, &UsageOptions::default(), &diagnoses()).unwrap();
    assert!(facts(&usage).contains("2 rows name no owner"), "{}", facts(&usage));
    assert!(usage.codes["I10"].owners.is_empty());
}

#[test]
fn formulas_that_nobody_calculated_are_named_as_the_reason() {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let rows: String = (2..6)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><f>CONCATENATE(\"G\",35)</f></c></row>"))
        .collect();
    let sheet = format!(
        "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>code</t></is></c></row>\
         {rows}</sheetData></worksheet>"
    );
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        ("_rels/.rels", relations("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", book),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let error = read(&bytes, &UsageOptions::default(), &diagnoses()).unwrap_err().to_string();
    assert!(error.contains("4 formulas are without a value"), "{error}");
}
