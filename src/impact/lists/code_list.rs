//! A list of codes of interest that people wrote.

use std::collections::BTreeSet;

use super::rows::{self, Found};
use crate::fields::names::is_like_codes;
use crate::fields::notation::{self, Piece, What};
use crate::impact::usage::{Editions, UsageError, Vocabulary, set_title};
use crate::model::{CodeList, Entry, Hierarchy, Place, Problem, ProblemCode, Problems, Release};

/// Maximum number of characters of a value in a problem.
const SHOWN: usize = 60;

/// Maximum number of similar codes to name for a code that does not exist.
const NEAR: usize = 3;

/// Reads a list of codes: a table with a column of them, or lines. A line or cell holds a code, wildcard or range, with its
/// description or without, or several of them. What is not understood, or names nothing in the releases, is a problem with
/// its place. `column` names that of the codes of a table: its heading, letter or number.
///
/// # Errors
///
/// If it cannot be read, or is a table of which no column holds codes of a release.
pub fn read_code_list(
    name: &str,
    bytes: &[u8],
    editions: Editions<'_>,
    column: Option<&str>,
) -> Result<(CodeList, Vec<Problem>), UsageError> {
    let vocabulary = Vocabulary::new(editions);
    let mut reader = Reader::new(editions.all().collect(), &vocabulary);
    let problems = reader.read(name, bytes, column)?;
    Ok((reader.list, problems))
}

/// Reads a list of codes in the order of the file, each once. A code that the release does not have is one of the list all
/// the same.
///
/// # Errors
///
/// If it cannot be read, or is a table of which no column holds codes of the release.
pub(crate) fn read_codes_in_order(
    name: &str,
    bytes: &[u8],
    release: &Release,
    column: Option<&str>,
) -> Result<(Vec<String>, Vec<Problem>), UsageError> {
    let vocabulary = Vocabulary::new(Editions::pair(release, release));
    let mut reader = Reader { keeps_unknown: true, ..Reader::new(vec![release], &vocabulary) };
    let problems = reader.read(name, bytes, column)?;
    let mut seen = BTreeSet::new();
    reader.in_order.retain(|code| seen.insert(code.clone()));
    Ok((reader.in_order, problems))
}

/// The reference in a piece of text.
enum Named {
    Code(String),
    /// All codes with this prefix.
    Stem(String),
    Range(String, String),
    /// A code of this system.
    Other(&'static str),
    NotUnderstood,
}

impl Named {
    fn of(piece: Piece, written: &str, vocabulary: &Vocabulary<'_>) -> Self {
        let set = vocabulary.set();
        let is_code = |text: &str| (set.normalize)(text).is_some() || !(set.readings)(text).is_empty();
        let ends = || notation::ends(written.as_bytes()).filter(|(first, last)| first <= last);
        match piece.what {
            What::Code(_) if is_code(written) => Self::Code(written.to_owned()),
            What::Code(id) => Self::Code(vocabulary.book().code(id).to_owned()),
            What::Foreign(system) => Self::Other(set_title(system)),
            What::Expression | What::Except => Self::NotUnderstood,
            What::Prefix | What::Range | What::Unknown => {
                if let Some(stem) = notation::stem(written.as_bytes()).or_else(|| letter(written)) {
                    Self::Stem(stem)
                } else if is_code(written) {
                    Self::Code(written.to_owned())
                } else if let Some((first, last)) =
                    ends().filter(|(first, last)| is_code(first) && is_code(last))
                {
                    Self::Range(first, last)
                } else {
                    Self::NotUnderstood
                }
            }
        }
    }
}

/// Returns the letter of `E*` and `E%`: a chapter, or several.
fn letter(written: &str) -> Option<String> {
    let letter = written.strip_suffix(['*', '%'])?;
    (letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic()).then(|| letter.to_ascii_uppercase())
}

struct Reader<'r> {
    releases: Vec<&'r Release>,
    vocabulary: &'r Vocabulary<'r>,
    list: CodeList,
    /// The ranges that were read: a range counts once, however often a list names it.
    ranges: BTreeSet<(String, String)>,
    /// The codes in file order, where those that the releases do not have are kept.
    in_order: Vec<String>,
    keeps_unknown: bool,
    problems: Problems,
}

impl<'r> Reader<'r> {
    fn new(releases: Vec<&'r Release>, vocabulary: &'r Vocabulary<'r>) -> Self {
        Self {
            releases,
            vocabulary,
            list: CodeList::default(),
            ranges: BTreeSet::new(),
            in_order: Vec::new(),
            keeps_unknown: false,
            problems: Problems::default(),
        }
    }

    /// Reads a file. Returns what was not understood, and how it was read.
    fn read(&mut self, name: &str, bytes: &[u8], column: Option<&str>) -> Result<Vec<Problem>, UsageError> {
        let (mut pieces, vocabulary) = (Vec::new(), self.vocabulary);
        let notes = rows::each(name, bytes, vocabulary, column, &mut |Found { text, place, .. }| {
            notation::pieces_with_exceptions(vocabulary.book(), text, &mut pieces);
            self.take(text, &pieces, &place);
        })?;
        let mut problems = std::mem::take(&mut self.problems).finish(name);
        problems.extend(notes);
        Ok(problems)
    }

    /// Takes codes.
    fn add(&mut self, codes: Vec<String>) {
        if self.keeps_unknown {
            self.in_order.extend(codes.iter().cloned());
        }
        self.list.extend(codes);
    }

    /// Reads the content of a line or cell.
    fn take(&mut self, text: &[u8], pieces: &[Piece], place: &Place) {
        let end = pieces.iter().position(|piece| piece.what == What::Except);
        let Some(end) = end else {
            let codes = self.codes(text, pieces, place);
            return self.add(codes);
        };
        let mut excepted = CodeList::default();
        excepted.extend(self.codes(text, &pieces[end + 1..], place));
        let meant = self.codes(text, &pieces[..end], place);
        // Each code by itself: an excepted code may be below one of them.
        let entries: Vec<Entry<'_>> = self
            .releases
            .iter()
            .flat_map(|release| meant.iter().flat_map(|code| below(release, code)))
            .collect();
        let above: BTreeSet<&str> = entries
            .iter()
            .filter(|entry| excepted.holds(**entry))
            .flat_map(|entry| entry.ancestors().map(Entry::code))
            .collect();
        let is_left = |entry: &&Entry<'_>| !excepted.holds(**entry) && !above.contains(entry.code());
        let left = entries.iter().filter(is_left).map(|entry| entry.code().to_owned()).collect();
        self.add(left);
    }

    /// Returns the codes that pieces of a text name. Those that name no code are problems.
    fn codes(&mut self, text: &[u8], pieces: &[Piece], place: &Place) -> Vec<String> {
        let mut all = Vec::new();
        for piece in pieces {
            let written = String::from_utf8_lossy(&text[piece.start..piece.end]).into_owned();
            let named = Named::of(*piece, &written, self.vocabulary);
            let mut codes = self.meant(&named);
            match &named {
                Named::Code(text) if codes.is_empty() && self.keeps_unknown => {
                    codes.push((self.vocabulary.set().normalize)(text).unwrap_or_else(|| text.clone()));
                }
                _ if codes.is_empty() => self.names_nothing(&named, &written, place),
                _ => {}
            }
            all.extend(codes);
        }
        all
    }

    /// Returns the codes that a code, wildcard or range means in the releases.
    fn meant(&mut self, named: &Named) -> Vec<String> {
        let codes = |entries: &mut dyn Iterator<Item = Entry<'_>>| {
            entries.map(|entry| entry.code().to_owned()).collect::<Vec<_>>()
        };
        let is_again = match named {
            Named::Range(first, last) => !self.ranges.insert((first.clone(), last.clone())),
            _ => false,
        };
        let of = |release: &&Release| match named {
            Named::Code(text) => {
                let code = (release.set.normalize)(text).unwrap_or_else(|| text.clone());
                let found = codes(&mut release.find_all(&code).into_iter());
                let spelled = || {
                    self.vocabulary
                        .book()
                        .find(text.as_bytes())
                        .or_else(|| notation::code(self.vocabulary.book(), text.as_bytes()))
                };
                if !found.is_empty() {
                    return found;
                }
                let code = spelled().map(|id| self.vocabulary.book().code(id));
                codes(&mut code.into_iter().flat_map(|code| release.find_all(code)))
            }
            Named::Stem(stem) if release.beginning_with(stem).next().is_none() => Vec::new(),
            Named::Stem(stem) if release.set.hierarchy == Hierarchy::ByCode => vec![stem.clone()],
            Named::Stem(stem) => codes(&mut release.beginning_with(stem)),
            Named::Range(first, last) => {
                let ends = (release.set.normalize)(first).zip((release.set.normalize)(last));
                let (first, last) = ends.unwrap_or_else(|| (first.clone(), last.clone()));
                let mut entries = release.in_range(&first, &last).into_iter();
                // For a range that was read before, one code is enough to show that it is not empty.
                if is_again { codes(&mut entries.by_ref().take(1)) } else { codes(&mut entries) }
            }
            Named::Other(_) | Named::NotUnderstood => Vec::new(),
        };
        self.releases.iter().flat_map(of).collect()
    }

    fn names_nothing(&mut self, named: &Named, written: &str, place: &Place) {
        let set = self.vocabulary.set();
        let near = self.near(written);
        let quoted = match named {
            Named::Stem(stem) => format!("{stem}*"),
            Named::Range(first, last) => format!("{first}-{last}"),
            _ if is_like_codes(set, written) => shown(written),
            // It may be the name of a person.
            _ => String::new(),
        };
        let quoted = if quoted.is_empty() { "a cell".to_owned() } else { format!("`{quoted}`") };
        let fact = match named {
            Named::NotUnderstood => format!("{quoted} cannot be read as {} codes", set.title),
            Named::Other(system) => format!("{quoted} is declared as {system}, not {}", set.title),
            Named::Code(_) | Named::Stem(_) | Named::Range(..) => {
                format!("{quoted} matches no code of the releases")
            }
        };
        self.problems.add(ProblemCode::CodeList, || {
            let problem = Problem::new(ProblemCode::CodeList, place.clone(), fact);
            if !near.is_empty() {
                return problem.hint(format!("did you mean {}?", near.join(" or ")));
            }
            match named {
                Named::NotUnderstood => problem.hint(
                    "write a code, a wildcard such as E11.*, or a range such as I20-I25; separate several with \
                     commas",
                ),
                _ => problem,
            }
        });
    }

    /// Returns the codes that differ from one only in fillers or leading zeros.
    fn near(&self, text: &str) -> Vec<String> {
        let of = |release: &&Release| {
            let code = (release.set.normalize)(text).unwrap_or_else(|| text.to_owned());
            let codes = (release.set.near)(&code);
            let entries = codes.iter().flat_map(|code| release.find_all(code));
            entries.map(Entry::display).collect::<Vec<_>>()
        };
        let found: BTreeSet<String> = self.releases.iter().flat_map(of).collect();
        found.into_iter().take(NEAR).collect()
    }
}

/// Returns the entries that a code of a list means, itself first.
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
