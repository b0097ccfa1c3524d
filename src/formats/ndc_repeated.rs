//! Several records of one product, and several packages with the same code in eleven digits.

use std::collections::BTreeSet;

use crate::base::{counted, grouped};
use crate::model::{
    Concept, Level, Place, Problem, ProblemCode, Problems, Property, ReleaseTable, Severity, Span, Validity,
    sets,
};

/// Separator between the values of records that differ in a column.
const BETWEEN: &str = " | ";

fn text(table: &ReleaseTable, span: Span) -> &str {
    span.of(&table.text)
}

/// Joins the records of one code into one concept: values that all of them share, and all distinct values where they differ,
/// sorted. A product has a record for each of its SPL documents. Returns a note with the totals.
pub(super) fn join_repeated(
    table: &mut ReleaseTable,
    lines: &mut Vec<u32>,
    file: &str,
    problems: &mut Problems,
) -> Option<Problem> {
    let records = table.concepts.len();
    let groups = repeated(table);
    if groups.is_empty() {
        return None;
    }
    let mut spare = vec![false; records];
    for group in &groups {
        let fact = || {
            let code = text(table, table.concepts[group[0]].code);
            format!("{code} is in {} records; where they differ, all values are kept", group.len())
        };
        let place = || Place {
            line: lines.get(group[group.len() - 1]).copied().filter(|line| *line > 0),
            ..Place::file(file)
        };
        problems.add(ProblemCode::RepeatedListing, || {
            Problem::new(ProblemCode::RepeatedListing, place(), fact())
        });
        join(table, group);
        group[1..].iter().for_each(|&at| spare[at] = true);
    }
    let mut kept = spare.iter().map(|spare| !spare);
    table.concepts.retain(|_| kept.next() == Some(true));
    let mut kept = spare.iter().map(|spare| !spare);
    lines.retain(|_| kept.next() == Some(true));
    (0..).zip(&mut table.concepts).for_each(|(order, concept)| concept.order = order);
    Some(totals(table, records, groups.len(), file))
}

fn totals(table: &ReleaseTable, records: usize, repeated: usize, file: &str) -> Problem {
    let fact = format!(
        "{} records hold {}; {} in two records or more",
        grouped(records as u64),
        counted(table.concepts.len() as u64, "code", "codes"),
        counted(repeated as u64, "code is", "codes are"),
    );
    let problem = Problem::new(ProblemCode::RepeatedListing, Place::file(file), fact);
    Problem { severity: Severity::Note, ..problem }
}

/// Returns the positions of the records of each code that has several, in the order of the file.
fn repeated(table: &ReleaseTable) -> Vec<Vec<usize>> {
    let key = |at: usize| {
        let concept = &table.concepts[at];
        (concept.level, text(table, concept.code))
    };
    let mut positions: Vec<usize> = (0..table.concepts.len()).collect();
    // Most files are sorted, and then this is one pass.
    positions.sort_by(|a, b| key(*a).cmp(&key(*b)));
    let groups = positions.chunk_by(|a, b| key(*a) == key(*b));
    groups.filter(|group| group.len() > 1).map(<[usize]>::to_vec).collect()
}

/// Joins the records of a group into the first of them.
fn join(table: &mut ReleaseTable, group: &[usize]) {
    let records: Vec<Concept> = group.iter().map(|&at| table.concepts[at].clone()).collect();
    let details = || records.iter().filter_map(|record| record.details.as_deref());
    let long = joined(table, records.iter().map(|record| record.long).collect());
    let parent =
        details().filter_map(|details| details.parent).min_by(|a, b| text(table, *a).cmp(text(table, *b)));
    // Marketed if at least one of its records is.
    let validity = details().map(|details| details.validity).max_by_key(|validity| match validity {
        Validity::Open => (true, None),
        Validity::Ended { last_day } => (false, Some(*last_day)),
        Validity::Inactive => (false, None),
    });
    let definitions: BTreeSet<u16> =
        details().flat_map(|details| &details.properties).map(|property| property.definition).collect();
    let mut properties = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let of = |property: &&Property| property.definition == definition;
        let values = details().flat_map(|details| details.properties.iter().filter(of));
        let value = joined(table, values.map(|property| property.value).collect());
        properties.push(Property { definition, value });
    }
    let first = &mut table.concepts[group[0]];
    first.long = long;
    if let Some(first) = first.details.as_deref_mut() {
        first.properties = properties;
        first.parent = parent;
        first.validity = validity.unwrap_or_default();
    }
}

/// Joins the distinct texts, sorted; a text that all of them share is not copied.
fn joined(table: &mut ReleaseTable, mut spans: Vec<Span>) -> Span {
    spans.retain(|span| span.length > 0);
    spans.sort_by(|a, b| text(table, *a).cmp(text(table, *b)));
    spans.dedup_by(|a, b| text(table, *a) == text(table, *b));
    match spans[..] {
        [] => Span::default(),
        [span] => span,
        _ => {
            let texts: Vec<&str> = spans.iter().map(|span| text(table, *span)).collect();
            let joined = texts.join(BETWEEN);
            table.add_text(&joined)
        }
    }
}

/// Reports packages whose codes are the same in eleven digits: a claim cannot distinguish them.
pub(super) fn note_collisions(table: &ReleaseTable, lines: &[u32], file: &str, problems: &mut Problems) {
    let code = |at: usize| text(table, table.concepts[at].code);
    let packages = table.concepts.iter().enumerate().filter(|(_, concept)| concept.level == Level::Code);
    let mut numbers: Vec<(u64, usize)> =
        packages.filter_map(|(at, _)| Some((sets::package_number(code(at))?, at))).collect();
    numbers.sort_unstable();
    for pair in numbers.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let (number, first, second) = (pair[0].0, pair[0].1, pair[1].1);
        problems.add(ProblemCode::NdcCollision, || {
            let fact =
                format!("{} and {} have the same 11-digit form, {number:011}", code(first), code(second));
            let place =
                Place { line: lines.get(second).copied().filter(|line| *line > 0), ..Place::file(file) };
            Problem::new(ProblemCode::NdcCollision, place, fact)
                .hint("distinguish them by other data: claims have only the 11-digit form")
        });
    }
}
