//! Codes of interest: a list that people wrote, held against the releases that it is about.

use std::collections::BTreeSet;

use super::code_set::Hierarchy;
use super::concept::Entry;
use super::notation::{self, Notation};
use super::problem::{Place, Problem, ProblemCode, Problems};
use super::release::Release;

/// Codes, each with all that is below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeList {
    /// As files hold them, sorted; in a set whose hierarchy is in its codes also beginnings of codes.
    codes: BTreeSet<String>,
}

/// How much of a value a problem shows, in characters.
const SHOWN: usize = 60;

/// How many codes are named for one that does not exist.
const NEAR: usize = 3;

/// Parts of the headings of code columns, in small letters.
const HEADINGS: [&str; 9] = ["code", "icd", "dx", "diag", "cpt", "hcpcs", "ndc", "proc", "concept"];

impl CodeList {
    /// Reads a list: a line holds a code, wildcard or range, several of them between commas, or one with its description
    /// in further columns. Lines that begin with `#`, and what follows ` #`, are comments; headings may come first. What is
    /// not understood, or names nothing in the releases, is a problem with its line.
    pub fn read(name: &str, text: &str, releases: &[&Release]) -> (Self, Vec<Problem>) {
        let mut reader = Reader {
            releases,
            list: Self::default(),
            ranges: BTreeSet::new(),
            problems: Problems::default(),
        };
        let mut is_first = true;
        for (line, number) in lines(text).zip(1..) {
            let line = line.find(" #").map_or(line, |comment| &line[..comment]).trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = Place::line(name, number, 1);
            let written = notation::parse(line, &|text| reader.is_code(text));
            if !(is_first && is_heading(&written.notation)) {
                reader.take(&written.notation, &place);
            }
            is_first = false;
        }
        (reader.list, reader.problems.finish(name))
    }

    /// Returns the codes, sorted, and the beginnings of codes among them.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.codes.iter().map(String::as_str)
    }

    /// Whether it holds no code.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether an entry, or one above it, is in the list.
    pub fn holds(&self, entry: Entry<'_>) -> bool {
        let is_in = |code: &str| self.codes.contains(code);
        if entry.set().hierarchy == Hierarchy::ByCode {
            let code = entry.code();
            return (1..=code.len()).any(|length| code.get(..length).is_some_and(is_in));
        }
        is_in(entry.code()) || entry.ancestors().any(|above| is_in(above.code()))
    }
}

/// The lines of a text, which end in LF, CRLF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    text.split(end)
}

/// Whether a first line that names no code is the headings of a table.
fn is_heading(notation: &Notation) -> bool {
    let Notation::Unknown(text) = notation else { return false };
    let first = text.split([',', ';', '\t', '|']).next().unwrap_or(text);
    let small = first.to_ascii_lowercase();
    first.len() <= SHOWN && HEADINGS.iter().any(|part| small.contains(part))
}

struct Reader<'r> {
    releases: &'r [&'r Release],
    list: CodeList,
    /// The ranges that were taken: one is taken once, however often a list names it.
    ranges: BTreeSet<(String, String)>,
    problems: Problems,
}

impl<'r> Reader<'r> {
    fn is_code(&self, text: &str) -> bool {
        self.releases.iter().any(|release| {
            (release.set.normalise)(text).is_some() || !(release.set.readings)(text).is_empty()
        })
    }

    fn take(&mut self, notation: &Notation, place: &Place) {
        match notation {
            Notation::Nothing => {}
            Notation::List(parts) => parts.iter().for_each(|part| self.take(part, place)),
            Notation::Except { of, but } => self.take_except(of, but, place),
            Notation::Expression(text) | Notation::Unknown(text) => self.not_understood(text, place),
            Notation::Code(_) | Notation::Prefix(_) | Notation::Range { .. } => {
                let codes = self.meant(notation);
                if codes.is_empty() {
                    self.unknown(notation, place);
                }
                self.list.codes.extend(codes);
            }
        }
    }

    /// The codes that are meant but for others: each by itself, since what is excepted may be below one of them.
    fn take_except(&mut self, of: &Notation, but: &Notation, place: &Place) {
        let mut rest = Reader {
            releases: self.releases,
            list: CodeList::default(),
            ranges: BTreeSet::new(),
            problems: Problems::default(),
        };
        rest.take(but, place);
        let excepted = std::mem::take(&mut rest.list);
        rest.take(of, place);
        let meant = |release: &'r Release| rest.list.codes.iter().flat_map(move |code| below(release, code));
        let entries: Vec<_> = self.releases.iter().copied().flat_map(meant).collect();
        let above: BTreeSet<&str> = entries
            .iter()
            .filter(|entry| excepted.holds(**entry))
            .flat_map(|entry| entry.ancestors().map(Entry::code))
            .collect();
        let is_left = |entry: &&Entry<'_>| !excepted.holds(**entry) && !above.contains(entry.code());
        self.list.codes.extend(entries.iter().filter(is_left).map(|entry| entry.code().to_owned()));
        for problem in rest.problems.finish(&place.file) {
            self.problems.add(problem.code, || problem.clone());
        }
    }

    /// The codes that a code, wildcard or range means in the releases.
    fn meant(&mut self, notation: &Notation) -> Vec<String> {
        let releases = self.releases;
        let codes = |entries: &mut dyn Iterator<Item = Entry<'_>>| {
            entries.map(|entry| entry.code().to_owned()).collect::<Vec<_>>()
        };
        match notation {
            Notation::Code(text) => {
                let of = |release: &Release| {
                    let code = (release.set.normalise)(text).unwrap_or_else(|| text.clone());
                    codes(&mut release.find_all(&code).into_iter())
                };
                releases.iter().flat_map(|release| of(release)).collect()
            }
            Notation::Prefix(stem) => {
                let of = |release: &Release| {
                    let stem = stem.to_ascii_uppercase();
                    let bare = stem.replace('.', "");
                    let stem =
                        [stem, bare].into_iter().find(|stem| release.beginning_with(stem).next().is_some());
                    match stem {
                        Some(stem) if release.set.hierarchy == Hierarchy::ByCode => vec![stem],
                        Some(stem) => codes(&mut release.beginning_with(&stem)),
                        None => Vec::new(),
                    }
                };
                releases.iter().flat_map(|release| of(release)).collect()
            }
            Notation::Range { first, last } => {
                let is_again = !self.ranges.insert((first.clone(), last.clone()));
                let of = |release: &Release| {
                    let ends = (release.set.normalise)(first).zip((release.set.normalise)(last));
                    let (first, last) = ends.unwrap_or_else(|| (first.clone(), last.clone()));
                    let mut entries = release.in_range(&first, &last).into_iter();
                    // Of a range that was taken before one code is enough to see that it means something.
                    if is_again { codes(&mut entries.by_ref().take(1)) } else { codes(&mut entries) }
                };
                releases.iter().flat_map(|release| of(release)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn not_understood(&mut self, text: &str, place: &Place) {
        let Some(set) = self.releases.first().map(|release| release.set) else { return };
        let near = self.near(text);
        self.problems.add(ProblemCode::CodeList, || {
            let fact = format!("`{}` is not understood as {} codes", shown(text), set.title);
            let problem = Problem::new(ProblemCode::CodeList, place.clone(), fact);
            if !near.is_empty() {
                return problem.hint(format!("did you mean {}?", near.join(" or ")));
            }
            problem.hint("write a code, a wildcard such as E11.*, or a range such as I20-I25; several with commas between them")
        });
    }

    fn unknown(&mut self, notation: &Notation, place: &Place) {
        let text = match notation {
            Notation::Prefix(stem) => format!("{stem}*"),
            Notation::Range { first, last } => format!("{first}-{last}"),
            Notation::Code(code) => code.clone(),
            _ => String::new(),
        };
        let near = self.near(&text);
        self.problems.add(ProblemCode::CodeList, || {
            let fact = format!("`{}` names no code of the releases", shown(&text));
            let problem = Problem::new(ProblemCode::CodeList, place.clone(), fact);
            if near.is_empty() {
                problem
            } else {
                problem.hint(format!("did you mean {}?", near.join(" or ")))
            }
        });
    }

    /// The codes that one may be but for fillers or leading zeros.
    fn near(&self, text: &str) -> Vec<String> {
        let of = |release: &&Release| {
            let code = (release.set.normalise)(text).unwrap_or_else(|| text.to_owned());
            let codes = (release.set.near)(&code);
            let entries = codes.iter().flat_map(|code| release.find_all(code));
            entries.map(Entry::display).collect::<Vec<_>>()
        };
        let found: BTreeSet<String> = self.releases.iter().flat_map(of).collect();
        found.into_iter().take(NEAR).collect()
    }
}

/// The entries that a code of a list means, itself first.
fn below<'r>(release: &'r Release, code: &str) -> Vec<Entry<'r>> {
    if release.set.hierarchy == Hierarchy::ByCode {
        return release.beginning_with(code).collect();
    }
    release.find_all(code).into_iter().chain(release.descendants(code)).collect()
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ...", text[..end].escape_debug()),
        None => text.escape_debug().to_string(),
    }
}
