//! Closed lists as values of arguments: every word that a command accepts comes from the list that defines it.

use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::base::closed_list;
use crate::cli::schemas::{SCHEMAS, Schema};
use crate::diff::Kind;
use crate::impact::Basis;
use crate::interchange::QueryDialect;
use crate::migrate::{Dialect, Mode};
use crate::model::{Classification, sets};
use crate::scan::FindingKind;
use crate::sources::catalog::Role;

/// Makes closed lists values of arguments: all of their values, the word of each, and its meaning.
macro_rules! values {
    ($($type:ty { $all:expr, $word:expr, $meaning:expr })+) => {$(
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                $all
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                let (word, meaning): (fn(&Self) -> &'static str, fn(&Self) -> &'static str) = ($word, $meaning);
                let value = PossibleValue::new(word(self));
                Some(if meaning(self).is_empty() { value } else { value.help(meaning(self)) })
            }
        }
    )+};
}

values! {
    Kind { Self::ALL, |kind| kind.word(), |kind| in_help(kind.meaning()) }
    FindingKind { Self::ALL, |kind| kind.word(), |kind| in_help(kind.meaning()) }
    Classification { Self::ALL, |set| set.word(), |set| set.title() }
    Role { Self::ALL, |role| role.word(), role_meaning }
    Dialect { Self::ALL, |dialect| dialect.word(), dialect_meaning }
    QueryDialect { Self::ALL, |dialect| dialect.word(), |dialect| in_help(dialect.meaning()) }
    Mode { Self::ALL, |mode| mode.word(), |mode| in_help(mode.meaning()) }
    Basis { Self::ALL, |basis| basis.word(), basis_meaning }
    Include { Self::ALL, |other| other.word(), |other| in_help(other.meaning()) }
    SplitBy { Self::ALL, |by| by.word(), |by| in_help(by.meaning()) }
    Schema { SCHEMAS, |schema| schema.name, |_| "" }
    PropertyGroup { &GROUPS, |group| group.0, |_| "" }
}

/// Returns a meaning as help texts have it: without a full stop.
fn in_help(meaning: &'static str) -> &'static str {
    meaning.trim_end_matches('.')
}

fn role_meaning(role: &Role) -> &'static str {
    match role {
        Role::Codes => "The codes and their descriptions",
        Role::Addenda => "Addenda in a separate file",
        Role::Conversion => "The conversion table",
        Role::Poa => "The list of codes exempt from present-on-admission reporting",
        Role::Tabular => "Tabular list, tables and index",
        Role::Guidelines => "The Official Guidelines, in PDF",
        Role::More => "Anything else",
    }
}

fn dialect_meaning(dialect: &Dialect) -> &'static str {
    match dialect {
        Dialect::Ansi => "Plain SQL: SQLite, and most other databases once the first line is adapted",
        Dialect::PostgreSql => "PostgreSQL",
        Dialect::SqlServer => "Microsoft SQL Server",
        Dialect::MySql => "MySQL and MariaDB",
    }
}

fn basis_meaning(basis: &Basis) -> &'static str {
    match basis {
        Basis::Usual => {
            "As payers do: inpatient stays by the day of discharge, all other lines by the day of service"
        }
        Basis::Service => "The day of service; without one, the first known day",
        Basis::Discharge => "The day of discharge; without one, the last known day",
    }
}

closed_list! {
    /// What else `migrate` changes.
    pub(in crate::cli) enum Include {
        Programs = "programs", "Codes in programs and SQL.";
        Text = "text", "Codes in running text.";
    }
}

closed_list! {
    /// What reports are split by.
    pub(in crate::cli) enum SplitBy {
        Owner = "owner", "By the column of owners.";
    }
}

/// The id of a group of attributes, in any code set; `all` is all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) struct PropertyGroup(&'static str);

impl PropertyGroup {
    /// Returns the ids of groups.
    pub(in crate::cli) fn ids(groups: &[Self]) -> Vec<String> {
        groups.iter().map(|group| group.0.to_owned()).collect()
    }
}

static GROUPS: LazyLock<Vec<PropertyGroup>> = LazyLock::new(|| {
    let groups = sets::ALL.iter().flat_map(|set| set.properties).map(|property| property.group.id);
    let mut groups: Vec<_> = groups.chain(["all", "columns"]).map(PropertyGroup).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
});
