//! Queries that count codes in use inside a database, so that only aggregates leave it.
//!
//! One template has the steps of the query; a template for each database has what differs there. The result is read by
//! `impact::usage::aggregate`, which judges it as it would the lines themselves.
//!
//! Invariant: what a user types reaches a query in quotes only, as the name of a table or column.

mod dialect;
mod spelling;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub use dialect::QueryDialect;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, UndefinedBehavior, context};
use serde::Serialize;

use crate::base::{Quotes, safe};
use crate::impact::{EditionSlot, EditionSlots, Editions, ResultColumn};
use spelling::Spelling;

/// The steps of a query.
const QUERY: &str = include_str!("query.sql");

/// Maximum number of slots that are listed in a query. Codes with more days of their own are counted day by day.
const MOST_SLOTS: usize = 1_000;

/// The table that a query reads, with the names of its columns as they are in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryTable {
    /// The table, with its schema before a dot.
    pub table: String,
    /// The columns of codes, at least one.
    pub codes: Vec<String>,
    /// The column of code systems.
    pub system: Option<String>,
    /// The columns of days: the first one with a value counts.
    pub days: Vec<String>,
    /// The column of owners.
    pub owner: Option<String>,
    /// The column of amounts.
    pub amount: Option<String>,
    /// The column of accounts, each of which has its amount once.
    pub account: Option<String>,
}

/// A slot of days in a query, and the first day of the next one.
#[derive(Debug, Serialize)]
struct SlotRow {
    name: String,
    next: Option<String>,
}

/// Writes the query that counts the codes of a table for some releases. Groups with fewer lines than `suppress_below`
/// do not leave the database.
///
/// # Errors
///
/// If the output cannot be written.
pub fn write_usage_query(
    dialect: QueryDialect,
    table: &QueryTable,
    editions: Editions<'_>,
    suppress_below: Option<u64>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let query = rendered(dialect, table, editions, suppress_below).map_err(io::Error::other)?;
    out.write_all(query.as_bytes())
}

fn rendered(
    dialect: QueryDialect,
    table: &QueryTable,
    editions: Editions<'_>,
    suppress_below: Option<u64>,
) -> Result<String, Error> {
    let quotes = dialect.quotes();
    let names = |names: &[String]| names.iter().map(|name| quotes.name(name)).collect::<Vec<_>>();
    let name = |name: &Option<String>| name.as_ref().map(|name| quotes.name(name));
    let slots = slots(editions);
    let releases: Vec<String> = editions.all().map(|release| release.id().to_string()).collect();
    let context = context! {
        title => safe(&format!("Codes in use for {}", releases.join(", "))),
        database => dialect.meaning().trim_end_matches('.'),
        table_shown => safe(&table.table),
        table => quotes.table(&table.table),
        codes => names(&table.codes),
        system => name(&table.system),
        days => names(&table.days),
        owner => name(&table.owner),
        amount => name(&table.amount),
        account => name(&table.account),
        spelling => Spelling::of(editions).map(|spelling| Value::from(Serde(spelling))),
        by_day => slots.len() > MOST_SLOTS,
        slots => Value::from(Serde(&slots)),
        suppress_below => suppress_below,
        result => Value::from(Serde(headings(table, quotes))),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    // A checkout with other line ends must not change the query.
    let template = format!("{}{QUERY}", dialect.template()).replace('\r', "");
    environment.add_template_owned("usage.sql", template)?;
    environment.get_template("usage.sql")?.render(context)
}

fn slots(editions: Editions<'_>) -> Vec<SlotRow> {
    let slots = EditionSlots::new(editions);
    let next = |slot: EditionSlot| match slot {
        EditionSlot::Days { last, .. } => last?.tomorrow().ok().map(|day| day.to_string()),
        _ => None,
    };
    slots.all().map(|slot| SlotRow { name: slot.to_string(), next: next(slot) }).collect()
}

/// Returns the headings of the result, by the words of its columns.
fn headings(table: &QueryTable, quotes: Quotes) -> BTreeMap<&'static str, String> {
    let adds_up = table.codes.len() == 1 && table.account.is_none();
    let amount = if adds_up { ResultColumn::Amount } else { ResultColumn::CodeAmount };
    let heading = |column: ResultColumn| {
        let shown = if column == ResultColumn::Amount { amount } else { column };
        (column.word(), quotes.name(shown.word()))
    };
    ResultColumn::ALL.iter().copied().map(heading).collect()
}
