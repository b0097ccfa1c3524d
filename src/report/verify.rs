//! The report of `verify`.

use serde::Serialize;

use super::{ReleaseInfo, Report, SCHEMA_VERSION, editions, sources};
use crate::base::{counted, grouped};
use crate::diff::{Diff, Difference, Outcome, Verification};
use crate::model::Problem;
use crate::view::{self, Cell, Metric, Section, Table, Tone, column};

/// The method of the comparison.
const METHOD: &[&str] = &[
    "The releases are compared code by code. Each line and total of the difference is then compared with the \
     publisher's addenda; addenda that start from another release are skipped.",
];

/// The report of `verify`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct VerifyReport {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// One for each addenda file that starts from OLD.
    pub(crate) verifications: Vec<Verification>,
    /// Addenda that start from another release, and other problems with the input.
    pub(crate) problems: Vec<Problem>,
}

impl VerifyReport {
    /// Makes the report of the outcomes for one difference.
    pub(crate) fn new(diff: &Diff<'_>, outcomes: Vec<Outcome>) -> Self {
        let mut verifications = Vec::new();
        let mut problems: Vec<Problem> =
            [diff.old, diff.new].iter().flat_map(|release| release.problems.clone()).collect();
        problems.extend(diff.problems.clone());
        for outcome in outcomes {
            match outcome {
                Outcome::Compared(verification) => verifications.push(verification),
                Outcome::OtherBase(problem) | Outcome::NotComparable(problem) => problems.push(problem),
            }
        }
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            metrics: metrics(&verifications),
            verifications,
            problems,
        }
    }

    /// Returns whether every addenda file agrees.
    pub(crate) fn agrees(&self) -> bool {
        self.verifications.iter().all(|verification| verification.agrees)
    }
}

/// A disagreement with its source.
struct Row<'v> {
    against: &'v str,
    difference: &'v Difference,
}

/// Returns the disagreements.
pub(super) fn section(verifications: &[Verification]) -> Section {
    let rows: Vec<_> = verifications
        .iter()
        .flat_map(|Verification { against, differences, .. }| {
            differences.iter().map(move |difference| Row { against, difference })
        })
        .collect();
    let is_one = verifications.len() == 1;
    let about = match verifications {
        [one] => format!("Compared with {}.", one.against),
        _ => String::new(),
    };
    Section::new("Differences from the publisher").about(about).sheet("Differences").rows(
        &rows,
        [
            column(
                "compared with",
                |row: &Row<'_>| if is_one { Cell::Empty } else { Cell::from(row.against) },
            )
            .filter(),
            column("code", |row: &Row<'_>| Cell::code(row.difference.display.clone())),
            column("level", |row: &Row<'_>| Cell::from(row.difference.level.word())).filter(),
            column("in the releases", |row: &Row<'_>| Cell::from(row.difference.ours.as_str())),
            column("by the publisher", |row: &Row<'_>| Cell::from(row.difference.publisher.as_str())),
        ],
    )
}

fn metrics(verifications: &[Verification]) -> Vec<Metric> {
    let differences: usize = verifications.iter().map(|verification| verification.differences.len()).sum();
    let agree = verifications.iter().filter(|verification| verification.agrees).count() as u64;
    let note = if verifications.is_empty() {
        String::new()
    } else {
        format!("{} without differences", grouped(agree))
    };
    vec![
        Metric::new(verifications.len() as u64, "publisher files compared", note, Tone::Plain),
        Metric::new(differences as u64, "differences", "", Tone::Bad),
    ]
}

/// Returns the result of a comparison in a sentence.
pub(super) fn verdict(verification: &Verification) -> String {
    let against = &verification.against;
    match verification.differences.len() as u64 {
        _ if verification.agrees => format!("Every line and total agrees with {against}."),
        count => format!("{} from {against}.", counted(count, "difference", "differences")),
    }
}

impl Report for VerifyReport {
    type Row = Verification;

    const NAME: &'static str = "verify";

    fn view(&self) -> view::Report {
        let title = format!("{} -> {}", self.old.title(), self.new.title());
        let verdicts: Vec<String> = match self.verifications.as_slice() {
            [] => vec!["No addenda start from OLD: nothing was verified.".to_owned()],
            verifications => verifications.iter().map(verdict).collect(),
        };
        let view = view::Report::new(title).heading("Verification").lead(verdicts.join(" "));
        let mut view = view.metrics(&self.metrics);
        view.day = self.new.effective;
        view.editions = editions(&self.old, &self.new);
        let view = view.section(section(&self.verifications)).problems(&self.problems);
        view.appendix(sources(&self.old, &self.new, METHOD))
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&["against", "level", "code", "display", "ours", "publisher"]);
        for verification in &self.verifications {
            for difference in &verification.differences {
                table.row(vec![
                    Cell::from(verification.against.as_str()),
                    Cell::from(difference.level.word()),
                    Cell::Code(difference.code.clone()),
                    Cell::Code(difference.display.clone()),
                    Cell::from(difference.ours.as_str()),
                    Cell::from(difference.publisher.as_str()),
                ]);
            }
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Verification> {
        self.verifications.iter()
    }
}
