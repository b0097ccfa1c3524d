//! Fuzz targets: one function for each parser, which accepts any bytes and never panics.
//!
//! The programs in `fuzz_targets/` call them from libFuzzer. `tests/it/fuzz_corpus.rs` includes this file and calls them
//! with the inputs in `corpus/` and small changes of them. The properties that every input must satisfy are asserted
//! here.
//!
//! Invariant: uses the public interface of `codeset` only, so that nothing is public for fuzzing alone.

mod differ;
mod documents;
mod program;
mod scan;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use codeset::crosswalk::{
    Crosswalk, CrosswalkOptions, Decisions, Direction, MapReader, crosswalk, crosswalk_with,
};
use codeset::diff::{Diff, Kind, diff, verify_own};
use codeset::formats::{self, ATTRIBUTE_LAYOUTS, AttributeOptions, FORMATS, Options};
use codeset::guidelines::{Guidelines, compare_guidelines};
use codeset::impact::{ColumnChoice, Editions, Usage, UsageOptions, impact, read_usage};
use codeset::interchange::{Interchange, render};
use codeset::model::{CodeSet, Edition, Entry, Previous, Release, ReleaseName, SourceFile, sets};
use codeset::report::{CrosswalkReport, DiffReport, ImpactReport, Selection, map};
use codeset::scan::{Plan, ScanOptions};
use codeset::sources;
use codeset::view::Format;

/// A parser by name: also the name of the file in `fuzz/fuzz_targets/` and of the folder in `fuzz/corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub static TARGETS: &[Target] = &[
    ("addenda", addenda),
    ("archive", archive),
    ("attributes", attributes),
    ("catalog", program::catalog),
    ("cdt", cdt),
    ("codes", codes),
    ("conversion", conversion),
    ("cpt", cpt),
    ("csv_cells", differ::csv_cells),
    ("decisions", decisions),
    ("described", described),
    ("diff", difference),
    ("docx", documents::docx),
    ("fees", fees),
    ("fields", fields),
    ("guidelines", guidelines),
    ("hcpcs", hcpcs),
    ("html", documents::html),
    ("icd11", icd11),
    ("imported", program::imported),
    ("journal", program::journal),
    ("manifest", program::manifest),
    ("maps", maps),
    ("migrate_again", differ::migrate_again),
    ("migrate_workbook", differ::migrate_workbook),
    ("names", names),
    ("ndc", ndc),
    ("open_document", documents::open_document),
    ("openfda_ndc", openfda_ndc),
    ("order", order),
    ("order_naive", differ::order_naive),
    ("parquet", documents::parquet),
    ("pdf_again", documents::pdf_again),
    ("pdf_file", documents::pdf_file),
    ("pdf_page", documents::pdf_page),
    ("pptx", documents::pptx),
    ("previous", previous),
    ("programs", documents::programs),
    ("project", program::project),
    ("scan", scan::scan),
    ("sqlite", program::sqlite),
    ("table", table),
    ("tabular", tabular),
    ("usage", usage),
    ("usage_cms_rif", usage),
    ("usage_fhir", usage),
    ("usage_hl7v2", usage),
    ("usage_result", usage),
    ("usage_workbook", usage_workbook),
    ("usage_x12", usage),
    ("workbook", documents::workbook),
];

/// Targets that run the program on files of a folder: each run writes and reads a disk.
pub static COMMANDS: &[&str] = &["catalog", "imported", "journal", "manifest", "project", "sqlite"];

/// Runs a target by its name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(other, _)| *other == name);
    target.expect("a program has the name of its target").1(bytes);
}

fn file(bytes: &[u8]) -> SourceFile {
    SourceFile::new("fuzz", bytes.to_vec())
}

/// Reads bytes in a layout, whether it recognizes them or not.
fn read_as(layout: &str, bytes: &[u8]) {
    let format = FORMATS.iter().find(|format| format.id() == layout).expect("the layout is in the list");
    drop(format.read(file(bytes), &Options::default()));
}

/// Reads a release, and checks the properties that every release must satisfy.
fn release(bytes: &[u8]) -> Option<Release> {
    let release = formats::read(vec![file(bytes)], &Options::default()).ok()?;
    let entries: Vec<Entry<'_>> = release.entries().collect();
    assert!(entries.is_sorted_by(|a, b| a.compare_keys(*b).is_lt()), "entries are sorted, each once");
    for entry in &entries {
        let found = release.find_all(entry.code());
        assert!(found.iter().any(|found| found.order() == entry.order()), "{} is found", entry.code());
    }
    assert!(diff(&release, &release).changes.is_empty(), "a release does not differ from itself");
    Some(release)
}

/// Checks the parsers of order files.
pub fn order(bytes: &[u8]) {
    read_as("icd10_order", bytes);
    release(bytes);
}

/// Checks the parsers of the tabular list and the index of ICD-10-CM and the tables of ICD-10-PCS: a list or tables
/// alone are a release.
pub fn tabular(bytes: &[u8]) {
    ["icd10cm_tabular", "icd10cm_index", "icd10cm_drugs", "icd10pcs_tables", "icd10pcs_definitions"]
        .iter()
        .for_each(|layout| read_as(layout, bytes));
    release(bytes);
}

/// Checks the parsers of codes files.
pub fn codes(bytes: &[u8]) {
    read_as("icd10_codes", bytes);
    release(bytes);
}

/// An edition of the guidelines is the same as itself, whatever its outline.
pub fn guidelines(bytes: &[u8]) {
    let Ok(edition) = Guidelines::read(&SourceFile::new("guidelines.pdf", bytes.to_vec())) else { return };
    let diff = compare_guidelines(&edition, &edition);
    assert!(diff.changes.is_empty());
    assert_eq!(diff.unchanged, edition.sections.len());
}

/// Checks the parsers of HCPCS: records, tables, notes and transaction reports.
pub fn hcpcs(bytes: &[u8]) {
    for layout in ["hcpcs_record", "hcpcs_table", "hcpcs_notes", "hcpcs_transactions"] {
        read_as(layout, bytes);
    }
    release(bytes);
}

/// Checks the readers of the user's own tables.
pub fn table(bytes: &[u8]) {
    read_as("user_table", bytes);
    let options = Options { set: Some(&sets::TABLE), ..Options::default() };
    if let Ok(release) = formats::read(vec![file(bytes)], &options) {
        assert!(diff(&release, &release).changes.is_empty(), "a table does not differ from itself");
    }
}

/// The sets that files are read as by [`described`]: one for each layout.
const DESCRIBED: &str = r#"
    [[set]]
    id = "fuzz-delimited"
    title = "Delimited"
    file = { delimiter = ";", headings = false }
    columns = { key = 1, description = 2, level = 3, status = 4, start = 5, end = 6, successor = 7 }
    key = { pattern = '[A-Z0-9.]{1,8}', letters = "upper", pad = 3, nested = true }
    level = { codes = ["T"], headers = ["N"] }
    status = { ended = ["gone"] }
    successor = { phrases = ["use"] }
    transition = { old = 1, new = 2, none = ["-"], forward = { column = 3, values = ["A"] }, file = { headings = false } }
    [[set]]
    id = "fuzz-fixed"
    title = "Fixed columns"
    file = { layout = "fixed", skip_lines = 1 }
    columns = { key = "1-5", description = "7-" }
    [[set]]
    id = "fuzz-claml"
    title = "ClaML"
    file = { layout = "claml" }
    level = { with_children = true }
"#;

/// Checks the parsers of sets that a catalog describes, by each layout; a draft of a descriptor is TOML for any content
/// of the file.
pub fn described(bytes: &[u8]) {
    static SETS: LazyLock<Vec<&'static CodeSet>> =
        LazyLock::new(|| sources::read_sets(Path::new("fuzz"), DESCRIBED).expect("the descriptors are ours"));
    for set in SETS.iter().copied() {
        drop(formats::read_maps_as(vec![file(bytes)], Some(set)));
        let options = Options { set: Some(set), ..Options::default() };
        let Ok(release) = formats::read(vec![file(bytes)], &options) else { continue };
        assert!(diff(&release, &release).changes.is_empty(), "a release does not differ from itself");
        for code in release.entries().map(Entry::code) {
            assert_eq!((set.normalize)(code).as_deref(), Some(code), "codes are as files hold them");
        }
    }
    if let Ok(draft) = formats::draft(file(bytes)) {
        assert!(draft.parse::<toml::Table>().is_ok(), "a draft is TOML: {draft}");
    }
}

/// Checks the readers of lists of attributes, by each layout and by recognition: every value belongs to a code of its
/// set.
pub fn attributes(bytes: &[u8]) {
    let set = &sets::ICD10CM;
    for column in [None, Some("V28")] {
        let options = AttributeOptions { set, name: "name", column };
        for layout in ATTRIBUTE_LAYOUTS {
            drop(layout.read(file(bytes), &options));
        }
        let Ok(table) = formats::read_attribute(vec![file(bytes)], &options) else { continue };
        assert!(table.values.values().all(|values| !values.is_empty()), "a code that is listed has a value");
        for code in table.values.keys() {
            assert_eq!((set.normalize)(code).as_ref(), Some(code), "codes are as files hold them");
        }
    }
}

/// Checks the parser of the text files of CPT.
pub fn cpt(bytes: &[u8]) {
    let layouts = ["cpt_long", "cpt_lines", "cpt_medium", "cpt_short", "cpt_pla", "cpt_descriptors"];
    layouts.iter().for_each(|layout| read_as(layout, bytes));
    release(bytes);
}

/// Tables of CDT.
pub fn cdt(bytes: &[u8]) {
    ["cdt_text", "cdt_table"].iter().for_each(|layout| read_as(layout, bytes));
    release(bytes);
}

/// Checks the parser of fee tables.
pub fn fees(bytes: &[u8]) {
    ["pfs_rvu", "opps_addendum_b"].iter().for_each(|layout| read_as(layout, bytes));
    release(bytes);
}

/// Checks the parsers of products and packages of the NDC directory.
pub fn ndc(bytes: &[u8]) {
    read_as("ndc_product", bytes);
    read_as("ndc_package", bytes);
    release(bytes);
}

/// Checks the parser of the NDC directory in the format of openFDA.
pub fn openfda_ndc(bytes: &[u8]) {
    read_as("openfda_ndc", bytes);
    release(bytes);
}

/// Checks the parser of addenda.
pub fn addenda(bytes: &[u8]) {
    read_as("icd10_addenda", bytes);
    let (addenda, _) = formats::read_addenda(vec![file(bytes)]);
    for addenda in &addenda {
        drop(codeset::diff::verify(&diff(&SAMPLES[0], &SAMPLES[1]), addenda));
        let applied = codeset::diff::apply(&SAMPLES[0], addenda);
        assert!(
            applied.placed.iter().all(|code| applied.release.find(code).is_some()),
            "what was placed is there"
        );
    }
}

/// Checks the parsers of conversion tables: workbooks and text. XML is the sheet of a workbook, optionally followed by
/// a table of strings and styles: a mutated archive would hardly pass its checksums.
pub fn conversion(bytes: &[u8]) {
    let bytes = if bytes.starts_with(b"<") { &workbook(bytes) } else { bytes };
    read_as("icd10cm_conversion", bytes);
    read_as("icd10pcs_conversion", bytes);
    let tables = formats::read_maps(vec![file(bytes)]).tables;
    if tables.is_empty() {
        return;
    }
    let mut new = sample(NEW);
    new.companions.conversion_tables = tables;
    let diff = diff(&SAMPLES[0], &new);
    render_all(&CrosswalkReport::new(&diff, &crosswalk(&diff)));
}

/// Checks the readers of tables of decisions: text, or a sheet as for conversion tables.
pub fn decisions(bytes: &[u8]) {
    let bytes = if bytes.starts_with(b"<") { &workbook(bytes) } else { bytes };
    read_as("decisions", bytes);
    let tables = formats::read_maps(vec![file(bytes)]).decisions;
    if tables.is_empty() {
        return;
    }
    let [old, new] = &*SAMPLES;
    let diff = diff(old, new);
    let decisions = Decisions::new(old, new, tables);
    let options = CrosswalkOptions { decisions: Some(&decisions), ..CrosswalkOptions::default() };
    render_all(&CrosswalkReport::new(&diff, &crosswalk_with(&diff, &options)));
}

/// Checks the parser of the tabulation of ICD-11.
pub fn icd11(bytes: &[u8]) {
    read_as("icd11_tabulation", bytes);
    release(bytes);
}

/// Maps to other classifications: every row with a code is in one alternative of its source.
pub fn maps(bytes: &[u8]) {
    ["gem", "who_map"].iter().for_each(|layout| read_as(layout, bytes));
    let maps = formats::read_maps(vec![file(bytes)]).others;
    for map in &maps {
        let sources: BTreeSet<&str> = map.rows().iter().map(|row| row.source.as_str()).collect();
        let scenarios = sources.iter().flat_map(|source| map.alternatives(source));
        let listed: usize = scenarios.flat_map(|scenario| scenario.choices).map(|list| list.len()).sum();
        let with_code = map.rows().iter().filter(|row| row.target.code().is_some()).count();
        assert_eq!(listed, with_code, "no row is lost");
    }
    for direction in [Direction::Forward, Direction::Reverse] {
        let readers: Vec<_> = maps.iter().map(|map| MapReader::new(map, direction)).collect();
        render_all(&map(&readers, &[], &[]));
    }
}

/// Returns the smallest workbook around a sheet.
fn workbook(parts: &[u8]) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |kind: &str, target: &str| {
        let relation = format!("<Relationship Id=\"r1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>");
        format!("<Relationships>{relation}</Relationships>")
    };
    let [package, book] = [("officeDocument", "xl/workbook.xml"), ("worksheet", "worksheets/sheet1.xml")]
        .map(|(kind, target)| relations(kind, target));
    let sheet = "<sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/>";
    let workbook = format!("<workbook xmlns:r=\"{OFFICE}\"><sheets>{sheet}</sheets></workbook>");
    let mut parts = split(parts);
    let members = [
        ("[Content_Types].xml", b"<Types/>".as_slice()),
        ("_rels/.rels", package.as_bytes()),
        ("xl/_rels/workbook.xml.rels", book.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/worksheets/sheet1.xml", parts.next().unwrap_or_default()),
        ("xl/sharedStrings.xml", parts.next().unwrap_or(b"<sst/>")),
        ("xl/styles.xml", parts.next().unwrap_or(b"<styleSheet/>")),
    ];
    documents::packed(&members)
}

/// Checks the readers of archives, in memory, and of the release in them.
pub fn archive(bytes: &[u8]) {
    if let Ok(opened) = sources::open_bytes("fuzz.zip", bytes.to_vec(), &formats::wanted) {
        drop(formats::read(opened.files, &Options::default()));
    }
}

/// Splits an input that holds several parts: a line of four equals signs separates them.
fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const BETWEEN: &[u8] = b"\n====\n";
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let at = bytes.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        rest = at.map(|at| &bytes[at + BETWEEN.len()..]);
        Some(at.map_or(bytes, |at| &bytes[..=at]))
    })
}

/// Compares two releases in both directions and renders the reports.
pub fn difference(bytes: &[u8]) {
    let mut parts = split(bytes);
    let (Some(old), Some(new)) = (parts.next(), parts.next()) else { return };
    let (Some(old), Some(new)) = (release(old), release(new)) else { return };
    if old.set != new.set {
        return;
    }
    let (there, back) = (diff(&old, &new), diff(&new, &old));
    let mirrored = [
        (Kind::Added, Kind::Removed),
        (Kind::Removed, Kind::Added),
        (Kind::Demoted, Kind::Promoted),
        (Kind::Promoted, Kind::Demoted),
        (Kind::Revised, Kind::Revised),
    ];
    for (kind, mirror) in mirrored {
        assert_eq!(keys(&there, kind), keys(&back, mirror), "{kind} there is {mirror} back");
    }
    let listed = mirrored.iter().map(|(kind, _)| keys(&there, *kind).len()).sum::<usize>();
    assert_eq!(listed, there.changes.len(), "each change is listed once");
    render_all(&DiffReport::new(&there, verify_own(&there), &Selection::default()));
    render_all(&CrosswalkReport::new(&there, &crosswalk(&there)));
}

fn keys<'a>(diff: &Diff<'a>, kind: Kind) -> BTreeSet<&'a str> {
    diff.changes.iter().filter(|change| change.kind == kind).map(|change| change.entry().code()).collect()
}

/// Renders a report in every form: text for a terminal contains no control characters, JSON is valid.
fn render_all<R: Interchange>(report: &R) {
    for &format in Format::ALL {
        let mut out = Vec::new();
        render(report, format, false, &mut out).expect("memory can be written");
        if format == Format::Xlsx {
            assert!(out.starts_with(b"PK"), "a workbook is an archive");
            continue;
        }
        let text = String::from_utf8(out).expect("reports are UTF-8");
        match format {
            Format::Text | Format::Markdown => {
                assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "no control characters");
            }
            Format::FhirR4 | Format::FhirR5 if text.is_empty() => {}
            Format::Json | Format::FhirR4 | Format::FhirR5 => {
                assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "JSON is JSON");
            }
            Format::Review if text.is_empty() => {}
            Format::Html | Format::Review => {
                assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "no control characters");
                assert_eq!(text.matches("<script").count(), 1, "no script but ours");
            }
            Format::Sarif | Format::Github | Format::Junit if text.is_empty() => {}
            Format::Sarif => {
                assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "SARIF is JSON");
            }
            Format::Github | Format::Junit => {
                assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "no control characters");
            }
            Format::Csv | Format::Xlsx | Format::Jsonl | Format::Addenda | Format::Sql => {}
        }
    }
}

/// Checks the parsers of release names, editions and codes as they are typed.
pub fn names(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(name) = ReleaseName::parse(&text) {
        assert_eq!(ReleaseName::parse(&name.to_string()), Ok(name), "a name is read as it is printed");
        name.effective();
    }
    if let Some(edition) = Edition::parse(&text) {
        assert_eq!(
            Edition::parse(&edition.to_string()),
            Some(edition),
            "an edition is read as it is printed"
        );
    }
    for set in sets::ALL {
        let Some(code) = (set.normalize)(&text) else { continue };
        let display = (set.display)(&code);
        assert_eq!((set.normalize)(&display), Some(code), "a code is read as it is printed");
        set.chapter(&display);
    }
}

/// Cells of the column of previous codes in a conversion table.
pub fn previous(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(previous) = Previous::parse(&text) else { return };
    assert_eq!(previous.to_string(), text.trim(), "a cell is printed as it was");
    let alternatives = previous.alternatives();
    assert_eq!(
        alternatives.iter().map(Vec::len).sum::<usize>(),
        previous.operands.len(),
        "no operand is lost"
    );
    for operand in &previous.operands {
        SAMPLES[0].billable_in(operand);
    }
}

/// Workbooks of codes in use: XML is the sheet of one.
pub fn usage_workbook(bytes: &[u8]) {
    let bytes = if bytes.starts_with(b"<") { &workbook(bytes) } else { bytes };
    usage(bytes);
}

/// Checks the readers of files of codes in use in any layout, against two small releases. The content decides the
/// layout: each layout has a corpus of its own.
pub fn usage(bytes: &[u8]) {
    let [old, new] = &*SAMPLES;
    let column = |name: &str| Some(name.to_owned());
    let named = ColumnChoice {
        code: column("code"),
        count: column("count"),
        owner: column("owner"),
        ..ColumnChoice::default()
    };
    for columns in [ColumnChoice::default(), named] {
        let mut usage = Usage::default();
        let options = UsageOptions { columns, ..UsageOptions::default() };
        if read_usage(&mut usage, "fuzz", bytes, &options, Editions::pair(old, new)).is_ok() {
            let impact = impact(&DIFF, &CROSSWALK, &usage);
            assert_eq!(impact.used.codes, usage.codes.len() as u64, "every code in use is weighed");
            render_all(&ImpactReport::new(&DIFF, &CROSSWALK, &impact));
        }
    }
}

/// Checks the fields of files of codes in use: code, system, day, amount, lines and owner, a line for each.
pub fn fields(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().map(|line| line.replace('"', "\"\""));
    let mut row = || {
        let cells: Vec<String> =
            (0..6).map(|_| format!("\"{}\"", lines.next().unwrap_or_default())).collect();
        cells.join(",") + "\n"
    };
    let rows: String = (0..4).map(|_| row()).collect();
    let table = format!(
        "code,code_system,service_date,amount,count,department\n{rows}G35,ICD-10-CM,2025-10-01,1.50,2,a\n"
    );
    usage(table.as_bytes());
}

/// Two small releases: a code removed, one demoted, one revised, three added.
static SAMPLES: LazyLock<[Release; 2]> = LazyLock::new(|| [sample(OLD), sample(NEW)]);

/// What a scan between the samples needs, made once: what changed, the replacements, and the plans without and with rows.
static DIFF: LazyLock<Diff<'static>> = LazyLock::new(|| diff(&SAMPLES[0], &SAMPLES[1]));
static CROSSWALK: LazyLock<Crosswalk<'static>> = LazyLock::new(|| crosswalk(&DIFF));
static PLANS: LazyLock<[Plan<'static>; 2]> = LazyLock::new(|| {
    [false, true].map(|keeps_rows| {
        let options = ScanOptions { keeps_rows, ..ScanOptions::default() };
        Plan::new(&DIFF, &CROSSWALK, &[], &options)
    })
});

type Row = (&'static str, u8, &'static str);

const OLD: &[Row] = &[
    ("A00", 0, "Cholera"),
    ("A000", 1, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
    ("A009", 1, "Cholera, unspecified"),
    ("G35", 1, "Multiple sclerosis"),
    ("I10", 1, "Essential (primary) hypertension"),
    ("Z59", 0, "Problems related to housing and economic circumstances"),
    ("Z590", 1, "Homelessness"),
    ("Z591", 1, "Inadequate housing"),
];

const NEW: &[Row] = &[
    ("A00", 0, "Cholera"),
    ("A000", 1, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
    ("A009", 1, "Cholera, not specified"),
    ("G35", 0, "Multiple sclerosis"),
    ("G35A", 1, "Relapsing-remitting multiple sclerosis"),
    ("G35D", 1, "Multiple sclerosis, unspecified"),
    ("I10", 1, "Essential (primary) hypertension"),
    ("Z59", 0, "Problems related to housing and economic circumstances"),
    ("Z591", 1, "Inadequate housing"),
    ("Z5901", 1, "Sheltered homelessness"),
];

/// Returns the order file of a sample.
fn text(rows: &[Row]) -> String {
    let lines = (1..).zip(rows).map(|(number, (code, flag, text)): (u32, _)| {
        format!("{number:05} {code:<7} {flag} {text:<60.60} {text}\r\n")
    });
    lines.collect()
}

fn sample(rows: &[Row]) -> Release {
    let file = SourceFile::new("sample.txt", text(rows).into_bytes());
    formats::read(vec![file], &Options::default()).expect("the sample is a release")
}
