//! `codeset usage-sql OLD NEW --dialect DIALECT --table NAME`

use crate::cli::ExitStatus;
use crate::cli::args::{QueriedTableArgs, UsageSqlArgs};
use crate::cli::error::Error;
use crate::cli::in_force;
use crate::cli::load::Loader;
use crate::cli::output::{Ui, checked, write};
use crate::impact::Editions;
use crate::interchange::{QueryTable, write_usage_query};

/// Maximum number of code columns of a table: claims have 25 diagnoses, and as many procedures.
const MOST_COLUMNS: usize = 100;

pub(in crate::cli) fn run(args: &UsageSqlArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(&args.via.via);
    let file = checked(args.output.as_deref(), &inputs)?;
    let table = table(&args.table)?;
    // The editions are those that `impact` will use.
    let via = match args.via.via.as_slice() {
        [] => in_force::between(&args.old, &args.new, loader, ui)?,
        via => via.to_vec(),
    };
    let ([old, new], between) = loader.editions(&args.old, &args.new, &via)?;
    for release in [&old].into_iter().chain(&between).chain([&new]) {
        ui.problems(&release.problems);
    }
    let editions = Editions { old: &old, between: &between, new: &new };
    if editions.days().is_none() && !table.days.is_empty() {
        ui.warning(
            "lines will not be judged by their date, because the effective dates of OLD and NEW are unknown or out of \
             order; pass --edition for both",
        );
    }
    write(file, |out| write_usage_query(args.table.dialect, &table, editions, args.suppress_below, out))?;
    Ok(ExitStatus::Done)
}

/// Returns the table with its columns.
fn table(args: &QueriedTableArgs) -> Result<QueryTable, Error> {
    let columns: Vec<Vec<String>> =
        args.code_column.iter().map(|text| expanded(text)).collect::<Result<_, _>>()?;
    let codes = columns.concat();
    let single = [&args.system_column, &args.owner_column, &args.amount_column, &args.account_column];
    let names = codes.iter().chain(&args.day_column).chain(single.into_iter().flatten());
    if names.into_iter().any(|name| name.trim().is_empty())
        || args.table.split('.').any(|part| part.trim().is_empty())
    {
        return Err(Error::argument(
            "the name of a table or column is empty",
            "pass names as they are in the database, with a dot between a schema and its table",
        ));
    }
    if let Some((_, name)) = codes.iter().enumerate().find(|(at, name)| codes[..*at].contains(name)) {
        return Err(Error::argument(
            format!("the code column `{name}` is named twice, so its lines would count twice"),
            "name each column once",
        ));
    }
    if codes.len() > MOST_COLUMNS {
        return Err(Error::argument(
            format!("{} code columns are more than the limit of {MOST_COLUMNS}", codes.len()),
            "write several queries, and pass all of their results to --usage",
        ));
    }
    Ok(QueryTable {
        table: args.table.clone(),
        codes,
        system: args.system_column.clone(),
        days: args.day_column.clone(),
        owner: args.owner_column.clone(),
        amount: args.amount_column.clone(),
        account: args.account_column.clone(),
    })
}

/// Returns the columns that a name means: `dx1..dx25` means 25.
fn expanded(text: &str) -> Result<Vec<String>, Error> {
    let Some((first, last)) = text.split_once("..") else { return Ok(vec![text.to_owned()]) };
    let parts = |name: &str| {
        let stem = name.trim_end_matches(|char: char| char.is_ascii_digit());
        (stem.to_owned(), name[stem.len()..].to_owned())
    };
    let ((stem, first), (other, last)) = (parts(first), parts(last));
    let numbered = || {
        // dx01..dx25 have two digits each.
        let width = if first.starts_with('0') { first.len() } else { 0 };
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        let fits = stem == other && first <= last && last - first < MOST_COLUMNS;
        fits.then(|| (first..=last).map(|number| format!("{stem}{number:0width$}")).collect())
    };
    numbered().ok_or_else(|| {
        Error::argument(
            format!("`{text}` is not a range of columns"),
            "write it as dx1..dx25: the same name with a first and a last number",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_columns_is_all_of_them() {
        assert_eq!(expanded("dx1..dx3").unwrap(), ["dx1", "dx2", "dx3"]);
        assert_eq!(expanded("DX08..DX11").unwrap(), ["DX08", "DX09", "DX10", "DX11"]);
        assert_eq!(expanded("principal").unwrap(), ["principal"]);
        for text in ["dx1..px3", "dx3..dx1", "dx..dx3", "dx1..", "dx1..dx500"] {
            assert!(expanded(text).is_err(), "{text}");
        }
    }
}
