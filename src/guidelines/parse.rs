//! Reads an edition: its first page, its outline, and the text of each section.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::locate::{Located, Place, locate};
use super::token::{Gap, cut, key, squeezed};
use super::{Base, Guidelines, GuidelinesError, Section, Token, TokenStyle, label};
use crate::model::{MONTHS, SourceFile};
use crate::read::{self, Layout, Line, Page, Style};

/// Maximum number of pages: an edition has about 120.
const PAGES: usize = 1_000;

/// The words of the title of all editions.
const TITLE: &str = "ICD-10-CM Official Guidelines for Coding and Reporting";

/// Words of the lines that explain the marks, as [`squeezed`] returns them.
const FRONT: [&str; 3] = [
    "narrativechangesappearinboldtext",
    "itemsunderlinedhavebeenmovedwithintheguidelines",
    "italicsareusedtoindicaterevisionstoheadingchanges",
];

/// Minimum height of the title above the lower edge of the first page, in points: the middle of a page.
const TOP: f64 = 396.0;

/// Number of dots in a row that lead to a page number in a table of contents.
const LEADER: &str = "......";

/// Minimum distance of two lines between which a paragraph ends, as a multiple of the height of letters: lines of a paragraph
/// are 1.15 apart.
const PARAGRAPH: f64 = 1.4;

pub(super) fn guidelines(file: &SourceFile) -> Result<Guidelines, GuidelinesError> {
    let is_wanted = |first: &Page, pages: usize| is_guidelines(first) && pages <= PAGES;
    let layout =
        read::layout(&file.bytes, is_wanted).map_err(|error| GuidelinesError::Pdf(error.to_string()))?;
    let first = layout.pages.first().ok_or(GuidelinesError::OtherDocument)?;
    if !is_guidelines(first) {
        return Err(GuidelinesError::OtherDocument);
    }
    if layout.page_count > PAGES {
        return Err(GuidelinesError::Pages(layout.page_count, PAGES));
    }
    if layout.bookmarks.is_empty() {
        return Err(GuidelinesError::NoOutline);
    }
    let title = first.lines.iter().map(|line| line.text.trim()).find(|text| text.contains(TITLE));
    let (first_day, last_day) =
        first.lines.iter().find_map(|line| days(&line.text)).ok_or(GuidelinesError::NoDays)?;
    // A fiscal year ends on September 30.
    let fiscal_year = first_day.year() + i16::from(first_day.month() >= 10);
    let base = first.lines.iter().find_map(|line| Base::read(&line.text));
    let (sections, unlocated) = sections(&layout);
    let source = file.source.clone();
    let title = title.unwrap_or(TITLE).to_owned();
    Ok(Guidelines { title, fiscal_year, first_day, last_day, base, sections, source, unlocated })
}

fn is_guidelines(first: &Page) -> bool {
    let title = squeezed(TITLE);
    first.lines.iter().any(|line| squeezed(&line.text).contains(&title))
}

/// Returns the days of an edition: `(October 1, 2025 - September 30, 2026)`.
fn days(line: &str) -> Option<(Date, Date)> {
    let inner = line.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (first, last) = inner.split_once(['-', '\u{2013}'])?;
    let day = |text: &str| Date::strptime("%B %d, %Y", text.trim()).ok();
    Some((day(first)?, day(last)?))
}

impl Base {
    /// Reads the line of the first page that names it: `.. within the guidelines since the April 2025, FY 2025 version`.
    fn read(line: &str) -> Option<Self> {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, rest) = words.split_once(" since the ")?;
        let (name, _) = rest.split_once(" version")?;
        let words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let year = |word: Option<&&str>| word?.parse::<i16>().ok().filter(|year| (2000..2100).contains(year));
        let month = words.iter().enumerate().find_map(|(at, word)| {
            let month = MONTHS.iter().position(|month| month == word)?;
            Some((i8::try_from(month).ok()? + 1, year(words.get(at + 1))?))
        });
        let fiscal_year = words.iter().position(|word| *word == "FY").and_then(|at| year(words.get(at + 1)));
        (month.is_some() || fiscal_year.is_some()).then(|| Self {
            name: name.to_owned(),
            first_month: month,
            fiscal_year,
        })
    }
}

fn sections(layout: &Layout) -> (Vec<Section>, Vec<String>) {
    let heads = running_heads(layout);
    // The title at the top of the first page is a running head of the others.
    let is_title = |page: usize, line: &Line| page == 0 && line.baseline > TOP;
    let is_text =
        |page: usize, line: &Line| is_title(page, line) || !heads.contains_key(&numberless(&line.text));
    let places: Vec<Place<'_>> = layout
        .pages
        .iter()
        .enumerate()
        .flat_map(|(page, held)| held.lines.iter().map(move |line| (page, line)))
        .filter(|(page, line)| is_text(*page, line))
        .map(|(page, line)| Place::of(page, line))
        .collect();
    let located = locate(&places, &layout.bookmarks);
    let mut starts = located.iter().flatten().map(|located| located.start).skip(1).chain([places.len()]);
    let (mut sections, mut unlocated) = (Vec::new(), Vec::new());
    let mut labels: Vec<String> = Vec::new();
    for (bookmark, located) in layout.bookmarks.iter().zip(&located) {
        let (label, title) = label::split(&bookmark.title);
        labels.truncate(bookmark.depth);
        labels.resize(bookmark.depth, String::new());
        labels.push(label);
        if !located.is_some_and(|located| located.is_certain) {
            unlocated.push(bookmark.title.clone());
        }
        let mut section = Section {
            number: labels.iter().filter(|label| !label.is_empty()).cloned().collect::<Vec<_>>().join("."),
            title: title.to_owned(),
            depth: bookmark.depth,
            page: bookmark.page.map_or(0, |page| page + 1),
            heading_style: TokenStyle::default(),
            tokens: Vec::new(),
        };
        if let Some(located) = located {
            section.page = places.get(located.start).map_or(section.page, |place| place.page + 1);
            let end = starts.next().unwrap_or(places.len());
            section.heading_style = heading_style(&places, *located);
            section.tokens = tokens(&places, *located, end);
        }
        sections.push(section);
    }
    (sections, unlocated)
}

/// Returns how a heading is marked. All headings are bold.
fn heading_style(places: &[Place<'_>], located: Located) -> TokenStyle {
    let lines = places.get(located.start..=located.end.0).unwrap_or_default();
    let pieces = || lines.iter().flat_map(|place| &place.line.pieces);
    TokenStyle {
        is_bold: false,
        is_italic: pieces().any(|piece| piece.style.is_italic),
        is_underlined: pieces().any(|piece| piece.style.is_underlined),
    }
}

/// Returns the lines that most pages have, but for their numbers.
fn running_heads(layout: &Layout) -> BTreeMap<String, usize> {
    let mut pages: BTreeMap<String, usize> = BTreeMap::new();
    for page in &layout.pages {
        let mut own: Vec<String> = page.lines.iter().map(|line| numberless(&line.text)).collect();
        own.sort_unstable();
        own.dedup();
        own.into_iter().for_each(|line| *pages.entry(line).or_default() += 1);
    }
    pages.retain(|_, count| *count > 1 && 2 * *count > layout.pages.len());
    pages
}

/// Returns a text without blanks, each number as `#`.
fn numberless(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars().filter(|char| !char.is_whitespace()) {
        match char {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            char => out.push(char),
        }
    }
    out
}

/// Returns the text of a section: from the end of its heading to the line `end`.
fn tokens(places: &[Place<'_>], located: Located, end: usize) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut last: Option<&Place<'_>> = None;
    for (at, place) in places.iter().enumerate().take(end).skip(located.end.0) {
        let from = if at == located.end.0 { located.end.1 } else { 0 };
        let text = &place.line.text[from..];
        if is_front(&place.line.text) {
            continue;
        }
        if text.contains(LEADER) {
            // The table of contents goes on to the next heading.
            break;
        }
        let gap = last.map_or(Gap::Paragraph, |last| gap(last, place));
        line(place.line, from, gap, &mut tokens);
        if !text.trim().is_empty() {
            last = Some(place);
        }
    }
    tokens
}

/// Returns true for the lines of the first page that name the edition and explain its marks.
fn is_front(text: &str) -> bool {
    let squeezed = squeezed(text);
    days(text).is_some()
        || squeezed.starts_with("fy20") && squeezed.contains("updated") | (squeezed.len() == 6)
        || FRONT.iter().any(|words| squeezed.contains(words))
}

/// Returns what is between two lines.
fn gap(last: &Place<'_>, place: &Place<'_>) -> Gap {
    if last.page != place.page {
        let is_end = last.line.text.trim_end().ends_with(['.', ':', ';', '?', ')', '\u{201d}', '"']);
        return if is_end { Gap::Paragraph } else { Gap::Blank };
    }
    let distance = last.line.baseline - place.line.baseline;
    if distance > PARAGRAPH * last.line.size.max(place.line.size) { Gap::Paragraph } else { Gap::Blank }
}

/// Adds the tokens of a line from a byte on.
fn line(line: &Line, from: usize, gap: Gap, tokens: &mut Vec<Token>) {
    let text = &line.text[from..];
    let is_blank = |char: char| char.is_whitespace() || char == '\u{ad}';
    let mut gap = match tokens.last() {
        // A word that is broken at a hyphen goes on in the next line.
        Some(last) if gap == Gap::Blank && last.key == "-" && last.before == Gap::Nothing => Gap::Nothing,
        _ => gap,
    };
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        let start = from + (word.as_ptr() as usize - text.as_ptr() as usize);
        let mut at = start;
        for token in cut(word) {
            let style = line.style(at, at + token.len());
            tokens.push(Token { text: token.to_owned(), key: key(token), before: gap, style: style.into() });
            (at, gap) = (at + token.len(), Gap::Nothing);
        }
        gap = Gap::Blank;
    }
}

impl From<Style> for TokenStyle {
    fn from(style: Style) -> Self {
        Self { is_bold: style.is_bold, is_italic: style.is_italic, is_underlined: style.is_underlined }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_an_edition_are_in_parentheses() {
        let date = |year, month, day| Date::new(year, month, day).unwrap();
        assert_eq!(
            days(" (October 1, 2025 - September 30, 2026)"),
            Some((date(2025, 10, 1), date(2026, 9, 30)))
        );
        assert_eq!(days("(see Section I.C.12 - 13)"), None);
    }

    #[test]
    fn the_base_is_named_with_or_without_a_month() {
        let line =
            "Items underlined have been moved within the guidelines since the April 2025, FY 2025 version";
        let base = Base::read(line).unwrap();
        assert_eq!(
            (base.name.as_str(), base.first_month, base.fiscal_year),
            ("April 2025, FY 2025", Some((4, 2025)), Some(2025))
        );
        let base =
            Base::read("Items underlined have been moved within the guidelines since the FY 2023 version")
                .unwrap();
        assert_eq!((base.first_month, base.fiscal_year), (None, Some(2023)));
        assert_eq!(Base::read("Narrative changes appear in bold text"), None);
    }
}
