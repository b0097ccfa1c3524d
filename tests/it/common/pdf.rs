//! PDFs in the layout of the guidelines: an outline, headings, bold changes, running heads.

use std::fmt::Write;

/// A document under construction.
#[derive(Default)]
pub(crate) struct Pdf {
    pages: Vec<String>,
    /// Title, depth, page and height of each entry of the outline.
    outline: Vec<(String, usize, usize, f64)>,
    /// The height of the last line.
    height: f64,
}

/// A part of a line, in one style.
pub(crate) enum Text<'t> {
    Plain(&'t str),
    Bold(&'t str),
    Underlined(&'t str),
}

use Text::{Bold, Plain, Underlined};

impl Pdf {
    /// Creates the first page of an edition.
    pub(crate) fn edition(year: &str, days: &str, base: &str) -> Self {
        let mut pdf = Self::default();
        pdf.page();
        pdf.heading(0, "ICD-10-CM Official Guidelines for Coding and Reporting");
        pdf.line(&[Plain(year)]);
        pdf.line(&[Plain(&format!("({days})"))]);
        pdf.line(&[Bold("Narrative changes appear in bold text")]);
        pdf.line(&[
            Underlined("Items underlined"),
            Plain(&format!(" have been moved within the guidelines since the {base} version")),
        ]);
        pdf.line(&[Plain("Italics are used to indicate revisions to heading changes")]);
        pdf
    }

    /// Begins a page.
    pub(crate) fn page(&mut self) {
        self.pages.push(String::new());
        self.height = 760.0;
    }

    /// Adds a heading with its entry of the outline.
    pub(crate) fn heading(&mut self, depth: usize, title: &str) {
        self.outline.push((title.to_owned(), depth, self.pages.len() - 1, self.height - 10.0));
        self.height -= 10.0;
        self.line(&[Bold(title)]);
    }

    /// Adds a paragraph of one line.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.height -= 8.0;
        self.line(&[Plain(text)]);
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, parts: &[Text<'_>]) {
        self.height -= 14.0;
        let (height, page) = (self.height, self.pages.last_mut().unwrap());
        let mut left = 72.0;
        for part in parts {
            let (font, text) = match part {
                Plain(text) | Underlined(text) => ("R", text),
                Bold(text) => ("B", text),
            };
            let shown = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            writeln!(page, "BT /{font} 12 Tf 1 0 0 1 {left} {height} Tm ({shown}) Tj ET").unwrap();
            let width = text.chars().count() as f64 * 6.0;
            if let Underlined(_) = part {
                writeln!(page, "{left} {} {width} 0.6 re f", height - 1.5).unwrap();
            }
            left += width;
        }
    }

    /// Adds the running heads, and returns the file.
    pub(crate) fn bytes(mut self) -> Vec<u8> {
        let count = self.pages.len();
        for (at, page) in self.pages.iter_mut().enumerate() {
            writeln!(page, "BT /R 10 Tf 1 0 0 1 400 19 Tm (Page {} of {count}) Tj ET", at + 1).unwrap();
        }
        self.bytes_without_heads()
    }

    /// Returns the file.
    pub(crate) fn bytes_without_heads(self) -> Vec<u8> {
        let count = self.pages.len();
        let mut objects: Vec<String> = Vec::new();
        let widths = vec!["500"; 256].join(" ");
        for font in ["ABCDEF+TimesNewRomanPSMT", "ABCDEF+TimesNewRomanPS-BoldMT"] {
            objects.push(format!(
                "<< /Type /Font /Subtype /TrueType /BaseFont /{font} /Encoding /WinAnsiEncoding /FirstChar 0 /LastChar 255 \
                 /Widths [{widths}] >>"
            ));
        }
        let first_page = 3;
        for (at, page) in self.pages.iter().enumerate() {
            let content = first_page + 2 * at + 1;
            objects.push(format!(
                "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R /Resources << /Font << \
                 /R 1 0 R /B 2 0 R >> >> >>",
                tree = first_page + 2 * count
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{page}endstream", page.len()));
        }
        let kids: String = (0..count).map(|at| format!("{} 0 R ", first_page + 2 * at)).collect();
        objects.push(format!("<< /Type /Pages /Count {count} /Kids [{kids}] >>"));
        let root = objects.len() + 1;
        let catalog = objects.len() + 2;
        objects.push(String::new());
        let has_outline = !self.outline.is_empty();
        let outlines = if has_outline { format!("/Outlines {root} 0 R") } else { String::new() };
        objects.push(format!("<< /Type /Catalog /Pages {} 0 R {outlines} >>", first_page + 2 * count));
        let entry = |at: usize| catalog + 1 + at;
        let depth = |at: usize| self.outline.get(at).map_or(0, |entry| entry.1);
        let below = |at: usize| (at + 1 < self.outline.len() && depth(at + 1) > depth(at)).then_some(at + 1);
        let next = |at: usize| {
            (at + 1..self.outline.len())
                .take_while(|other| depth(*other) >= depth(at))
                .find(|other| depth(*other) == depth(at))
        };
        let link = |word: &str, to: Option<usize>| {
            to.map_or(String::new(), |to| format!("/{word} {} 0 R ", entry(to)))
        };
        objects[root - 1] = format!("<< /Type /Outlines {}>>", link("First", has_outline.then_some(0)));
        for (at, (title, _, page, top)) in self.outline.iter().enumerate() {
            let title = title.replace('(', "\\(").replace(')', "\\)");
            objects.push(format!(
                "<< /Title ({title}) {}{}/Dest [{} 0 R /XYZ 72 {top} 0] >>",
                link("First", below(at)),
                link("Next", next(at)),
                first_page + 2 * page,
            ));
        }
        let mut file = b"%PDF-1.5\n".to_vec();
        let mut places = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            places.push(file.len());
            file.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
        }
        let start = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
        for place in places {
            file.extend(format!("{place:010} 00000 n \n").as_bytes());
        }
        file.extend(
            format!(
                "trailer\n<< /Size {} /Root {catalog} 0 R >>\nstartxref\n{start}\n%%EOF\n",
                objects.len() + 1
            )
            .as_bytes(),
        );
        file
    }

    /// Leaves out the outline.
    pub(crate) fn without_outline(mut self) -> Self {
        self.outline.clear();
        self
    }
}
