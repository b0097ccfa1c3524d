//! Short digests, by which a file that comes back is recognized as the answer to what was sent out.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::model::{Release, hex};

/// Hexadecimal digits of a digest: 64 bits, more than enough to tell the lists of a team apart.
const DIGITS: usize = 16;

/// Returns the first digits of the SHA-256 of lines.
pub(super) fn of_lines<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> String {
    let mut sha256 = Sha256::new();
    for line in lines {
        sha256.update(line.as_ref());
        sha256.update("\n");
    }
    let mut digits = hex(&sha256.finalize());
    digits.truncate(DIGITS);
    digits
}

/// Returns the digest of the files of two releases, whatever their names and their order. Members of archives are covered by
/// their archive; tables of decisions are left out, because they are made from the releases.
pub(crate) fn of_releases(old: &Release, new: &Release) -> String {
    let files = |release: &Release| -> Vec<String> {
        let is_decided = |name: &str| release.decisions.iter().any(|table| table.name == name);
        let outer = release.sources.iter().filter(|source| !source.name.contains('!'));
        outer.filter(|source| !is_decided(&source.name)).map(|source| source.sha256.clone()).collect()
    };
    of_lines([old, new].into_iter().flat_map(files).collect::<BTreeSet<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DecisionTable, ReleaseTable, Source, sets};

    fn release(files: &[(&str, &str)]) -> Release {
        let source = |(name, sha256): &(&str, &str)| Source {
            name: (*name).to_owned(),
            sha256: (*sha256).to_owned(),
            bytes: 1,
        };
        let (mut release, _) = Release::new(sets::by_id("icd10cm").unwrap(), ReleaseTable::default());
        release.sources = files.iter().map(source).collect();
        release
    }

    #[test]
    fn a_digest_has_sixteen_digits() {
        // printf 'a\nb\n' | sha256sum
        assert_eq!(of_lines(["a", "b"]), "911169ddaaf146af");
    }

    #[test]
    fn releases_are_recognized_by_their_files_not_by_names_or_order() {
        let wanted =
            of_releases(&release(&[("a.zip", "11"), ("a.zip!a.txt", "12")]), &release(&[("b.zip", "21")]));
        let same = of_releases(&release(&[("copy.zip", "21")]), &release(&[("A.ZIP", "11")]));
        assert_eq!(wanted, same);
        assert_ne!(wanted, of_releases(&release(&[("a.zip", "11")]), &release(&[("b.zip", "22")])));
    }

    #[test]
    fn decisions_that_came_back_do_not_make_other_releases() {
        let (old, mut new) = (release(&[("a.zip", "11")]), release(&[("b.zip", "21")]));
        let before = of_releases(&old, &new);
        let source = Source { name: "decisions.csv".to_owned(), sha256: "31".to_owned(), bytes: 1 };
        new.sources.push(source);
        new.decisions.push(DecisionTable {
            name: "decisions.csv".to_owned(),
            rows: Vec::new(),
            problems: Vec::new(),
        });
        assert_eq!(of_releases(&old, &new), before);
    }
}
