//! Conversion tables and decisions made up in a test.

use codeset::crosswalk::{Crosswalk, CrosswalkOptions, Decisions, crosswalk_with};
use codeset::diff::Diff;
use codeset::formats;
use codeset::model::{DecisionTable, Release, SourceFile};

/// A release with a conversion table of rows such as `A04.71,2017,A04.7`.
pub(crate) fn with_table(mut new: Release, rows: &[&str]) -> Release {
    let titles = "Current code assignment,Effective,Previous Code(s) Assignment\n";
    let text = titles.to_owned() + &rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    new.companions.conversion_tables =
        formats::read_maps(vec![SourceFile::new("table.csv", text.into_bytes())]).tables;
    new
}

/// Returns the crosswalk of a difference with decisions.
pub(crate) fn crosswalk_by<'a>(diff: &Diff<'a>, tables: Vec<DecisionTable>) -> Crosswalk<'a> {
    let decisions = Decisions::new(diff.old, diff.new, tables);
    crosswalk_with(diff, &CrosswalkOptions { decisions: Some(&decisions), ..CrosswalkOptions::default() })
}
