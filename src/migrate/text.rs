//! The changes of a text, finding by finding.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::choose::{Action, Decided, action};
use super::days;
use super::edits::{Edit, Joint, inserted};
use super::{Change, ChangeKind, Open, Options};
use crate::crosswalk::{Crosswalk, Target};
use crate::migrate::Mode;
use crate::model::{Entry, Release, TextKind};
use crate::scan::{FileScan, Finding, FindingKind, Kind, Role, Site, SiteCell};

/// What is to be changed in a text, and what is left to decide.
pub(super) struct Plan<'f, 'a> {
    text: &'f [u8],
    joint: Joint,
    options: &'f Options,
    decided: &'f Decided,
    crosswalk: &'f Crosswalk<'a>,
    pub(super) edits: Vec<Edit>,
    pub(super) changes: Vec<Change>,
    /// New codes that came into each field.
    brought: BTreeMap<String, BTreeSet<String>>,
}

/// What became of a finding, or why nothing did.
type Done = Result<(), String>;

impl<'f, 'a> Plan<'f, 'a> {
    pub(super) fn new(
        text: &'f [u8],
        kind: Kind,
        options: &'f Options,
        decided: &'f Decided,
        crosswalk: &'f Crosswalk<'a>,
    ) -> Self {
        let (edits, changes) = (Vec::new(), Vec::new());
        let joint = joint(kind);
        Self { text, joint, options, decided, crosswalk, edits, changes, brought: BTreeMap::new() }
    }

    /// Plans the changes of a file; what is left to decide.
    pub(super) fn of<'s>(&mut self, scan: &FileScan<'s>) -> Vec<Open<'s>> {
        let mut open = Vec::new();
        for finding in &scan.findings {
            let done = match action(finding, self.decided, self.crosswalk) {
                Action::Replace(targets) if self.options.mode == Mode::Replace => {
                    self.replace(finding, &targets)
                }
                Action::Replace(targets) => self.end(finding, &targets),
                Action::Add(codes) => self.add(finding, &codes),
                Action::Describe if self.options.descriptions => self.describe(finding),
                Action::Describe | Action::Leave => Ok(()),
                Action::Ask => Err(String::new()),
            };
            if let Err(why) = done {
                open.push(Open::of(finding, why));
            }
        }
        open
    }

    fn change(&mut self, kind: ChangeKind, finding: &Finding<'_>, old: &str, new: &str) {
        let (line, column) = (finding.locus.line, finding.locus.column);
        let (old, new) = (old.to_owned(), new.to_owned());
        self.changes.push(Change { kind, line, column, field: finding.locus.field.clone(), old, new });
    }

    /// Whether a code stands in the list of a finding, or came into it before.
    fn holds(&self, site: &Site, finding: &Finding<'_>, code: &str) -> bool {
        let came = self.brought.get(&finding.locus.field).is_some_and(|codes| codes.contains(code));
        site.is_list && (came || site.present.iter().any(|held| held == code))
    }

    fn bring(&mut self, finding: &Finding<'_>, code: &str) {
        self.brought.entry(finding.locus.field.clone()).or_default().insert(code.to_owned());
    }

    /// The targets that are not in the list yet.
    fn lacking<'t>(
        &self,
        site: &Site,
        finding: &Finding<'_>,
        targets: &[&'t Target<'t>],
    ) -> Vec<&'t Target<'t>> {
        targets.iter().copied().filter(|target| !self.holds(site, finding, target.entry.code())).collect()
    }

    /// Writes the first target in place of the code, the others behind its row.
    fn replace<'t>(&mut self, finding: &Finding<'_>, targets: &[&'t Target<'t>]) -> Done {
        let site = finding.site.as_ref().ok_or("its row was not kept")?;
        let lacking = self.lacking(site, finding, targets);
        let Some((first, others)) = lacking.split_first() else {
            return Err("its replacement stands in the list already: the row may go".to_owned());
        };
        let mut copies = Vec::new();
        for other in others {
            copies.push(self.copy(site, finding, Some(other.entry), &[]).ok_or("its row cannot be copied")?);
        }
        if !copies.is_empty() {
            let edit = inserted(self.text, site.row.span, self.joint, &copies);
            self.edits.push(edit.ok_or("no row can be put in here")?);
        }
        let code = styled(first.entry, &finding.written, site);
        self.edits.extend(self.of_descriptions(site, finding, first.entry));
        let (at, length) = finding.locus.bytes;
        self.edits.push(Edit { at, length: length.into(), text: fitting(site, finding, &code) });
        self.change(ChangeKind::Replaced, finding, &finding.written, &code);
        for target in &lacking {
            self.bring(finding, target.entry.code());
        }
        for other in others {
            let code = styled(other.entry, &finding.written, site);
            self.change(ChangeKind::Added, finding, "", &code);
        }
        Ok(())
    }

    /// Gives the row its last day, and puts copies with the new codes behind it.
    fn end<'t>(&mut self, finding: &Finding<'_>, targets: &[&'t Target<'t>]) -> Done {
        let site = finding.site.as_ref().ok_or("its row was not kept")?;
        let cell = |role| site.row.cells.iter().find(|cell| cell.role == role);
        let (Some(last), first) = (cell(Role::LastDay), cell(Role::FirstDay)) else {
            return Err("its row has no column of last days".to_owned());
        };
        let mapping = finding.mapping.ok_or("no successor is known")?;
        let last_day = self
            .crosswalk
            .last_day_of(mapping)
            .ok_or("its last day is not known: name editions in between with --via")?;
        let first_day = last_day.tomorrow().map_err(|_| "its last day is the last of all")?;
        if first.is_some_and(|cell| {
            crate::tables::day::read(cell.text.as_bytes()).known().is_some_and(|day| day > last_day)
        }) {
            return Err("its row begins after its last day".to_owned());
        }
        let samples = [last.text.as_str(), first.map_or("", |cell| cell.text.as_str())];
        let written = days::like(&samples, last_day);
        let begins = days::like(&[samples[1], samples[0]], first_day);
        let lacking = self.lacking(site, finding, targets);
        let day = first.map(|cell| (cell, begins));
        let mut copies = Vec::new();
        for target in &lacking {
            let days: Vec<(&SiteCell, &str)> = day.iter().map(|(cell, day)| (*cell, day.as_str())).collect();
            copies
                .push(self.copy(site, finding, Some(target.entry), &days).ok_or("its row cannot be copied")?);
        }
        if !copies.is_empty() {
            let edit = inserted(self.text, site.row.span, self.joint, &copies);
            self.edits.push(edit.ok_or("no row can be put in here")?);
        }
        self.edits.push(whole(last, &written));
        self.change(ChangeKind::Ended, finding, &finding.written, &written);
        for target in lacking {
            let code = styled(target.entry, &finding.written, site);
            self.change(ChangeKind::Added, finding, "", &code);
            self.bring(finding, target.entry.code());
        }
        Ok(())
    }

    /// Puts copies of a row with new codes behind it.
    fn add(&mut self, finding: &Finding<'_>, codes: &[String]) -> Done {
        let site = finding.site.as_ref().ok_or("there is no row to put it behind")?;
        let new: &Release = self.crosswalk.new;
        let mut copies = Vec::new();
        for code in codes {
            let entry = new.find_billable(code).ok_or("it is not billable in NEW")?;
            if self.holds(site, finding, code) {
                continue;
            }
            let first_day = new.effective().unwrap_or(Date::MIN);
            let cell = site.row.cells.iter().find(|cell| cell.role == Role::FirstDay);
            let begins = cell.map(|cell| (cell, days::like(&[cell.text.as_str()], first_day)));
            let days: Vec<(&SiteCell, &str)> =
                begins.iter().map(|(cell, day)| (*cell, day.as_str())).collect();
            let copy =
                self.copy(site, finding, Some(entry), &days).ok_or("the row before it cannot be copied")?;
            copies.push((entry, copy));
        }
        if copies.is_empty() {
            return Ok(());
        }
        let texts: Vec<Vec<u8>> = copies.iter().map(|(_, copy)| copy.clone()).collect();
        self.edits
            .push(inserted(self.text, site.row.span, self.joint, &texts).ok_or("no row can be put in here")?);
        for (entry, _) in copies {
            let code = styled(entry, &site.row.cells[site.row.cell].text, site);
            self.change(ChangeKind::Added, finding, "", &code);
            self.bring(finding, entry.code());
        }
        Ok(())
    }

    /// Writes the description of NEW where that of OLD stands.
    fn describe(&mut self, finding: &Finding<'_>) -> Done {
        let site = finding.site.as_ref().ok_or("its row was not kept")?;
        let new = self.crosswalk.new.find(&finding.code).ok_or("it is not in NEW")?;
        let old = self.crosswalk.old.find(&finding.code).ok_or("it is not in OLD")?;
        let text = said_anew(old, new, &finding.written).ok_or("its description is another one")?;
        let quoting = site.row.cells[site.row.cell].quoting;
        let (at, length) = finding.locus.bytes;
        self.edits.push(Edit { at, length: length.into(), text: quoting.write(text).into_bytes() });
        self.change(ChangeKind::Described, finding, &finding.written, text);
        Ok(())
    }

    /// The edits of descriptions beside a code that is replaced.
    fn of_descriptions(&self, site: &Site, finding: &Finding<'_>, target: Entry<'_>) -> Vec<Edit> {
        if !self.options.descriptions || target.is_withheld() {
            return Vec::new();
        }
        let Some(source) = finding.mapping.map(|mapping| mapping.source) else { return Vec::new() };
        let cells = site.row.cells.iter().filter_map(|cell| {
            let text = said_anew(source, target, cell.text.trim())
                .filter(|_| cell.text.trim().len() == cell.text.len())?;
            Some(whole(cell, text))
        });
        cells.collect()
    }

    /// The bytes of a row with another code, and days. `None` if the row is not what was read.
    fn copy(
        &self,
        site: &Site,
        finding: &Finding<'_>,
        target: Option<Entry<'_>>,
        days: &[(&SiteCell, &str)],
    ) -> Option<Vec<u8>> {
        let (start, end) = (site.row.span.0 as usize, site.row.span.1 as usize);
        let text = self.text.get(start..end)?;
        let target = target?;
        let cell = &site.row.cells[site.row.cell];
        let mut edits: Vec<Edit> = days.iter().map(|(cell, day)| whole(cell, day)).collect();
        // Of an added code the row of the predecessor is copied, whose code fills the cell.
        let (at, length) = if finding.kind == FindingKind::Incomplete {
            (cell.at, cell.length)
        } else {
            finding.locus.bytes
        };
        let written = if finding.kind == FindingKind::Incomplete {
            cell.text.as_str()
        } else {
            finding.written.as_str()
        };
        let code = styled(target, written, site);
        edits.push(Edit { at, length: length.into(), text: fitting(site, finding, &code) });
        edits.extend(self.described(site, target, written));
        for edit in &mut edits {
            edit.at = edit.at.checked_sub(site.row.span.0)?;
        }
        Some(super::edits::applied(text, edits))
    }

    /// What a new row says of its code: the description of its predecessor would be wrong there. A licensed one is left out.
    fn described(&self, site: &Site, target: Entry<'_>, written: &str) -> Option<Edit> {
        let cell = description(site)?;
        let source =
            (self.crosswalk.new.set.normalise)(written).and_then(|code| self.crosswalk.old.find(&code));
        let same = source.and_then(|source| said_anew(source, target, cell.text.trim()));
        Some(whole(cell, if target.is_withheld() { "" } else { same.unwrap_or(target.long()) }))
    }
}

/// The cell of a row that describes its code: the one that is called so, or of those without a name the only one with words.
fn description(site: &Site) -> Option<&SiteCell> {
    let others =
        site.row.cells.iter().enumerate().filter(|(at, _)| *at != site.row.cell).map(|(_, cell)| cell);
    let is_text = |cell: &&SiteCell| {
        let words = cell.text.split(' ').filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()));
        cell.role == Role::Unnamed && words.count() > 1 && !cell.text.contains("://")
    };
    others.clone().find(|cell| cell.role == Role::Description).or_else(|| {
        let mut texts = others.filter(is_text);
        texts.next().filter(|_| texts.next().is_none())
    })
}

/// A code as its cell takes it: where a code is all of a cell without quotes, it may need them.
fn fitting(site: &Site, finding: &Finding<'_>, code: &str) -> Vec<u8> {
    let cell = &site.row.cells[site.row.cell];
    let is_whole = finding.kind == FindingKind::Incomplete || cell.length == finding.locus.bytes.1;
    if is_whole { cell.quoting.write(code).into_bytes() } else { code.as_bytes().to_vec() }
}

/// A cell with another text.
fn whole(cell: &SiteCell, text: &str) -> Edit {
    Edit { at: cell.at, length: cell.length.into(), text: cell.quoting.write(text).into_bytes() }
}

/// The description of one entry where a text is the same description of another.
fn said_anew<'t>(old: Entry<'_>, new: Entry<'t>, text: &str) -> Option<&'t str> {
    let kinds = TextKind::ALL.iter();
    kinds
        .filter_map(|kind| Some((old.text(*kind)?, new.text(*kind)?)))
        .find(|(old, _)| *old == text)
        .map(|(_, new)| new)
}

/// A code written as the one it replaces: with or without dots, in capital or small letters.
fn styled(entry: Entry<'_>, written: &str, site: &Site) -> String {
    let plain = entry.code();
    let is_dotted = written.contains('.') || site.is_dotted && written.len() <= entry.set().category_length;
    let code = if is_dotted { entry.display() } else { plain.to_owned() };
    let is_small = written.bytes().any(|byte| byte.is_ascii_lowercase())
        && !written.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_small { code.to_ascii_lowercase() } else { code }
}

/// How the rows of a kind of file stand beside each other.
fn joint(kind: Kind) -> Joint {
    match kind {
        Kind::Delimited(_) => Joint::Lines,
        Kind::JsonLines | Kind::Json | Kind::Yaml | Kind::Toml | Kind::Sql | Kind::Source(_) => Joint::Commas,
        Kind::Xml | Kind::Html => Joint::Elements,
        _ => Joint::None,
    }
}
