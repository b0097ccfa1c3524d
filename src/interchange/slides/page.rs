//! Slides as one page that makes no network requests.
//!
//! Invariant: the page is complete without its script. The script moves from slide to slide, and makes no content.

use std::io::{self, Write};

use crate::render::page;
use crate::report::Deck;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page.
pub(in crate::interchange) fn write(deck: &Deck, out: &mut dyn Write) -> io::Result<()> {
    page::write(PAGE, &[STYLE], &[SCRIPT], deck, out)
}
