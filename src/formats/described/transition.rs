//! The table of successors of a described set.

use super::record::{Fault, Record, Records};
use super::records;
use super::{described, head, mostly};
use crate::formats::{Format, Options, Part, Sample};
use crate::model::{
    Column, Companion, Decision, DecisionRow, DecisionTable, Descriptor, Problem, ProblemCode, Problems,
    SourceFile, Transition, TransitionRow, TransitionRule,
};

/// See the module.
pub(in crate::formats) struct DescribedTransition;

impl Format for DescribedTransition {
    fn id(&self) -> &'static str {
        "described_transition"
    }

    fn title(&self) -> &'static str {
        "transitions from old to new codes, as described in a catalog"
    }

    fn sets(&self) -> &'static [&'static str] {
        &[]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        let Some(descriptor) = sample.set.and_then(|set| set.descriptor) else { return false };
        let Some(rule) = &descriptor.transition else { return false };
        let records = head(sample, descriptor, |file, _| read(file, rule).ok());
        let fits = |cell: &str| is_none(rule, cell) || descriptor.keys.normalize(cell).is_some();
        // A table of ranges has two codes in a row as well, but never these marks.
        let is_marked = |mark: &Option<(Column, Vec<String>)>, cell: &str| {
            mark.is_none() || cell.is_empty() || has_mark(mark, cell)
        };
        mostly(&records, |record| {
            let [old, new, forward, backward] = &record.cells[..] else { return false };
            fits(old) && fits(new) && is_marked(&rule.forward, forward) && is_marked(&rule.backward, backward)
        })
    }

    fn read(&self, file: SourceFile, options: &Options) -> Part {
        let (set, descriptor) = described(options);
        let rule = descriptor.transition.as_ref().expect("it was recognized by this rule");
        let name = file.source.name.clone();
        let mut table = Transition { set, name: name.clone(), rows: Vec::new(), problems: Vec::new() };
        match read(file, rule) {
            Ok(records) => fill(&mut table, descriptor, rule, records),
            Err(fault) => {
                let problem = Problem::new(ProblemCode::BadRecord, *fault.place, fault.fact);
                let hint = format!("check `transition` of [[set]] `{}` in {}", set.id, descriptor.catalog);
                table.problems.push(problem.hint(hint));
            }
        }
        if rule.is_official { Companion::Transition(table).into() } else { Part::Decisions(decisions(table)) }
    }
}

/// The cells of a record.
const OLD: usize = 0;
const NEW: usize = 1;
const FORWARD: usize = 2;
const BACKWARD: usize = 3;

fn read(file: SourceFile, rule: &TransitionRule) -> Result<Records, Fault> {
    // A direction without a column of its own reads the first one, and ignores it.
    let mark = |mark: &'_ Option<(Column, Vec<String>)>| {
        mark.as_ref().map_or(rule.old.clone(), |(column, _)| column.clone())
    };
    let marks = [mark(&rule.forward), mark(&rule.backward)];
    records::read(file, &rule.layout, &[&rule.old, &rule.new, &marks[0], &marks[1]])
}

fn is_none(rule: &TransitionRule, cell: &str) -> bool {
    cell.is_empty() || rule.none.iter().any(|none| none.eq_ignore_ascii_case(cell))
}

/// Returns whether a cell holds a mark.
fn has_mark(mark: &Option<(Column, Vec<String>)>, cell: &str) -> bool {
    mark.as_ref().is_some_and(|(_, values)| values.iter().any(|value| value.eq_ignore_ascii_case(cell)))
}

fn fill(table: &mut Transition, descriptor: &Descriptor, rule: &TransitionRule, records: Records) {
    let mut problems = Problems::default();
    let code =
        |cell: &str| if is_none(rule, cell) { Some(None) } else { descriptor.keys.normalize(cell).map(Some) };
    for Record { place, row, cells } in records.rows {
        let (Some(old), Some(new)) = (code(&cells[OLD]), code(&cells[NEW])) else {
            problems.add(ProblemCode::OddCode, || {
                let shown = format!("`{}` -> `{}`", cells[OLD].escape_debug(), cells[NEW].escape_debug());
                let fact = format!("{shown} is not a pair of {} codes", table.set.title);
                Problem::new(ProblemCode::OddCode, place, fact).hint("the row was left out")
            });
            continue;
        };
        if old.is_none() && new.is_none() {
            continue;
        }
        let forward = rule.forward.as_ref().map(|_| has_mark(&rule.forward, &cells[FORWARD]));
        let backward = rule.backward.as_ref().map(|_| has_mark(&rule.backward, &cells[BACKWARD]));
        table.rows.push(TransitionRow { old, new, forward, backward, row, place });
    }
    table.problems = records.problems.into_iter().chain(problems.finish(&table.name)).collect();
}

/// Converts a table that was not made by the publisher into decisions: they are shown as reviewed, not as official.
fn decisions(table: Transition) -> DecisionTable {
    let is_single = |row: &TransitionRow| {
        table.rows.iter().filter(|other| other.old == row.old && other.change().is_some()).count() == 1
    };
    let rows = table.rows.iter().filter_map(|row| {
        let (old, new) = row.change()?;
        let verdict =
            if row.forward.unwrap_or(true) && is_single(row) { Decision::Accept } else { Decision::Choose };
        Some(DecisionRow {
            source: old.to_owned(),
            target: Some(new.to_owned()),
            verdict,
            note: None,
            who: None,
            when: None,
            releases: None,
            item: None,
            row: row.row,
            place: row.place.clone(),
        })
    });
    DecisionTable { name: table.name.clone(), rows: rows.collect(), problems: table.problems.clone() }
}
