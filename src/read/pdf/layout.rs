//! A document as a whole: the lines of its pages from top to bottom, and its bookmarks.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::shown::Line;
use super::{Pages, PdfError, guarded, open};

/// Maximum number of bookmarks that are read: an edition of the guidelines has about 500.
const BOOKMARKS: usize = 2_000;

/// Maximum number of objects: two editions are in memory at once.
const LAYOUT_OBJECTS: usize = super::OBJECTS / 2;

/// Maximum nesting of bookmarks.
const DEEPEST: usize = 32;

/// A document.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Its pages that have been read, in order.
    pub(crate) pages: Vec<Page>,
    /// Its bookmarks, each before those below it.
    pub(crate) bookmarks: Vec<Bookmark>,
    /// Number of its pages.
    pub(crate) page_count: usize,
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The lines, from top to bottom and from left to right.
    pub(crate) lines: Vec<Line>,
}

/// An entry of the outline: ISO 32000-1, 12.3.3.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bookmark {
    /// The title.
    pub(crate) title: String,
    /// The number of entries above it.
    pub(crate) depth: usize,
    /// The index of the page it leads to, from 0.
    pub(crate) page: Option<usize>,
    /// The height of the place it leads to above the lower edge of the page, in points.
    pub(crate) top: Option<f64>,
}

/// Reads a document. `is_wanted` decides after its first page, with the number of pages, whether the others are read.
pub(crate) fn layout(bytes: &[u8], is_wanted: impl Fn(&Page, usize) -> bool) -> Result<Layout, PdfError> {
    guarded(|| {
        let document = open(bytes, LAYOUT_OBJECTS)?;
        let ids: Vec<ObjectId> = document.get_pages().into_values().collect();
        let mut layout = Layout { page_count: ids.len(), ..Layout::default() };
        let mut pages = Pages::of(&document);
        for (number, id) in (1..).zip(&ids) {
            let (lines, shown) = pages.lines(number, *id);
            shown?;
            layout.pages.push(Page { lines: from_top(lines.underlined()) });
            if number == 1 && layout.pages[0].lines.is_empty() {
                // A scanned document has no text on its first page either.
                return Err(PdfError::Pictures);
            }
            if number == 1 && !is_wanted(&layout.pages[0], ids.len()) {
                return Ok(layout);
            }
        }
        layout.bookmarks = Outline { document: &document, pages: &ids, seen: BTreeSet::new() }.read();
        Ok(layout)
    })
}

/// Orders lines as they are read; a file may draw them in any order.
fn from_top(mut lines: Vec<Line>) -> Vec<Line> {
    lines.retain(|line| !line.text.trim().is_empty());
    // Pieces of one line may be drawn far from one another.
    lines.sort_by(|a, b| b.baseline.total_cmp(&a.baseline).then(a.left.total_cmp(&b.left)));
    lines
}

struct Outline<'d> {
    document: &'d Document,
    pages: &'d [ObjectId],
    /// Entries that were read: an outline may lead back to itself.
    seen: BTreeSet<ObjectId>,
}

impl<'d> Outline<'d> {
    fn read(mut self) -> Vec<Bookmark> {
        let mut bookmarks = Vec::new();
        let root = self.document.catalog().ok().and_then(|catalog| self.dictionary(catalog, b"Outlines"));
        if let Some(root) = root {
            self.below(root, 0, &mut bookmarks);
        }
        bookmarks
    }

    fn dictionary(&self, of: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
        of.get_deref(key, self.document).ok()?.as_dict().ok()
    }

    /// Adds the entries below one.
    fn below(&mut self, parent: &'d Dictionary, depth: usize, bookmarks: &mut Vec<Bookmark>) {
        let mut next = parent.get(b"First").and_then(Object::as_reference).ok();
        while let Some(id) = next.filter(|id| bookmarks.len() < BOOKMARKS && self.seen.insert(*id)) {
            let Ok(entry) = self.document.get_dictionary(id) else { return };
            let title = entry.get_deref(b"Title", self.document).ok();
            let title = title.and_then(|title| lopdf::decode_text_string(title).ok()).unwrap_or_default();
            let (page, top) = self.place(entry).unwrap_or_default();
            let title = title.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            bookmarks.push(Bookmark { title, depth, page, top });
            if depth < DEEPEST {
                self.below(entry, depth + 1, bookmarks);
            }
            next = entry.get(b"Next").and_then(Object::as_reference).ok();
        }
    }

    /// Returns the page and the height an entry leads to: its own destination, or that of its action. Names of destinations
    /// are not looked up: the text of headings finds the place as well.
    fn place(&self, entry: &'d Dictionary) -> Option<(Option<usize>, Option<f64>)> {
        let own = entry.get_deref(b"Dest", self.document).ok();
        let place = match own {
            Some(own) => own,
            None => self.dictionary(entry, b"A")?.get_deref(b"D", self.document).ok()?,
        };
        let list = place.as_array().ok()?;
        let id = list.first()?.as_reference().ok()?;
        let number = |at: usize| list.get(at)?.as_float().ok().map(f64::from);
        let top = match list.get(1)?.as_name().ok()? {
            b"XYZ" => number(3),
            b"FitH" | b"FitBH" => number(2),
            _ => None,
        };
        Some((self.pages.iter().position(|page| *page == id), top))
    }
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || char.is_control()
}
