//! Where the headings of an outline are in the lines of the pages.

use super::token::squeezed;
use crate::read::{Bookmark, Line};

/// A line of the document.
pub(super) struct Place<'l> {
    /// The index of its page, from 0.
    pub(super) page: usize,
    pub(super) line: &'l Line,
    /// Its letters and digits, in lower case.
    squeezed: String,
}

impl<'l> Place<'l> {
    pub(super) fn of(page: usize, line: &'l Line) -> Self {
        Self { page, line, squeezed: squeezed(&line.text) }
    }
}

/// A heading in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Located {
    /// The index of its first line.
    pub(super) start: usize,
    /// The index of the line in which its title ends, and the byte after the title.
    pub(super) end: (usize, usize),
    /// True if the text there is the title.
    pub(super) is_certain: bool,
}

/// How far from the place that a bookmark leads to its heading may be, in lines.
const NEAR: usize = 60;

/// Finds the headings of the bookmarks, in order. A bookmark that leads nowhere and whose title is not in the text is `None`.
pub(super) fn locate(places: &[Place<'_>], bookmarks: &[Bookmark]) -> Vec<Option<Located>> {
    let mut from = 0;
    let mut found = Vec::with_capacity(bookmarks.len());
    for bookmark in bookmarks {
        let one = find(places, bookmark, from);
        if let Some(one) = one {
            // Two headings may share a line, but none begins before the last one has ended.
            from = one.end.0;
        }
        found.push(one);
    }
    found
}

fn find(places: &[Place<'_>], bookmark: &Bookmark, from: usize) -> Option<Located> {
    let aim = aim(places, bookmark);
    let title = squeezed(&bookmark.title);
    let label_less = squeezed(super::label::split(&bookmark.title).1);
    for title in [title, label_less] {
        if title.is_empty() {
            continue;
        }
        let mut candidates: Vec<usize> = match aim {
            Some(aim) => (aim.saturating_sub(NEAR).max(from)..places.len().min(aim + NEAR)).collect(),
            None => (from..places.len()).collect(),
        };
        if let Some(aim) = aim {
            candidates.sort_by_key(|at| at.abs_diff(aim));
        }
        let found = candidates.into_iter().find_map(|start| Some((start, matched(places, start, &title)?)));
        if let Some((start, end)) = found {
            return Some(Located { start, end, is_certain: true });
        }
    }
    let start = aim.filter(|aim| *aim >= from)?;
    Some(Located { start, end: (start, 0), is_certain: false })
}

/// Returns the first line at or below the place that a bookmark leads to.
fn aim(places: &[Place<'_>], bookmark: &Bookmark) -> Option<usize> {
    let page = bookmark.page?;
    let top = bookmark.top.unwrap_or(f64::INFINITY);
    // Lines are in the order of pages, from top to bottom.
    let is_above = |place: &Place<'_>| place.page < page || place.page == page && place.line.baseline > top;
    Some(places.partition_point(is_above)).filter(|at| *at < places.len())
}

/// Returns where a title ends that begins with a line; `None` if it does not.
fn matched(places: &[Place<'_>], start: usize, title: &str) -> Option<(usize, usize)> {
    let mut left = title;
    for (at, place) in places.iter().enumerate().skip(start) {
        if place.squeezed.is_empty() {
            continue;
        }
        if let Some(rest) = left.strip_prefix(place.squeezed.as_str()) {
            if rest.is_empty() {
                return Some((at, place.line.text.len()));
            }
            left = rest;
        } else if place.squeezed.starts_with(left) {
            return Some((at, end_of(&place.line.text, left.chars().count())));
        } else {
            return None;
        }
    }
    None
}

/// Returns the byte after the word with the last of the first `letters` letters and digits of a line.
fn end_of(text: &str, letters: usize) -> usize {
    let mut left = letters;
    for (at, char) in text.char_indices() {
        let own = squeezed(char.encode_utf8(&mut [0; 4])).chars().count();
        if left == 0 && (char.is_whitespace() || own > 0) {
            return at;
        }
        left = left.saturating_sub(own);
    }
    text.len()
}
