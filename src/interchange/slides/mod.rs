//! The slides of a course: for presentation programs, and as a page for browsers.

mod page;
mod pptx;

pub(super) use page::write as write_html;
pub(super) use pptx::write as write_pptx;
