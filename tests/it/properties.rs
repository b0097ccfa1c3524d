//! What holds for any two releases.

use std::collections::BTreeMap;

use crate::common::rows::{release, row};
use codeset::diff::{Change, Kind, addenda_lines, addenda_totals, apply, diff};
use codeset::model::{Addenda, AddendaColumns, Level, Release};
use proptest::collection::btree_map;
use proptest::prelude::*;

/// Flag and description by code.
type Rows = BTreeMap<String, (u8, String)>;

/// Releases with few categories and few texts, so that two of them have much in common. The keys are those of
/// ICD-10-CM; whether a header has codes below it does not matter here.
fn releases() -> impl Strategy<Value = Rows> {
    let code = "[A-C][0-2][0-2A]([0-2]([0-2A]([XA][A-D])?)?)?";
    let text = "(Cholera|Fever|Pain)(, unspecified|  of back| \\[mild\\])?";
    btree_map(code, (0u8..=1, text.prop_map(String::from)), 1..40)
}

fn text<'a>(rows: impl Iterator<Item = (&'a String, &'a (u8, String))>) -> String {
    rows.enumerate()
        .map(|(at, (code, (flag, text)))| row(at + 1, code, *flag, &format!("{text} s"), text))
        .collect()
}

fn read(rows: &Rows) -> Release {
    release("icd10cm.txt", text(rows.iter()), 2026)
}

fn content(release: &Release) -> Vec<(String, Level, String, Option<String>)> {
    let owned = |short: Option<&str>| short.map(str::to_owned);
    release
        .entries()
        .map(|entry| (entry.code().to_owned(), entry.level(), entry.long().to_owned(), owned(entry.short())))
        .collect()
}

fn mirrored(kind: Kind) -> Kind {
    match kind {
        Kind::Added => Kind::Removed,
        Kind::Removed => Kind::Added,
        Kind::Demoted => Kind::Promoted,
        Kind::Promoted => Kind::Demoted,
        other => other,
    }
}

fn keys(changes: &[Change<'_>], kind: impl Fn(Kind) -> Kind) -> Vec<(String, Kind)> {
    let mut keys: Vec<_> =
        changes.iter().map(|change| (change.entry().code().to_owned(), kind(change.kind))).collect();
    keys.sort();
    keys
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_difference_applied_to_old_gives_new(old in releases(), new in releases()) {
        let (old, new) = (read(&old), read(&new));
        let lines = addenda_lines(&diff(&old, &new));
        let totals = addenda_totals(&old, &new, &lines);
        let columns = Some(AddendaColumns::WithFlag);
        let addenda = Addenda { name: "addenda".to_owned(), columns, lines, totals, problems: Vec::new() };
        let applied = apply(&old, &addenda);
        prop_assert_eq!(applied.problems, []);
        prop_assert_eq!(content(&applied.release), content(&new));
    }

    #[test]
    fn a_release_does_not_differ_from_itself(rows in releases()) {
        let release = read(&rows);
        prop_assert!(diff(&release, &release).changes.is_empty());
    }

    #[test]
    fn swapping_old_and_new_mirrors_the_kinds(old in releases(), new in releases()) {
        let (old, new) = (read(&old), read(&new));
        let forth = keys(&diff(&old, &new).changes, |kind| kind);
        let back = keys(&diff(&new, &old).changes, mirrored);
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn the_order_of_rows_in_a_file_does_not_matter(rows in releases(), seed in any::<u64>()) {
        let text = text(rows.iter());
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut state = seed | 1;
        for at in (1..lines.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            lines.swap(at, (state >> 33) as usize % (at + 1));
        }
        let (sorted, shuffled) = (read(&rows), release("icd10cm.txt", lines.concat(), 2026));
        prop_assert_eq!(content(&sorted), content(&shuffled));
        prop_assert!(diff(&sorted, &shuffled).changes.is_empty());
        let order = |release: &Release| {
            release.in_publisher_order().iter().map(|entry| entry.code().to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(order(&sorted), order(&shuffled));
    }

    #[test]
    fn counts_add_up(old in releases(), new in releases()) {
        let (old, new) = (read(&old), read(&new));
        let summary = codeset::diff::Summary::of(&diff(&old, &new));
        for level in [summary.codes, summary.headers] {
            prop_assert_eq!(level.old + level.added, level.new + level.deleted);
        }
        prop_assert_eq!(summary.codes.deleted, summary.codes.removed + summary.codes.demoted);
    }

    #[test]
    fn a_written_order_file_reads_back(rows in releases()) {
        let release = read(&rows);
        let mut bytes = Vec::new();
        codeset::interchange::write_order_file(&release, &mut bytes).unwrap();
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), text(rows.iter()));
    }
}
