//! The project file in its TOML form: every key, its type and its meaning. The JSON Schema of the file is made from this.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::error::{Fact, ProjectError};

/// The settings of an organization for the yearly update of its code sets.
///
/// Paths are relative to the folder of the file. Every key is optional.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "codeset.toml"))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    /// The edition to prepare for, such as "2026"; the default is the one given on the command line.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) new: Option<Spanned<String>>,
    /// The code sets, by id; the default are those that the usage holds and of which releases are known.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, WrittenSet>"))]
    pub(super) sets: BTreeMap<Spanned<String>, WrittenSet>,
    /// The codes in use.
    pub(super) usage: WrittenUsage,
    /// Files with lists of codes.
    pub(super) lists: WrittenLists,
    /// Attributes of codes to compare, by name.
    pub(super) attributes: BTreeMap<String, WrittenAttribute>,
    /// The person who decides, by department: the value in the column of owners.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub(super) owners: BTreeMap<String, Spanned<String>>,
    /// Decisions that come back.
    pub(super) decisions: WrittenDecisions,
    /// The course about the changes.
    pub(super) course: WrittenCourse,
}

/// The releases of a code set.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenSet {
    /// The older release: a name such as "icd10cm@2025", an edition, or a path; the default is the edition that the newer
    /// one replaces.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) old: Option<Spanned<String>>,
    /// The newer release, written like the older one; the default is the edition to prepare for.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) new: Option<Spanned<String>>,
    /// More conversion tables, as for --map.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) tables: Vec<Spanned<String>>,
}

/// Files of codes in use, and how they are read.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenUsage {
    /// Paths, and patterns with `*` or `?` in the name of the file.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) files: Vec<Spanned<String>>,
    /// The column of codes: a heading, a letter or a number.
    pub(super) code_column: Option<String>,
    /// The column of line counts.
    pub(super) count_column: Option<String>,
    /// The column of owners: a department, a clinic, a payer.
    pub(super) owner_column: Option<String>,
    /// The column of amounts: charges, payments.
    pub(super) amount_column: Option<String>,
    /// The column of days: of service, of discharge.
    pub(super) date_column: Option<String>,
    /// The column of claims, accounts or encounters; amounts count once for each.
    pub(super) claim_column: Option<String>,
    /// Conditions HEADING=VALUE: only rows with these values count.
    #[serde(rename = "where")]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) only: Vec<Spanned<String>>,
    /// Hide line counts below this number, and everything that would reveal them.
    #[cfg_attr(test, schemars(with = "Option<u64>", range(min = 2)))]
    pub(super) suppress_below: Option<Spanned<u64>>,
    /// Files with columns of their own; the columns and conditions above do not apply to them.
    pub(super) file: Vec<WrittenFile>,
}

/// A file of codes in use with columns of its own.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenFile {
    /// The path, or a pattern.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) path: Spanned<String>,
    /// The column of codes: a heading, a letter or a number.
    pub(super) code_column: Option<String>,
    /// The column of line counts.
    pub(super) count_column: Option<String>,
    /// The column of owners: a department, a clinic, a payer.
    pub(super) owner_column: Option<String>,
    /// The column of amounts: charges, payments.
    pub(super) amount_column: Option<String>,
    /// The column of days: of service, of discharge.
    pub(super) date_column: Option<String>,
    /// The column of claims, accounts or encounters; amounts count once for each.
    pub(super) claim_column: Option<String>,
    /// Conditions HEADING=VALUE: only rows with these values count.
    #[serde(default, rename = "where")]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) only: Vec<Spanned<String>>,
}

/// Files with lists of codes, which are scanned and migrated.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenLists {
    /// Files and folders.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) paths: Vec<Spanned<String>>,
    /// The file of deliberate exceptions, as for codeset scan --exceptions.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) exceptions: Option<Spanned<String>>,
}

/// The tables of an attribute: a path, `FILE#COLUMN`, or the name of a release.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenAttribute {
    /// The table for the older release; the default is that release.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) old: Option<Spanned<String>>,
    /// The table for the newer release; the default is that release.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) new: Option<Spanned<String>>,
}

/// Decisions that come back.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenDecisions {
    /// The folder with the worklists that were filled in; the default is "decisions".
    pub(super) folder: Option<String>,
}

/// The course about the changes.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenCourse {
    /// The chapters to teach, by number or letter; the default are the chapters in use.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) chapters: Vec<Spanned<String>>,
    /// The specialties to teach, such as "endocrinology".
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) specialties: Vec<Spanned<String>>,
}

impl Written {
    /// Reads the text of a file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ProjectError> {
        toml::from_str(text).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start);
            ProjectError::at(path, text, byte, fact(error.message()))
        })
    }
}

/// Returns the fact of an error without the value, which may be the name of a department or a person.
fn fact(message: &str) -> Fact {
    if let Some((key, expected)) =
        message.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected "))
    {
        let known = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        return Fact::Key { key: key.to_owned(), known };
    }
    let is_type = message.starts_with("invalid type: ") || message.starts_with("invalid value: ");
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if is_type => Fact::Type(kind(expected)),
        _ => {
            let first = message.lines().next().unwrap_or_default();
            Fact::Syntax(first.replacen("missing field", "missing key", 1))
        }
    }
}

/// Returns a type of TOML by the word that serde has for it.
fn kind(expected: &str) -> String {
    let plain = match expected {
        "a map" => "a table",
        "a sequence" => "an array",
        expected if expected.starts_with("struct ") => "a table",
        "u64" | "usize" => "a whole number",
        expected => expected,
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, String) {
        let error = Written::parse(Path::new("codeset.toml"), text).unwrap_err();
        (error.to_string(), error.hint())
    }

    #[test]
    fn an_empty_file_is_a_project_of_defaults() {
        let written = Written::parse(Path::new("codeset.toml"), "").unwrap();
        assert!(written.new.is_none() && written.sets.is_empty() && written.usage.files.is_empty());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place_and_the_nearest_one() {
        let (fact, hint) = refused("new = \"2026\"\n\n[ownrs]\n\"Cardiology\" = \"Ada\"\n");
        assert_eq!(fact, "`codeset.toml` line 3, column 2: unknown key `ownrs`");
        assert!(hint.starts_with("did you mean `owners`? "), "{hint}");
        for (text, key, nearest) in [
            ("[usage]\ncode_column = \"dx\"\n", "code_column", "code-column"),
            ("[usage]\nsuppress = 11\n", "suppress", "suppress-below"),
            ("[[usage.file]]\npath = \"a\"\nowner = \"b\"\n", "owner", "owner-column"),
            ("[sets.icd10cm]\nolder = \"2025\"\n", "older", "old"),
            ("[decisions]\nfolders = \"a\"\n", "folders", "folder"),
            ("[attributes.POA]\nnews = \"a\"\n", "news", "new"),
        ] {
            let (fact, hint) = refused(text);
            assert!(fact.ends_with(&format!("unknown key `{key}`")), "{fact}");
            assert!(hint.starts_with(&format!("did you mean `{nearest}`? ")), "{hint}");
        }
    }

    #[test]
    fn another_type_is_named_with_its_place_but_without_the_value() {
        for (text, place, expected) in [
            ("new = 2026\n", "line 1, column 7", "a string"),
            ("[usage]\nfiles = \"Jane\"\n", "line 2, column 9", "an array"),
            ("owners = \"Jane\"\n", "line 1, column 10", "a table"),
            ("[owners]\n\"Jane\" = 1\n", "line 2, column 10", "a string"),
            ("[usage]\nsuppress-below = -1\n", "line 2, column 18", "a whole number"),
            ("[usage]\nsuppress-below = \"Jane\"\n", "line 2, column 18", "a whole number"),
        ] {
            assert_eq!(refused(text).0, format!("`codeset.toml` {place}: expected {expected}"), "{text}");
        }
        assert_eq!(refused("new = 2026\n").1, "write the value in quotes");
    }

    #[test]
    fn a_file_with_columns_of_its_own_needs_a_path() {
        assert!(refused("[[usage.file]]\n").0.ends_with("missing key `path`"));
    }

    #[test]
    fn what_is_not_toml_is_refused_with_its_place() {
        for text in [
            "a = \n",
            "[owners]\n\"Jane\" = \"x\"\n\"Jane\" = \"y\"\n",
            "[[usage.file]]\n",
            "new = \"Jane\nb\"",
        ] {
            let (fact, hint) = refused(text);
            assert!(fact.starts_with("`codeset.toml` line ") && !fact.contains("Jane"), "{fact}");
            assert!(!hint.is_empty());
        }
    }
}
