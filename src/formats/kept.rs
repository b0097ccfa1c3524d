//! The texts of a release while its file is read: text that occurs in the file unchanged is not copied.

use std::ops::Range;

use crate::model::Span;

/// Storage of texts: in the file, or after it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The address range of the file's text in memory.
    home: Range<usize>,
    /// Texts that do not occur in the file unchanged.
    more: String,
}

impl Kept {
    /// Returns the storage for texts of a file with this text.
    pub(super) fn of(text: &str) -> Self {
        let start = text.as_ptr() as usize;
        Self { home: start..start + text.len(), more: String::new() }
    }

    /// Returns the span of a text: in the file, or else after it.
    ///
    /// # Panics
    ///
    /// If there are more than 4 GiB; sources refuse such files.
    pub(super) fn keep(&mut self, text: &str) -> Span {
        let start = text.as_ptr() as usize;
        if self.home.contains(&start) {
            return span(start - self.home.start, text.len());
        }
        self.join([text])
    }

    /// Returns the span of texts that are stored as one, with a blank between them.
    pub(super) fn join<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Span {
        let start = self.more.len();
        for text in texts {
            if self.more.len() > start {
                self.more.push(' ');
            }
            self.more.push_str(text);
        }
        span(self.home.len() + start, self.more.len() - start)
    }

    /// Returns the text of a span; `file` is the text of the file.
    pub(super) fn text<'a>(&'a self, file: &'a str, span: Span) -> &'a str {
        let (start, length) = (span.start as usize, span.length as usize);
        match start.checked_sub(self.home.len()) {
            Some(after) => &self.more[after..after + length],
            None => &file[start..start + length],
        }
    }

    /// Returns the text that the spans point into: that of the file, followed by the others.
    pub(super) fn after(self, mut file: String) -> String {
        file.reserve_exact(self.more.len());
        file.push_str(&self.more);
        file
    }
}

fn span(start: usize, length: usize) -> Span {
    let [start, length] =
        [start, length].map(|number| u32::try_from(number).expect("sources refuse files of 4 GiB"));
    Span { start, length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_file_is_not_copied_and_the_rest_is_after_it() {
        let file = "one two".to_owned();
        let mut kept = Kept::of(&file);
        let spans = [kept.keep(&file[4..]), kept.keep("three"), kept.join(["four", "five"]), kept.keep("")];
        let texts = spans.map(|span| kept.text(&file, span).to_owned());
        assert_eq!(texts, ["two", "three", "four five", ""]);
        let text = kept.after(file);
        assert_eq!(text, "one twothreefour five");
        assert_eq!(spans.map(|span| span.of(&text)), ["two", "three", "four five", ""]);
    }
}
