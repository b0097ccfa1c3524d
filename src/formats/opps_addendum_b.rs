//! Addendum B of the hospital outpatient payment system: how each code is paid, every quarter.
//!
//! Source: CMS, OPPS Addendum B, a workbook and a CSV of it. Prose first, then one row of titles: `HCPCS Code`, `Short
//! Descriptor`, `SI`, `APC`, `Relative Weight`, `Payment Rate`, `National Unadjusted Copayment`, `Minimum Unadjusted
//! Copayment`, `Note: ...`, `* Indicates a Change`. Copies with `StatusIndicator`, `Changed?` and `Source` (the quarter)
//! are read too.

use super::attribute_table::{Layout, Role, texts, words};
use super::rows::Row;
use super::{Format, Options, Part, Sample, definition, pfs_rvu};
use crate::model::sets::OPPS;
use crate::model::{Edition, SourceFile};

/// The attribute that names the quarter; it applies to the whole file.
const SOURCE: &str = "Source";

static LAYOUT: Layout =
    Layout { set: &OPPS, title_rows: 30, is_titles, roles, is_foreign: |_| false, blank: None };

/// See the module.
pub(super) struct OppsAddendumB;

impl Format for OppsAddendumB {
    fn id(&self) -> &'static str {
        "opps_addendum_b"
    }

    fn title(&self) -> &'static str {
        "OPPS Addendum B"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["opps"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        LAYOUT.is_in(sample)
            || sample.is_workbook_with(&["HCPCS Code", "Short Descriptor", "Relative Weight", "Payment Rate"])
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let mut table = LAYOUT.read(file);
        let title = table.banner.iter().flat_map(texts).find(|text| text.contains("Addendum B"));
        let concepts = &mut table.concepts;
        let source = concepts.facts.iter().find(|fact| fact.name == SOURCE);
        let of_source = source.and_then(|fact| Edition::parse(&fact.value));
        concepts.edition = of_source.or_else(|| pfs_rvu::edition(&title?));
        Part::Concepts(table.concepts)
    }
}

fn is_titles(cells: &[String]) -> bool {
    let roles: Vec<Option<Role>> = cells.iter().map(|cell| role(cell)).collect();
    let has = |role: Role| roles.contains(&Some(role));
    has(Role::Code) && has(Role::Text) && has(property("SI")) && has(property("Payment Rate"))
}

fn roles(_: &[Row], titles: &Row) -> Vec<Option<Role>> {
    let mut roles: Vec<Option<Role>> = texts(titles).iter().map(|title| role(title)).collect();
    for at in 1..roles.len() {
        if roles[..at].contains(&roles[at]) {
            roles[at] = None;
        }
    }
    roles
}

/// Returns the role of a title.
fn role(title: &str) -> Option<Role> {
    let title = words(title).concat();
    let has = |words: &str| title.contains(words);
    Some(match title.as_str() {
        "HCPCSCODE" | "HCPCS" => Role::Code,
        "SHORTDESCRIPTOR" | "SHORTDESCRIPTION" => Role::Text,
        "SI" | "STATUSINDICATOR" => property("SI"),
        "APC" => property("APC"),
        "RELATIVEWEIGHT" => property("Relative Weight"),
        "PAYMENTRATE" => property("Payment Rate"),
        "NATIONALUNADJUSTEDCOPAYMENT" => property("National Unadjusted Copayment"),
        "MINIMUMUNADJUSTEDCOPAYMENT" => property("Minimum Unadjusted Copayment"),
        "SOURCE" => property(SOURCE),
        _ if title.starts_with("NOTE") => property("Note"),
        _ if has("PASSTHROUGHEXPIRATION") => {
            property("Drug and Device Pass-Through Expiration during Calendar Year")
        }
        _ if title == "CHANGED" || has("INDICATESACHANGE") => property("* Indicates a Change"),
        _ => return None,
    })
}

fn property(name: &str) -> Role {
    let at = definition(&OPPS, name);
    if name == SOURCE { Role::Shared(at) } else { Role::Property(at) }
}
