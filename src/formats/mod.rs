//! Official layouts: bytes in, values out.
//!
//! A file is read by the format that recognizes its content; its name does not matter. Adding a layout takes one file here, one
//! line in [`FORMATS`] and one folder of fixtures.
//!
//! Invariant: formats take named bytes ([`SourceFile`]) and never open a file. A described set is never recognized by
//! content: its files are read only if `--set` or the name of a release names the set.

mod attribute_layout;
mod attribute_rows;
mod attribute_table;
mod attributes;
mod ccsr_dx;
mod cdt_table;
mod cdt_text;
mod cms_hcc;
mod code_values;
mod companions;
mod cpt_descriptors;
mod cpt_lines;
mod cpt_long;
mod cpt_medium;
mod cpt_pla;
mod cpt_short;
mod cpt_text;
mod day;
mod decisions;
mod described;
mod diagnose;
mod gem;
mod hcpcs_build;
mod hcpcs_notes;
mod hcpcs_record;
mod hcpcs_table;
mod hcpcs_transactions;
mod icd10_addenda;
mod icd10_codes;
mod icd10_order;
mod icd10cm_conversion;
mod icd10cm_drugs;
mod icd10cm_index;
mod icd10cm_tabular;
mod icd10pcs_conversion;
mod icd10pcs_definitions;
mod icd10pcs_tables;
mod icd11_columns;
mod icd11_tabulation;
mod ipps_cc;
mod kept;
mod merge;
mod ndc_listing;
mod ndc_package;
mod ndc_product;
mod ndc_repeated;
mod ndc_text;
mod openfda_ndc;
mod opps_addendum_b;
mod options;
mod pcs_release;
mod pfs_rvu;
mod poa_exempt;
mod release;
mod shape;
mod tabs;
mod tabular_references;
mod tabular_release;
#[cfg(test)]
mod testing;
mod text;
mod user_table;
mod user_table_key;
mod who_map;
mod xml;

pub use attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
pub use attributes::{ATTRIBUTE_LAYOUTS, attribute_layout, read_attribute, wanted_attribute};
pub use described::{DraftError, draft};
pub use options::Options;
pub use release::{Error, Maps, read, read_addenda, read_maps, read_maps_as};

use std::cell::OnceCell;

use crate::model::{
    CodeSet, Companion, Concept, Coverage, DecisionTable, Edition, Fact, HEAD, Problem, ReleaseTable,
    SourceFile, Wanted,
};
use crate::tables::{rows, workbook};

/// The layouts that are read, in the order in which they are tried.
pub static FORMATS: &[&dyn Format] = &[
    &icd10_order::Icd10Order,
    &icd10_addenda::Icd10Addenda,
    &icd10cm_tabular::Icd10cmTabular,
    &icd10cm_index::Icd10cmIndex,
    &icd10cm_drugs::Icd10cmDrugs,
    &icd10pcs_definitions::Icd10pcsDefinitions,
    &icd10pcs_tables::Icd10pcsTables,
    &icd10cm_conversion::Icd10cmConversion,
    &icd10pcs_conversion::Icd10pcsConversion,
    &hcpcs_record::HcpcsRecord,
    &hcpcs_table::HcpcsTable,
    &hcpcs_transactions::HcpcsTransactions,
    &hcpcs_notes::HcpcsNotes,
    &ndc_product::NdcProduct,
    &ndc_package::NdcPackage,
    &openfda_ndc::OpenfdaNdc,
    &icd11_tabulation::Icd11Tabulation,
    &who_map::WhoMap,
    &gem::Gem,
    // Before the codes file: ICD-10-PCS has codes that are all digits.
    &cpt_lines::CptLines,
    &cpt_long::CptLong,
    &cpt_medium::CptMedium,
    &cpt_short::CptShort,
    &cpt_pla::CptPla,
    &cpt_descriptors::CptDescriptors,
    &pfs_rvu::PfsRvu,
    &opps_addendum_b::OppsAddendumB,
    &cdt_text::CdtText,
    &cdt_table::CdtTable,
    &decisions::Decisions,
    &icd10_codes::Icd10Codes,
    &user_table::UserTable,
];

/// One layout.
pub trait Format: Sync {
    /// Returns the key: also the name of the file here and of the folder of fixtures.
    fn id(&self) -> &'static str;

    /// Returns the name of the layout, for people.
    fn title(&self) -> &'static str;

    /// Returns the sets, by id, whose releases, addenda or tables it may hold.
    fn sets(&self) -> &'static [&'static str];

    /// Returns whether it is tried only if the user names the set: any table may be a user's own.
    fn on_request(&self) -> bool {
        false
    }

    /// Returns whether a file is in this layout.
    fn recognizes(&self, sample: &Sample<'_>) -> bool;

    /// Returns whether, and with what priority, a recognized file is read.
    fn wanted(&self, _: &Sample<'_>) -> Wanted {
        Wanted::Yes
    }

    /// Reads a recognized file. Anything that does not fit is reported as a problem.
    fn read(&self, file: SourceFile, options: &Options) -> Part;
}

/// The content of a file.
#[derive(Debug)]
pub enum Part {
    /// Concepts of a release.
    Concepts(Concepts),
    /// What the publisher provides with a release.
    Companion(Companion),
    /// The user's decisions.
    Decisions(DecisionTable),
}

impl Part {
    /// Counts the records of a part of the release itself; `None` for companion files.
    fn records(&self) -> Option<u64> {
        let count = match self {
            Self::Concepts(concepts) => return Some(concepts.records),
            Self::Companion(Companion::Tabular(list)) => list.entries().count(),
            Self::Companion(Companion::PcsTables(tables)) => {
                tables.tables.iter().map(|table| table.rows.len()).sum()
            }
            Self::Companion(Companion::PcsDefinitions(definitions)) => definitions.all().count(),
            Self::Companion(Companion::Index(index)) => index.len(),
            Self::Companion(Companion::Transition(table)) => table.rows.len(),
            Self::Companion(_) | Self::Decisions(_) => return None,
        };
        Some(count as u64)
    }
}

impl From<Companion> for Part {
    fn from(companion: Companion) -> Self {
        Self::Companion(companion)
    }
}

/// How the concepts of a file form a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// The file is a release.
    Release,
    /// The file is one of several that make a release together: products and packages, long and short descriptions.
    Piece,
}

/// Concepts read from one file.
#[derive(Debug)]
pub struct Concepts {
    /// The file's name.
    pub name: String,
    /// The set, identified by the shape of the codes.
    pub set: &'static CodeSet,
    /// The way they make a release.
    pub form: Form,
    /// The edition, if the file itself contains it.
    pub edition: Option<Edition>,
    /// Facts in the file about the whole release.
    pub facts: Vec<Fact>,
    /// Number of records read.
    pub records: u64,
    /// The concepts and their texts.
    pub table: ReleaseTable,
    /// The parts of the set that the file contains.
    pub coverage: Coverage,
    /// Codes whose records cannot be read.
    pub unreadable: Vec<String>,
    /// The line of each concept, by its position in the publisher's order.
    pub lines: Vec<u32>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

impl Concepts {
    /// Returns the concepts of a file that is a whole release, without facts.
    fn new(name: String, set: &'static CodeSet, table: ReleaseTable) -> Self {
        Self {
            name,
            set,
            form: Form::Release,
            edition: None,
            facts: Vec::new(),
            records: table.concepts.len() as u64,
            table,
            coverage: Coverage::default(),
            unreadable: Vec::new(),
            lines: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// Returns the position of an attribute of a set.
fn definition(set: &CodeSet, name: &str) -> u16 {
    let at = set.properties.iter().position(|definition| definition.name == name);
    at.expect("readers name attributes of their set") as u16
}

/// Returns the attributes that no concept has, by the positions of their definitions, ascending.
fn unused(set: &CodeSet, concepts: &[Concept]) -> Vec<u16> {
    let mut held = vec![false; set.properties.len()];
    let details = concepts.iter().filter_map(|concept| concept.details.as_deref());
    let properties = details.flat_map(|details| &details.properties);
    properties.for_each(|property| held[usize::from(property.definition)] = true);
    set.properties_but(|definition| held[usize::from(definition)])
}

/// The beginning of a file, by which it is recognized.
#[derive(Debug)]
pub struct Sample<'a> {
    /// The bytes: at least the first [`HEAD`], or the whole file.
    pub bytes: &'a [u8],
    /// The set that the user names, if any.
    set: Option<&'a CodeSet>,
    text: String,
    workbook: OnceCell<workbook::Texts>,
}

/// Number of lines of a sample that are examined.
const SAMPLE_LINES: usize = 60;

impl<'a> Sample<'a> {
    /// Returns a sample of the beginning of a file, or of all of it.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::of_set(bytes, None)
    }

    /// The same with the set that the user names: a described set is recognized by its descriptor.
    fn of_set(bytes: &'a [u8], set: Option<&'a CodeSet>) -> Self {
        let head = &bytes[..bytes.len().min(HEAD)];
        let text = text::TextFile::decode(SourceFile {
            source: Default::default(),
            bytes: head.to_vec(),
            is_spare: false,
        })
        .text;
        Self { bytes, set, text, workbook: OnceCell::new() }
    }

    /// Returns the first lines that are not empty, without a last line that is cut.
    fn lines(&self) -> impl Iterator<Item = text::Line<'_>> {
        let whole = self.bytes.len() < HEAD;
        text::lines(&self.text)
            .filter(move |line| !line.text.trim().is_empty() && (line.ended || whole))
            .take(SAMPLE_LINES)
    }

    /// Returns the priority for layouts that publishers ship as a text and a workbook of the same records: the text is read,
    /// the workbook only if the text is missing.
    fn text_before_workbook(&self) -> Wanted {
        if workbook::is_workbook(self.bytes) { Wanted::Spare } else { Wanted::Whole }
    }

    /// Returns whether it is a workbook that contains all of `titles` as texts. Other workbooks are not parsed.
    fn is_workbook_with(&self, titles: &[&str]) -> bool {
        let texts = || self.workbook.get_or_init(|| workbook::Texts::of(self.bytes));
        workbook::is_workbook(self.bytes) && titles.iter().all(|title| texts().has(title))
    }

    /// Returns whether at least half of the first lines, and at least one, satisfy `test`.
    fn mostly(&self, test: impl Fn(&text::Line<'_>) -> bool) -> bool {
        let (all, fit) =
            self.lines().fold((0, 0), |(all, fit), line| (all + 1, fit + usize::from(test(&line))));
        fit > 0 && fit * 2 >= all
    }
}

/// Returns the layout of a file, or `None`. The beginning of a text file is enough; a workbook is needed as a whole.
pub fn recognize(bytes: &[u8]) -> Option<&'static dyn Format> {
    recognize_as(bytes, None)
}

/// The same for the layouts of a set, if it is known.
pub fn recognize_as(bytes: &[u8], set: Option<&CodeSet>) -> Option<&'static dyn Format> {
    format_of(&Sample::of_set(bytes, set))
}

fn format_of(sample: &Sample<'_>) -> Option<&'static dyn Format> {
    layouts(sample.set).find(|format| format.recognizes(sample))
}

/// Returns the layouts that files of a set may have; without a set, those of every set that is recognized by its content.
pub fn layouts(set: Option<&CodeSet>) -> impl Iterator<Item = &'static dyn Format> {
    let descriptor = set.and_then(|set| set.descriptor);
    let family = descriptor.map_or(FORMATS, described::layouts);
    let (is_described, id) = (descriptor.is_some(), set.map(|set| set.id));
    let fits = move |format: &&dyn Format| match id {
        Some(id) => is_described || format.sets().contains(&id),
        None => !format.on_request(),
    };
    family.iter().copied().filter(fits)
}

/// Returns whether a file is read, decided by its beginning (or, for a workbook, by the whole).
pub fn wanted(bytes: &[u8]) -> Wanted {
    wanted_as(bytes, None)
}

/// The same for the layouts of a set, if it is known.
pub fn wanted_as(bytes: &[u8], set: Option<&CodeSet>) -> Wanted {
    let sample = Sample::of_set(bytes, set);
    format_of(&sample).map_or(Wanted::No, |format| format.wanted(&sample))
}
