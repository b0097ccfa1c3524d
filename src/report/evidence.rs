//! The evidence for codes that may be used instead, each file once with all of its rows.

use std::collections::{BTreeMap, BTreeSet};

use super::target::TargetRow;
use crate::crosswalk::{Evidence, EvidenceKind};
use crate::view::EvidenceLine;

/// The rows of a file, and the codes that they are evidence for.
type Proven<'t> = (BTreeSet<u32>, Vec<&'t str>);

/// Returns the evidence by kind and file, each file once with all of its rows.
pub(super) fn lines(targets: &[TargetRow<'_>]) -> Vec<EvidenceLine> {
    let mut files: BTreeMap<(EvidenceKind, &str), Proven<'_>> = BTreeMap::new();
    for target in targets {
        for Evidence { kind, source, row, .. } in &target.evidence {
            let (rows, codes) = files.entry((*kind, source)).or_default();
            rows.extend(row);
            if codes.last() != Some(&target.display.as_str()) {
                codes.push(&target.display);
            }
        }
    }
    let line = |((kind, source), (rows, codes)): ((EvidenceKind, &str), Proven<'_>)| {
        let codes = if codes.len() == targets.len() { Vec::new() } else { codes };
        EvidenceLine {
            kind,
            meaning: meaning(kind),
            place: place(source, &rows),
            codes: codes.into_iter().map(str::to_owned).collect(),
        }
    };
    files.into_iter().map(line).collect()
}

/// Formats rows of a file, consecutive ones as a range: `FILE rows 791-798, 802`.
fn place(source: &str, rows: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    let range = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let ranges = ranges.iter().map(range).collect::<Vec<_>>().join(", ");
    match rows.len() {
        0 => source.to_owned(),
        1 => format!("{source} row {ranges}"),
        _ => format!("{source} rows {ranges}"),
    }
}

/// Returns the meaning of a kind of evidence, in a sentence.
pub(super) fn meaning(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Official => {
            "Stated by the publisher: a row of the conversion table, or the record of a terminated code."
        }
        EvidenceKind::Reviewed => "Decided by you: a row of a table of decisions.",
        EvidenceKind::Expansion => "The billable codes below a code that became a header.",
        EvidenceKind::FilledPlaceholder => {
            "New codes that have a character where the code has the placeholder X."
        }
        EvidenceKind::BillableParent => "The code above it, which is billable now.",
        EvidenceKind::SameDescription => "New codes with the same long description.",
        EvidenceKind::OneCharacter => {
            "The code that differs in one character and has a less detailed description."
        }
        EvidenceKind::Index => "The code to which the index now refers from the same terms.",
        EvidenceKind::SimilarDescription => "New codes with a similar description.",
    }
}

#[cfg(test)]
mod tests {
    use super::super::target::testing::target;
    use super::*;

    #[test]
    fn consecutive_rows_are_a_range() {
        for (rows, wanted) in [
            (&[][..], "t.csv"),
            (&[7], "t.csv row 7"),
            (&[7, 8], "t.csv rows 7-8"),
            (&[791, 792, 793, 798, 800, 801], "t.csv rows 791-793, 798, 800-801"),
            (&[3, 1, u32::MAX], "t.csv rows 1, 3, 4294967295"),
        ] {
            assert_eq!(place("t.csv", &rows.iter().copied().collect()), wanted);
        }
    }

    #[test]
    fn evidence_from_one_file_is_listed_once() {
        use EvidenceKind::{Expansion, Official};
        let all = lines(&[
            target("A1", &[(Official, "t.csv", Some(4))]),
            target("A2", &[(Official, "t.csv", Some(5)), (Expansion, "icd10cm@2026", None)]),
        ]);
        let lines: Vec<_> =
            all.iter().map(|line| (line.kind, line.place.as_str(), line.codes.join(" "))).collect();
        let wanted =
            [(Official, "t.csv rows 4-5", String::new()), (Expansion, "icd10cm@2026", "A2".to_owned())];
        assert_eq!(lines, wanted);
    }
}
