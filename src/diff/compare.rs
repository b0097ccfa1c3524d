//! The comparison itself.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use super::entry::changes_of;
use super::properties::Groups;
use super::rekeyed;
use super::tabular::{TabularDiff, tabular_diff};
use super::transitions::transition_changes;
use super::{Change, Diff, Kind};
use crate::base::{both, counted, on_all_cores};
use crate::model::{Coverage, Deletion, Entry, Level, Place, Problem, ProblemCode, Release};

/// Compares two releases of one set.
///
/// Descriptions compare byte for byte, as the publishers compare them. A key whose level changes is demoted or
/// promoted, never revised as well. Parts that a release does not ship, or that cannot be read, are not reported as
/// removed or added.
pub fn diff<'a>(old: &'a Release, new: &'a Release) -> Diff<'a> {
    diff_in(old, new, &Groups::default())
}

/// Compares each release with the one after it, from OLD through the editions in between to NEW, several at the same
/// time. Returns an empty list if there are no editions in between.
pub fn steps<'a>(old: &'a Release, between: &'a [Release], new: &'a Release) -> Vec<Diff<'a>> {
    if between.is_empty() {
        return Vec::new();
    }
    let pairs: Vec<_> = [old].into_iter().chain(between).zip(between.iter().chain([new])).collect();
    on_all_cores(&pairs, |(old, new)| diff(old, new))
}

/// Returns the same, in the groups of attributes that the user selected.
pub fn diff_in<'a>(old: &'a Release, new: &'a Release, groups: &Groups) -> Diff<'a> {
    let mut comparison = compare(old, new, groups, MANY);
    rekeyed::reformatted(&mut comparison.changes, groups);
    rekeyed::moved(new, &mut comparison.changes);
    comparison.narrowed();
    comparison.moved_on();
    let tabular = tabular_diff(old, new);
    comparison.changes.extend(tabular.iter().flat_map(|tabular| tabular.changes(old, new)));
    comparison.finish(tabular)
}

struct Comparison<'a, 'g> {
    old: &'a Release,
    new: &'a Release,
    groups: &'g Groups,
    changes: Vec<Change<'a>>,
    left_out: Vec<Entry<'a>>,
    vanished: Vec<Entry<'a>>,
    purged: Vec<Entry<'a>>,
}

/// Minimum number of entries at which comparing on two cores is faster than on one.
const MANY: usize = 100_000;

/// Compares all keys: where there are many, the first half of them and the second at the same time.
fn compare<'a, 'g>(
    old: &'a Release,
    new: &'a Release,
    groups: &'g Groups,
    many: usize,
) -> Comparison<'a, 'g> {
    let merged = |olds: Range<usize>, news: Range<usize>| {
        let mut comparison = Comparison {
            old,
            new,
            groups,
            changes: Vec::new(),
            left_out: Vec::new(),
            vanished: Vec::new(),
            purged: Vec::new(),
        };
        comparison.merge(olds, news);
        comparison
    };
    let middle = old.len() / 2;
    let entry = old.entries_in(middle..old.len()).next();
    let Some(entry) = entry.filter(|_| old.len() + new.len() > many) else {
        return merged(0..old.len(), 0..new.len());
    };
    let split = new.before(entry);
    let (mut first, second) =
        both(|| merged(0..middle, 0..split), || merged(middle..old.len(), split..new.len()));
    first.changes.extend(second.changes);
    first.left_out.extend(second.left_out);
    first.vanished.extend(second.vanished);
    first.purged.extend(second.purged);
    first
}

impl<'a> Comparison<'a, '_> {
    fn merge(&mut self, olds: Range<usize>, news: Range<usize>) {
        let mut olds = self.old.entries_in(olds).peekable();
        let mut news = self.new.entries_in(news).peekable();
        loop {
            let order = match (olds.peek(), news.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.compare_keys(*new),
            };
            match order {
                Ordering::Less => olds.next().into_iter().for_each(|old| self.absent(old)),
                Ordering::Greater => news.next().into_iter().for_each(|new| self.fresh(new)),
                Ordering::Equal => self.changes.extend(changes_of(olds.next(), news.next(), self.groups)),
            }
        }
    }

    /// A key of OLD that is not in NEW.
    fn absent(&mut self, old: Entry<'a>) {
        if !is_shipped(self.new, old) {
            self.left_out.push(old);
        } else if self.new.coverage.headers || old.level() != Level::Code {
            self.gone(old);
        } else if self.new.descendants(old.code()).next().is_some() {
            // NEW does not have headers, but a billable code is never a prefix of another: this one became a header.
            self.changes.push(Change::new(Kind::Demoted, Some(old), None));
        } else {
            self.gone(old);
        }
    }

    fn gone(&mut self, old: Entry<'a>) {
        match self.old.set.deletion {
            Deletion::ByAbsence => self.changes.push(Change::new(Kind::Removed, Some(old), None)),
            Deletion::ByTermination if old.is_billable() => self.vanished.push(old),
            Deletion::ByTermination => self.purged.push(old),
        }
    }

    /// A key of NEW that is not in OLD.
    fn fresh(&mut self, new: Entry<'a>) {
        if !is_shipped(self.old, new) {
            self.left_out.push(new);
        } else if self.old.coverage.headers
            || new.level() != Level::Code
            || self.old.descendants(new.code()).next().is_none()
        {
            self.changes.push(Change::new(Kind::Added, None, Some(new)));
        } else {
            self.changes.push(Change::new(Kind::Promoted, None, Some(new)));
        }
    }

    /// Codes that stay billable although the conversion table that came with NEW derives a new code from them.
    fn narrowed(&mut self) {
        let rows = self.new.companions.conversion_tables.iter().flat_map(|table| &table.rows);
        let fresh =
            |code: &str| self.new.find_billable(code).is_some() && self.old.find_billable(code).is_none();
        let operands = rows.filter(|row| fresh(&row.current)).flat_map(|row| &row.previous.operands);
        let named = operands.filter(|operand| operand.names_codes());
        let mut codes: Vec<_> = named.flat_map(|operand| self.old.billable_in(operand)).collect();
        codes.sort_by_key(|entry| entry.order());
        codes.dedup_by_key(|entry| entry.order());
        for old in codes {
            let Some(new) = self.new.find_billable(old.code()) else { continue };
            self.changes.push(Change::new(Kind::Narrowed, Some(old), Some(new)));
        }
    }

    /// Finds codes that stay billable, and that a transition table leads to other codes: in part, or completely if it
    /// does not lead to the code itself as well.
    fn moved_on(&mut self) {
        let mut kinds: BTreeMap<&str, Kind> = BTreeMap::new();
        for table in &self.new.companions.transitions {
            let kept = table.kept();
            for (_, code, _) in transition_changes(table, self.old, self.new) {
                kinds.entry(code).or_insert(if kept.contains(code) { Kind::Narrowed } else { Kind::Reused });
            }
        }
        for (code, kind) in kinds {
            let both = self.old.find_billable(code).zip(self.new.find_billable(code));
            let Some((old, new)) = both else { continue };
            self.changes.push(Change::new(kind, Some(old), Some(new)));
        }
    }

    fn finish(mut self, tabular: Option<TabularDiff<'a>>) -> Diff<'a> {
        let problems = self.problems();
        let places = Places::of(self.old, self.new, &self.changes);
        self.changes.sort_by_cached_key(|change| (places.of_change(change), change.kind));
        Diff { old: self.old, new: self.new, changes: self.changes, tabular, problems }
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (release, word) in [(self.old, "OLD"), (self.new, "NEW")] {
            let fact = match release.coverage {
                Coverage { headers: false, .. } => "contains billable codes only; headers are not compared",
                Coverage { codes: false, .. } => "contains headers only; codes are not compared",
                _ => continue,
            };
            let fact = format!("{word} {fact}");
            problems.push(Problem::new(ProblemCode::CodesOnly, Place::file(&release.file), fact));
        }
        let unread: Vec<_> = self
            .left_out
            .iter()
            .copied()
            .filter(|entry| !is_only_a_level_not_shipped(self.old, self.new, *entry))
            .collect();
        if !unread.is_empty() {
            let broken =
                if self.new.coverage.whole && self.new.unreadable.is_empty() { self.old } else { self.new };
            let fact = format!(
                "{} codes and headers are in only one release; they are not reported as added or removed, because \
                 part of the other release cannot be read ({})",
                unread.len(),
                examples(&unread)
            );
            let problem = Problem::new(ProblemCode::NotCompared, Place::file(&broken.file), fact);
            problems.push(problem.hint("take an undamaged file"));
        }
        for old in &self.vanished {
            let fact = format!("{} was removed without a last day of use", old.display());
            let problem = Problem::new(ProblemCode::Vanished, Place::file(&self.new.file), fact);
            problems.push(problem.hint(
                "check with the publisher: it is an error, or the code was withdrawn before its first day",
            ));
        }
        if !self.purged.is_empty() {
            let fact = format!(
                "{} that expired before OLD {} no longer in NEW ({})",
                counted(self.purged.len() as u64, "code", "codes"),
                if self.purged.len() == 1 { "is" } else { "are" },
                examples(&self.purged)
            );
            problems.push(Problem::new(ProblemCode::Purged, Place::file(&self.new.file), fact));
        }
        problems
    }
}

/// Returns the first codes of several.
fn examples(entries: &[Entry<'_>]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<_> = entries.iter().take(SHOWN).map(|entry| entry.display()).collect();
    shown.join(", ") + if entries.len() > SHOWN { ", ..." } else { "" }
}

/// Returns whether `entry`, if it existed in `release`, would be in its files.
fn is_shipped(release: &Release, entry: Entry<'_>) -> bool {
    release.coverage.has(entry.level())
        && release.coverage.whole
        && !release.unreadable.iter().any(|code| code == entry.code())
}

fn is_only_a_level_not_shipped(old: &Release, new: &Release, entry: Entry<'_>) -> bool {
    !old.coverage.has(entry.level()) || !new.coverage.has(entry.level())
}

/// Places of changes in the publisher's order: an entry of NEW has its place in NEW; a deleted one comes after the
/// closest entry before it in OLD that still exists.
struct Places<'a> {
    gone: Vec<(u32, u32)>,
    old: &'a Release,
}

impl<'a> Places<'a> {
    fn of(old: &'a Release, new: &'a Release, changes: &[Change<'_>]) -> Self {
        let gone =
            if changes.iter().any(|change| change.new.is_none()) { anchors(old, new) } else { Vec::new() };
        Self { gone, old }
    }

    fn of_change(&self, change: &Change<'_>) -> (u32, u32) {
        match (change.new, change.old) {
            (Some(new), _) => (new.order() + 1, 0),
            (None, Some(old)) => {
                self.gone.get(old.order() as usize).copied().unwrap_or((0, self.old.len() as u32))
            }
            (None, None) => (0, 0),
        }
    }
}

/// Returns, for each position in OLD, the place in NEW of the last entry up to it that still exists, and the position.
fn anchors(old: &Release, new: &Release) -> Vec<(u32, u32)> {
    let positions = old.entries().map(|entry| entry.order() as usize + 1).max().unwrap_or(0);
    let mut places: Vec<(u32, u32)> = vec![(0, 0); positions];
    let mut news = new.entries().peekable();
    for entry in old.entries() {
        while news.next_if(|new| new.compare_keys(entry).is_lt()).is_some() {}
        let here = news.peek().filter(|new| new.compare_keys(entry).is_eq());
        if let (Some(place), Some(new)) = (places.get_mut(entry.order() as usize), here) {
            place.0 = new.order() + 1;
        }
    }
    let mut anchor = 0;
    for (at, place) in places.iter_mut().enumerate() {
        if place.0 > 0 {
            anchor = place.0;
        }
        *place = (anchor, at as u32 + 1);
    }
    places
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::diff::Summary;
    use crate::model::{
        CodeSet, Concept, Details, Property, PropertyDefinition, PropertyGroup, ReleaseTable, Validity,
    };

    /// A set whose publisher keeps ended codes and sets their last day, with modifiers and an attribute.
    static DATED: CodeSet = CodeSet {
        id: "dated",
        title: "Dated",
        publisher: "nobody",
        terms: "made up",
        deletion: Deletion::ByTermination,
        properties: &[PropertyDefinition::new("COV", &PropertyGroup::shown("coverage", "made up"))],
        ..CodeSet::PLAIN
    };

    /// A row: level, code, description, year added, year of the last day, coverage.
    type Row = (Level, &'static str, &'static str, i16, Option<i16>, &'static str);

    fn release(rows: &[Row]) -> Release {
        let mut table = ReleaseTable::default();
        for (order, (level, code, long, added, ended, coverage)) in rows.iter().enumerate() {
            let value = table.add_text(coverage);
            let details = Details {
                properties: vec![Property { definition: 0, value }],
                added: Some(date(*added, 1, 1)),
                validity: ended
                    .map_or(Validity::Open, |year| Validity::Ended { last_day: date(year, 12, 31) }),
                ..Details::default()
            };
            let (code, long) = (table.add_text(code), table.add_text(long));
            let concept = Concept {
                code,
                long,
                short: None,
                order: order as u32,
                level: *level,
                details: Some(Box::new(details)),
            };
            table.concepts.push(concept);
        }
        Release::new(&DATED, table).0
    }

    #[test]
    fn two_halves_compared_apart_give_what_the_whole_gives() {
        use Level::Code;
        let codes = ["A1", "A2", "A3", "A4", "A5", "A6"];
        // Every way to have each of the codes in OLD only, in NEW only, in both, or in neither.
        for state in 0..4_usize.pow(codes.len() as u32) {
            let rows = |side: usize, text: &'static str| -> Vec<Row> {
                let held = (0..codes.len()).filter(|at| ((state / 4_usize.pow(*at as u32)) % 4) & side != 0);
                held.map(|at| (Code, codes[at], text, 2000, None, "C")).collect()
            };
            let (old, new) = (release(&rows(1, "old")), release(&rows(2, "new")));
            let described = |many: usize| {
                let groups = Groups::default();
                let comparison = compare(&old, &new, &groups, many);
                let changes =
                    comparison.changes.iter().map(|change| (change.kind, change.entry().code().to_owned()));
                let gone = comparison.vanished.iter().map(|entry| entry.code().to_owned());
                (changes.collect::<Vec<_>>(), gone.collect::<Vec<_>>())
            };
            assert_eq!(described(0), described(usize::MAX), "{state}");
        }
    }

    #[test]
    fn a_set_with_dates_deletes_by_its_last_day() {
        use Level::{Code, Modifier};
        let old = release(&[
            (Code, "A1", "Ambulance", 2000, None, "C"),
            (Code, "A2", "Bandage", 2000, Some(2019), "C"),
            (Code, "A3", "Crutch", 2000, None, "C"),
            (Code, "A4", "Dressing", 2000, None, "C"),
            (Code, "A5", "Enema", 2000, Some(2018), "C"),
            (Code, "A6", "Footwear", 2000, None, "C"),
            (Modifier, "A1", "Dressing for one wound", 2000, None, "C"),
        ]);
        let new = release(&[
            (Code, "A1", "Ambulance", 2000, Some(2020), "C"),
            (Code, "A2", "Bandage", 2000, None, "C"),
            (Code, "A3", "Crutch", 2000, None, "D"),
            (Code, "A4", "Something else", 2020, None, "C"),
            (Modifier, "A1", "Dressing for one wound or two", 2000, None, "C"),
        ]);
        let diff = diff(&old, &new);
        let changes: Vec<_> =
            diff.changes.iter().map(|change| (change.entry().code(), change.kind)).collect();
        assert_eq!(
            changes,
            [
                ("A1", Kind::Terminated),
                ("A2", Kind::Reactivated),
                ("A3", Kind::Property),
                ("A4", Kind::Reused),
                ("A1", Kind::Revised),
            ]
        );
        // A5 had already ended and may be deleted; A6 was still valid.
        let vanished: Vec<_> = diff.problems.iter().map(|problem| problem.fact.as_str()).collect();
        assert_eq!(
            vanished,
            [
                "A6 was removed without a last day of use",
                "1 code that expired before OLD is no longer in NEW (A5)"
            ]
        );
        let summary = Summary::of(&diff);
        assert_eq!((summary.codes.deleted, summary.codes.terminated, summary.codes.removed), (1, 1, 0));
        assert_eq!(summary.modifiers.map(|modifiers| (modifiers.old, modifiers.revised)), Some((1, 1)));
    }
}
