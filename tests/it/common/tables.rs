//! Conversion tables made up in a test.

use codeset::formats;
use codeset::model::{Release, SourceFile};

/// A release with a conversion table of rows such as `A04.71,2017,A04.7`.
pub(crate) fn with_table(mut new: Release, rows: &[&str]) -> Release {
    let titles = "Current code assignment,Effective,Previous Code(s) Assignment\n";
    let text = titles.to_owned() + &rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    new.companions.conversion_tables =
        formats::read_maps(vec![SourceFile::new("table.csv", text.into_bytes())]).tables;
    new
}
