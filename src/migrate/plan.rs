//! The changes of a file, finding by finding. This module decides what is written; the kind of file decides how.
//!
//! Invariant: what happens to a finding is decided once, here. An edit target does everything that a finding asks for,
//! or, with a reason, nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::choose::{Action, Instructions, action};
use super::days;
use super::edits::Edit;
use super::fill::{
    CellEdit, CellEdits, MOST_CELLS, coded, dated, description, in_columns, reworded, styled, whole,
};
use super::refusal::Refusal;
use super::{Change, ChangeKind, Open, Options, PROGRAM};
use crate::crosswalk::Crosswalk;
use crate::migrate::Mode;
use crate::model::{Entry, Release};
use crate::scan::{FileScan, Finding, FindingKind, Kind, Location, PlaceUse, Role, Site};

/// A kind of file that can be written.
pub(super) trait EditTarget {
    /// Writes into a row, and adds copies of the original row, each with cells of its own, where rows are added. Makes
    /// all of these changes or, with a reason, none.
    fn write(
        &mut self,
        location: &Location,
        site: &Site,
        fills: CellEdits<'_>,
        copies: &[CellEdits<'_>],
    ) -> Result<(), Refusal>;
}

/// The changes planned for a file, and the findings that need a decision.
pub(super) struct Plan<'f, 'a> {
    target: &'f mut dyn EditTarget,
    options: &'f Options,
    decided: &'f Instructions,
    crosswalk: &'f Crosswalk<'a>,
    pub(super) changes: Vec<Change>,
    /// Number of places left by rule, by their use.
    pub(super) left: BTreeMap<&'static str, u64>,
    /// Columns that look like numbers of rows, whose values copies of rows repeat; from 1.
    pub(super) repeated: BTreeSet<u32>,
    /// New codes added to each field, for each owner of its rows.
    brought: BTreeMap<List, BTreeSet<String>>,
}

/// A list in which each code occurs once: a field of a sheet or table, for one owner if its rows have owners.
type List = (String, Option<u64>);

impl<'f, 'a> Plan<'f, 'a> {
    pub(super) fn new(
        target: &'f mut dyn EditTarget,
        options: &'f Options,
        decided: &'f Instructions,
        crosswalk: &'f Crosswalk<'a>,
    ) -> Self {
        Self {
            target,
            options,
            decided,
            crosswalk,
            changes: Vec::new(),
            left: BTreeMap::new(),
            repeated: BTreeSet::new(),
            brought: BTreeMap::new(),
        }
    }

    /// Plans the changes of a file; returns what is left to decide.
    pub(super) fn of<'s>(&mut self, scan: &FileScan<'s>) -> Vec<Open<'s>> {
        let mut open = Vec::new();
        for finding in &scan.findings {
            let action = action(finding, self.decided, self.crosswalk);
            let is_change = matches!(action, Action::Replace(_) | Action::Add(_))
                || matches!(action, Action::Describe) && self.options.descriptions;
            if let Some((kind, why)) = self.forbidden(scan.kind, finding).filter(|_| is_change) {
                *self.left.entry(kind).or_default() += 1;
                open.push(Open::of(finding, why));
                continue;
            }
            let done = match action {
                Action::Replace(targets) if self.options.mode == Mode::Replace => {
                    self.replace(finding, &targets)
                }
                Action::Replace(targets) => self.end(finding, &targets),
                Action::Add(codes) => self.add(finding, &codes),
                Action::Describe if self.options.descriptions => self.describe(finding),
                Action::Describe | Action::Leave => Ok(()),
                Action::Ask => Err(Refusal::Undecided),
            };
            if let Err(why) = done {
                open.push(Open::of(finding, why.to_string()));
            }
        }
        // A code that a replacement brought into its field is no longer missing.
        let came = |open: &Open<'_>| {
            let codes = self.brought.get(&list(&open.finding));
            open.is_addition() && codes.is_some_and(|codes| codes.contains(&open.finding.code))
        };
        open.retain(|open| !came(open));
        open
    }

    /// Returns the use of a place that must not be changed, and why.
    fn forbidden(&self, kind: Kind, finding: &Finding<'_>) -> Option<(&'static str, String)> {
        let is_program = matches!(kind, Kind::Source(_) | Kind::Sql | Kind::Notebook | Kind::Shorthand);
        let place_use = finding.place_use;
        let why = match place_use {
            PlaceUse::Pattern => "a pattern or range covers all codes that it matches: change it by hand",
            PlaceUse::Descendants => "a filter covers the code and all codes below it: change it by hand",
            PlaceUse::History => "the old code of a pair of old and new codes: it is kept",
            PlaceUse::Dated if !self.options.past_rows => self.of_day(finding)?,
            PlaceUse::Text if !self.options.text => {
                "running text is only proposed as a patch; pass --include text to change it"
            }
            _ if is_program && !self.options.programs => {
                return Some((
                    PROGRAM,
                    "programs are only proposed as a patch; pass --include programs to change them"
                        .to_owned(),
                ));
            }
            _ => return None,
        };
        Some((place_use.word(), why.to_owned()))
    }

    /// Returns why a row with a date stays, if it is not certain that its code had ended by then.
    fn of_day(&self, finding: &Finding<'_>) -> Option<&'static str> {
        let site = finding.site.as_ref()?;
        if site.day.is_none() {
            return Some(
                "the date of its row is unreadable or ambiguous (month or day first): its code may have been valid \
                 then",
            );
        }
        let is_known = self.crosswalk.days.last_by_record(&finding.code).is_some()
            || finding.mapping.is_some_and(|mapping| self.crosswalk.last_day(mapping).is_some());
        (!is_known).then_some(
            "the last day of its code is unknown, so its row may be correct: name the editions in between with --via",
        )
    }

    fn change(&mut self, kind: ChangeKind, finding: &Finding<'_>, old: &str, new: &str) {
        let (line, column) = (finding.location.line, finding.location.column);
        let (old, new) = (old.to_owned(), new.to_owned());
        self.changes.push(Change { kind, line, column, field: place(&finding.location), old, new });
    }

    /// Returns true if the list of a finding contains a code or received it before.
    fn holds(&self, site: &Site, finding: &Finding<'_>, code: &str) -> bool {
        let came = self.brought.get(&list(finding)).is_some_and(|codes| codes.contains(code));
        site.is_list && (came || site.present.iter().any(|held| held == code))
    }

    /// Writes into a row and adds copies of the row after it.
    fn write(
        &mut self,
        finding: &Finding<'_>,
        site: &Site,
        fills: CellEdits<'_>,
        copies: &[CellEdits<'_>],
    ) -> Result<(), Refusal> {
        self.target.write(&finding.location, site, fills, copies)?;
        if !copies.is_empty() && site.row.cells.len() <= MOST_CELLS {
            let ids = (1..).zip(site.row.cells.iter()).filter(|(_, cell)| cell.role == Role::Id);
            self.repeated.extend(ids.map(|(at, _): (u32, _)| at));
        }
        Ok(())
    }

    fn bring(&mut self, finding: &Finding<'_>, code: &str) {
        self.brought.entry(list(finding)).or_default().insert(code.to_owned());
    }

    /// Returns the targets that are not in the list yet.
    fn lacking<'t>(&self, site: &Site, finding: &Finding<'_>, targets: &[Entry<'t>]) -> Vec<Entry<'t>> {
        targets.iter().copied().filter(|target| !self.holds(site, finding, target.code())).collect()
    }

    /// Writes the first target in place of the code and adds the others after its row.
    fn replace(&mut self, finding: &Finding<'_>, targets: &[Entry<'_>]) -> Result<(), Refusal> {
        let site = finding.site.as_ref().ok_or(Refusal::NoRow)?;
        let lacking = self.lacking(site, finding, targets);
        let Some((&first, others)) = lacking.split_first() else {
            return Err(Refusal::AlreadyListed);
        };
        let copies: Vec<CellEdits<'_>> =
            others.iter().map(|other| self.copy(site, finding, *other, None)).collect();
        let code = styled(first, &finding.written, site);
        let mut fills = self.of_descriptions(site, finding, first);
        fills.push(match finding.place_use {
            PlaceUse::FixedColumns => in_columns(site, finding, &code)?,
            _ => coded(site, finding, &code),
        });
        self.write(finding, site, fills, &copies)?;
        self.change(ChangeKind::Replaced, finding, &finding.written, &code);
        for target in &lacking {
            self.bring(finding, target.code());
        }
        for other in others {
            let code = styled(*other, &finding.written, site);
            self.change(ChangeKind::Added, finding, "", &code);
        }
        Ok(())
    }

    /// Sets the last day of the row and adds copies with the new codes after it.
    fn end(&mut self, finding: &Finding<'_>, targets: &[Entry<'_>]) -> Result<(), Refusal> {
        let site = finding.site.as_ref().ok_or(Refusal::NoRow)?;
        let cell = |role| site.row.cells.iter().find(|cell| cell.role == role);
        let (Some(last), first) = (cell(Role::LastDay), cell(Role::FirstDay)) else {
            return Err(Refusal::NoLastDayColumn);
        };
        let mapping = finding.mapping.ok_or(Refusal::NoSuccessor)?;
        let last_day = self.crosswalk.last_day(mapping).ok_or(Refusal::LastDayUnknown)?;
        let first_day = last_day.tomorrow().map_err(|_| Refusal::NoDayAfter)?;
        if first.is_some_and(|cell| {
            crate::tables::day::read(cell.text.as_bytes()).known().is_some_and(|day| day > last_day)
        }) {
            return Err(Refusal::BeginsAfterLastDay);
        }
        let samples = [last.text.as_str(), first.map_or("", |cell| cell.text.as_str())];
        let written = days::like(&samples, last_day);
        let begins = days::like(&[samples[1], samples[0]], first_day);
        let lacking = self.lacking(site, finding, targets);
        let copies: Vec<CellEdits<'_>> = lacking
            .iter()
            .map(|target| {
                let begins = first.map(|cell| dated(cell, &begins, first_day));
                self.copy(site, finding, *target, begins)
            })
            .collect();
        self.write(finding, site, vec![dated(last, &written, last_day)], &copies)?;
        self.change(ChangeKind::Ended, finding, &finding.written, &written);
        for target in lacking {
            let code = styled(target, &finding.written, site);
            self.change(ChangeKind::Added, finding, "", &code);
            self.bring(finding, target.code());
        }
        Ok(())
    }

    /// Adds copies of a row with new codes after it.
    fn add(&mut self, finding: &Finding<'_>, codes: &[String]) -> Result<(), Refusal> {
        let site = finding.site.as_ref().ok_or(Refusal::NoRowBefore)?;
        let new: &Release = self.crosswalk.new;
        let first = site.row.cells.iter().find(|cell| cell.role == Role::FirstDay);
        let first = match (first, new.effective()) {
            (Some(_), None) => return Err(Refusal::FirstDayUnknown),
            (first, day) => first.zip(day),
        };
        let (mut entries, mut copies) = (Vec::new(), Vec::new());
        for code in codes {
            let entry = new.find_billable(code).ok_or(Refusal::NotBillable)?;
            if self.holds(site, finding, code) {
                continue;
            }
            let begins = first.map(|(cell, day)| dated(cell, &days::like(&[cell.text.as_str()], day), day));
            copies.push(self.copy(site, finding, entry, begins));
            entries.push(entry);
        }
        if copies.is_empty() {
            return Ok(());
        }
        self.write(finding, site, Vec::new(), &copies)?;
        for entry in entries {
            let code = styled(entry, &site.row.cells[site.row.cell].text, site);
            self.change(ChangeKind::Added, finding, "", &code);
            self.bring(finding, entry.code());
        }
        Ok(())
    }

    /// Replaces the description of OLD by that of NEW.
    fn describe(&mut self, finding: &Finding<'_>) -> Result<(), Refusal> {
        let site = finding.site.as_ref().ok_or(Refusal::NoRow)?;
        let new = self.crosswalk.new.find(&finding.code).ok_or(Refusal::NotInNew)?;
        let old = self.crosswalk.old.find(&finding.code).ok_or(Refusal::NotInOld)?;
        let text = reworded(old, new, &finding.written).ok_or(Refusal::OtherDescription)?;
        let cell = &site.row.cells[site.row.cell];
        let (at, length) = finding.location.bytes;
        let edit = Edit { at, length: length.into(), text: cell.quoting.write(text).into_bytes() };
        self.target.write(&finding.location, site, vec![CellEdit { cell, edit, day: None }], &[])?;
        self.change(ChangeKind::Described, finding, &finding.written, text);
        Ok(())
    }

    /// Returns the edits of the descriptions in the row of a code that is replaced.
    fn of_descriptions<'s>(&self, site: &'s Site, finding: &Finding<'_>, target: Entry<'_>) -> CellEdits<'s> {
        if self.options.keeps_descriptions || target.is_withheld() || site.row.cells.len() > MOST_CELLS {
            return Vec::new();
        }
        let Some(source) = finding.mapping.map(|mapping| mapping.source) else { return Vec::new() };
        let cells = site.row.cells.iter().filter_map(|cell| {
            let text = reworded(source, target, cell.text.trim())
                .filter(|_| cell.text.trim().len() == cell.text.len())?;
            Some(whole(cell, text))
        });
        cells.collect()
    }

    /// Returns the edits that distinguish a copy of a row: its code, its first day, its description.
    fn copy<'s>(
        &self,
        site: &'s Site,
        finding: &Finding<'_>,
        target: Entry<'_>,
        begins: Option<CellEdit<'s>>,
    ) -> CellEdits<'s> {
        // An added code copies the row of its predecessor, whose code fills the cell.
        let is_added = finding.kind == FindingKind::Incomplete;
        let written =
            if is_added { site.row.cells[site.row.cell].text.as_str() } else { finding.written.as_str() };
        let code = styled(target, written, site);
        let mut fills: CellEdits<'s> = begins.into_iter().collect();
        fills.push(coded(site, finding, &code));
        fills.extend(self.described(site, target, written));
        fills
    }

    /// Returns the description of a new row, because that of its predecessor would be wrong there. A licensed
    /// description is left out.
    fn described<'s>(&self, site: &'s Site, target: Entry<'_>, written: &str) -> Option<CellEdit<'s>> {
        let cell = description(site)?;
        let source =
            (self.crosswalk.new.set.normalize)(written).and_then(|code| self.crosswalk.old.find(&code));
        let same = source.and_then(|source| reworded(source, target, cell.text.trim()));
        Some(whole(cell, if target.is_withheld() { "" } else { same.unwrap_or(target.long()) }))
    }
}

/// Names a field of a file.
fn place(location: &Location) -> String {
    location.container.field(&location.field)
}

/// Returns the list that a finding is about.
fn list(finding: &Finding<'_>) -> List {
    (place(&finding.location), finding.site.as_ref().and_then(|site| site.owner))
}
