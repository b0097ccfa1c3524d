//! The report of `verify`.

use serde::Serialize;

use super::document::{Block, Cell, Document, Table};
use super::{ReleaseInfo, Report, SCHEMA_VERSION};
use crate::base::counted;
use crate::diff::{Diff, Difference, Outcome, Verification};
use crate::model::Problem;

/// The report of `verify`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerifyReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The older release.
    pub old: ReleaseInfo,
    /// The newer release.
    pub new: ReleaseInfo,
    /// One for each addenda file that starts from OLD.
    pub verifications: Vec<Verification>,
    /// Addenda that start from another release, and other problems with the input.
    pub problems: Vec<Problem>,
}

impl VerifyReport {
    /// Makes the report of the outcomes for one difference.
    pub fn new(diff: &Diff<'_>, outcomes: Vec<Outcome>) -> Self {
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
            verifications,
            problems,
        }
    }

    /// Returns whether every addenda file agrees.
    pub fn agrees(&self) -> bool {
        self.verifications.iter().all(|verification| verification.agrees)
    }
}

/// Disagreements as a table.
pub(super) fn differences(differences: &[Difference]) -> Table {
    let mut table = Table::new(&["level", "code", "the files show", "the publisher says"]);
    for difference in differences {
        table.row(vec![
            Cell::from(difference.level.word()),
            Cell::Code(difference.display.clone()),
            Cell::from(difference.ours.as_str()),
            Cell::from(difference.publisher.as_str()),
        ]);
    }
    table
}

impl Report for VerifyReport {
    type Row = Verification;

    const NAME: &'static str = "verify";

    fn document(&self) -> Document {
        let title = format!("{} -> {}", self.old.title(), self.new.title());
        let mut blocks = Vec::new();
        for verification in &self.verifications {
            let against = &verification.against;
            if verification.agrees {
                blocks.push(Block::Text(format!("agrees: every line and total of {against}")));
                continue;
            }
            let count = counted(verification.differences.len() as u64, "difference", "differences");
            blocks.push(Block::Heading(format!("disagrees: {count} from {against}")));
            blocks.push(Block::Table(differences(&verification.differences)));
        }
        if self.verifications.is_empty() {
            blocks.push(Block::Text("No addenda start from OLD: nothing was verified.".to_owned()));
        }
        Document { title, blocks }
    }

    fn table(&self) -> Table {
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

    fn rows(&self) -> &[Verification] {
        &self.verifications
    }
}
