//! PDFs: the text of their pages, through `lopdf`, line by line. Text in pictures is not read.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Encoding, Error, LoadOptions, Object, ObjectId, Stream};

use super::prose::{Place, Prose};
use super::shown::{Lines, Matrix, Pen};
use super::{Container, PdfError, ReadError, Sink};

/// Maximum bytes of one stream, unpacked: the content of a page has a few hundred thousand.
const STREAM: usize = 64 << 20;

/// Maximum bytes of all page content, unpacked.
const TOTAL: usize = 1 << 30;

/// Maximum bytes of the table that maps the letters of a font to Unicode, unpacked.
const MEANINGS: usize = 4 << 20;

/// Upper bound on the letters of a font whose widths are read.
const LETTERS: usize = 1 << 20;

/// Maximum nesting of forms, and of saved states.
const DEEPEST: usize = 16;

/// Reads a file.
pub(crate) fn pdf(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    // The file may be damaged; a panic in the library is treated as an error.
    let read = catch_unwind(AssertUnwindSafe(|| pages(bytes, sink)));
    Ok(read.unwrap_or(Err(PdfError::Panic))?)
}

fn pages(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), PdfError> {
    let options = LoadOptions { max_decompressed_size: Some(STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        Error::InvalidPassword | Error::Decryption(_) => PdfError::Encrypted,
        error => PdfError::Damaged(error.to_string()),
    })?;
    if document.is_encrypted() {
        return Err(PdfError::Encrypted);
    }
    let (mut prose, mut fonts, mut left) = (Prose::default(), BTreeMap::new(), TOTAL);
    let (mut has_text, mut end) = (false, Ok(()));
    for (number, page) in document.get_pages() {
        sink.part(Container::Page(number));
        let mut walk =
            Walk { document: &document, fonts: &mut fonts, left: &mut left, lines: Lines::default() };
        let shown = walk.page(page).map_err(|error| PdfError::Page(number, error.to_string()));
        for (at, line) in (1..).zip(&walk.lines.lines) {
            has_text |= !line.trim().is_empty();
            prose.paragraph(line, Place::Paragraph(at), sink);
        }
        end = end.and(shown);
    }
    if !has_text && end.is_ok() {
        return Err(PdfError::Pictures);
    }
    end
}

/// A font: the meaning and the width of its bytes.
struct Font<'d> {
    encoding: Option<Encoding<'d>>,
    widths: Widths,
}

/// Widths of letters, in thousandths of their height.
enum Widths {
    /// For codes of one byte, starting with the given one.
    Bytes(i64, Vec<f64>),
    /// For codes of two bytes, and the width of all others.
    Pairs(BTreeMap<u16, f64>, f64),
    /// Not in the file: the widths of the fonts that every reader has.
    Guess,
}

/// About the mean of Helvetica.
const MEAN: f64 = 530.0;

impl<'d> Font<'d> {
    fn of(document: &'d Document, font: &'d Dictionary) -> Self {
        let encoding = font.get_font_encoding_with_limit(document, MEANINGS).ok();
        Self { encoding, widths: Widths::of(document, font).unwrap_or(Widths::Guess) }
    }

    fn text(&self, bytes: &[u8]) -> String {
        let text = self.encoding.as_ref().and_then(|encoding| Document::decode_text(encoding, bytes).ok());
        text.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
    }

    fn width(&self, bytes: &[u8]) -> f64 {
        match &self.widths {
            Widths::Bytes(first, widths) => bytes
                .iter()
                .map(|byte| usize::try_from(i64::from(*byte) - first).ok())
                .map(|at| at.and_then(|at| widths.get(at)).copied().unwrap_or(0.0))
                .sum(),
            Widths::Pairs(widths, other) => {
                let pairs = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                pairs.map(|pair| widths.get(&pair).copied().unwrap_or(*other)).sum()
            }
            Widths::Guess => bytes.len() as f64 * MEAN,
        }
    }
}

impl Widths {
    /// ISO 32000-1, 9.6.2 and 9.7.4.3.
    fn of(document: &Document, font: &Dictionary) -> Option<Self> {
        if let Ok(widths) = font.get_deref(b"Widths", document).and_then(Object::as_array) {
            let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
            return Some(Self::Bytes(first, widths.iter().map(|width| number(document, width)).collect()));
        }
        let inner = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok()?;
        let inner = document.dereference(inner.first()?).ok()?.1.as_dict().ok()?;
        let other = inner.get_deref(b"DW", document).map_or(1_000.0, |width| number(document, width));
        let list = inner.get_deref(b"W", document).and_then(Object::as_array).map_or(&[][..], Vec::as_slice);
        let (mut widths, mut at, mut described) = (BTreeMap::new(), 0, 0);
        let code = |object: &Object| object.as_i64().ok().and_then(|code| u16::try_from(code).ok());
        while let [first, second, ..] = &list[at.min(list.len())..] {
            match document.dereference(second).map(|(_, object)| object) {
                // The widths of the codes from the first on.
                Ok(Object::Array(each)) => {
                    let codes = code(first)?..=u16::MAX;
                    widths.extend(codes.zip(each.iter().map(|width| number(document, width))));
                    at += 2;
                }
                // One width for all codes from the first to the last.
                _ => {
                    let (width, codes) = (number(document, list.get(at + 2)?), code(first)?..=code(second)?);
                    described += codes.len();
                    if described > LETTERS {
                        break;
                    }
                    widths.extend(codes.map(|code| (code, width)));
                    at += 3;
                }
            }
        }
        Some(Self::Pairs(widths, other))
    }
}

fn number(document: &Document, object: &Object) -> f64 {
    document.dereference(object).ok().and_then(|(_, object)| object.as_float().ok()).map_or(0.0, f64::from)
}

/// The graphics and text state: ISO 32000-1, 8.4.1 and 9.3.1.
#[derive(Clone)]
struct State<'d> {
    page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Option<Rc<Font<'d>>>,
    size: f64,
    leading: f64,
    /// Added after each letter, added after each blank.
    spacing: (f64, f64),
    /// Horizontal scaling of letters.
    stretch: f64,
    /// True if the next piece has a position of its own.
    is_placed: bool,
}

/// Fonts by the place of their dictionary in memory, so that each is read once.
type Fonts<'d> = BTreeMap<*const Dictionary, Rc<Font<'d>>>;

struct Walk<'w, 'd> {
    document: &'d Document,
    fonts: &'w mut Fonts<'d>,
    left: &'w mut usize,
    lines: Lines,
}

impl<'d> Walk<'_, 'd> {
    fn page(&mut self, page: ObjectId) -> Result<(), Error> {
        let (own, others) = self.document.get_page_resources(page)?;
        let others = others.into_iter().filter_map(|id| self.document.get_dictionary(id).ok());
        let resources: Vec<&Dictionary> = own.into_iter().chain(others).collect();
        let content = self.document.get_page_content_with_limit(page, STREAM.min(*self.left))?;
        let state = State {
            page: Matrix::SAME,
            text: Matrix::SAME,
            line: Matrix::SAME,
            font: None,
            size: 0.0,
            leading: 0.0,
            spacing: (0.0, 0.0),
            stretch: 1.0,
            is_placed: true,
        };
        self.content(&content, &resources, state, 0)
    }

    fn content(
        &mut self,
        content: &[u8],
        resources: &[&'d Dictionary],
        mut state: State<'d>,
        depth: usize,
    ) -> Result<(), Error> {
        *self.left = self.left.saturating_sub(content.len());
        let mut kept = Vec::new();
        for operation in Content::decode_iter(content) {
            let operation = operation?;
            match operation.operator.as_str() {
                "q" if kept.len() < DEEPEST * DEEPEST => kept.push(state.clone()),
                "Q" => state = kept.pop().unwrap_or(state),
                "cm" => state.page = matrix(&operation).then(state.page),
                "Do" => self.form(&operation, resources, &state, depth)?,
                "Tf" => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok());
                    state.font = name.and_then(|name| self.font(name, resources));
                    state.size = float(&operation, 1);
                }
                _ => self.text(&operation, &mut state),
            }
        }
        Ok(())
    }

    /// Returns the resource of this kind and name.
    fn resource(&self, resources: &[&'d Dictionary], kind: &[u8], name: &[u8]) -> Option<&'d Object> {
        resources.iter().find_map(|resources| {
            let list = resources.get_deref(kind, self.document).ok()?.as_dict().ok()?;
            list.get_deref(name, self.document).ok()
        })
    }

    fn font(&mut self, name: &[u8], resources: &[&'d Dictionary]) -> Option<Rc<Font<'d>>> {
        let font = self.resource(resources, b"Font", name)?.as_dict().ok()?;
        let held = self.fonts.entry(font).or_insert_with(|| Rc::new(Font::of(self.document, font)));
        Some(held.clone())
    }

    /// Draws a form: a named piece of a page.
    fn form(
        &mut self,
        operation: &Operation,
        resources: &[&'d Dictionary],
        state: &State<'d>,
        depth: usize,
    ) -> Result<(), Error> {
        let name = operation.operands.first().and_then(|name| name.as_name().ok());
        let form = name.and_then(|name| self.resource(resources, b"XObject", name)?.as_stream().ok());
        let is_form = |form: &&Stream| {
            form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form")
        };
        let Some(form) = form.filter(is_form) else { return Ok(()) };
        if depth >= DEEPEST || *self.left == 0 {
            return Err(Error::RecursionLimit);
        }
        let content = form.decompressed_content_with_limit(STREAM.min(*self.left))?;
        // Even an empty form has a cost, because forms may draw each other endlessly.
        *self.left = self.left.saturating_sub(1 << 10);
        let own = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let mut state = state.clone();
        if let Ok(list) = form.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array) {
            state.page = matrix_of(list).then(state.page);
        }
        let own: Vec<&Dictionary> = own.into_iter().collect();
        self.content(&content, if own.is_empty() { resources } else { &own }, state, depth + 1)
    }

    /// ISO 32000-1, 9.4.
    fn text(&mut self, operation: &Operation, state: &mut State<'d>) {
        let first = || float(operation, 0);
        match operation.operator.as_str() {
            "BT" => state.place(Matrix::SAME),
            "Tm" => state.place(matrix(operation)),
            "Td" => state.go(first(), float(operation, 1)),
            "TD" => {
                state.leading = -float(operation, 1);
                state.go(first(), float(operation, 1));
            }
            "T*" => state.go(0.0, -state.leading),
            "TL" => state.leading = first(),
            "Tc" => state.spacing.0 = first(),
            "Tw" => state.spacing.1 = first(),
            "Tz" => state.stretch = first() / 100.0,
            "Tj" | "TJ" => operation.operands.iter().for_each(|operand| self.show(operand, state)),
            "'" => {
                state.go(0.0, -state.leading);
                operation.operands.iter().for_each(|operand| self.show(operand, state));
            }
            "\"" => {
                state.spacing = (float(operation, 1), first());
                state.go(0.0, -state.leading);
                operation.operands.iter().skip(2).for_each(|operand| self.show(operand, state));
            }
            _ => {}
        }
    }

    fn show(&mut self, operand: &Object, state: &mut State<'d>) {
        match operand {
            Object::Array(pieces) => {
                // In an array, only strings and the moves between them matter.
                pieces
                    .iter()
                    .filter(|piece| piece.as_array().is_err())
                    .for_each(|piece| self.show(piece, state));
            }
            Object::String(bytes, _) => {
                let Some(font) = state.font.clone() else { return };
                let text = font.text(bytes);
                let blanks = bytes.iter().filter(|byte| **byte == b' ').count() as f64;
                let letters = text.chars().count() as f64;
                let width = font.width(bytes) / 1_000.0 * state.size
                    + letters * state.spacing.0
                    + blanks * state.spacing.1;
                let width = width * state.stretch;
                let is_guess = matches!(font.widths, Widths::Guess);
                let pen = Pen { matrix: state.text.then(state.page), size: state.size, is_guess };
                self.lines.show(&pen, &text, width, state.is_placed);
                state.is_placed = false;
                state.text = Matrix::moved(width, 0.0).then(state.text);
            }
            moved => {
                let by = moved.as_float().map_or(0.0, f64::from) / 1_000.0 * state.size * state.stretch;
                state.text = Matrix::moved(-by, 0.0).then(state.text);
            }
        }
    }
}

impl State<'_> {
    fn place(&mut self, matrix: Matrix) {
        (self.text, self.line, self.is_placed) = (matrix, matrix, true);
    }

    fn go(&mut self, x: f64, y: f64) {
        self.place(Matrix::moved(x, y).then(self.line));
    }
}

fn float(operation: &Operation, at: usize) -> f64 {
    operation.operands.get(at).and_then(|operand| operand.as_float().ok()).map_or(0.0, f64::from)
}

fn matrix(operation: &Operation) -> Matrix {
    matrix_of(&operation.operands)
}

fn matrix_of(list: &[Object]) -> Matrix {
    let mut matrix = Matrix::SAME;
    for (place, object) in matrix.0.iter_mut().zip(list) {
        *place = object.as_float().map_or(0.0, f64::from);
    }
    matrix
}

#[cfg(test)]
mod tests {
    use lopdf::{StringFormat, dictionary};

    use super::super::testing::{Seen, bears_anything};
    use super::*;

    /// Returns a file with a page for each of these contents.
    fn file(contents: &[&str]) -> Document {
        let mut document = Document::with_version("1.5");
        let widths = vec![Object::Integer(500); 256];
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "X", "Encoding" => "WinAnsiEncoding",
            "FirstChar" => 0, "LastChar" => 255, "Widths" => widths,
        });
        let form = document.add_object(Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Form" },
            b"BT /F 10 Tf (R05.9) Tj ET /Me Do".to_vec(),
        ));
        let resources = document.add_object(dictionary! {
            "Font" => dictionary! { "F" => font }, "XObject" => dictionary! { "Me" => form },
        });
        let tree = document.new_object_id();
        let mut kids = Vec::new();
        for content in contents {
            let content = document.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            };
            kids.push(Object::Reference(document.add_object(page)));
        }
        let pages = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
        document.objects.insert(tree, pages.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
        document.trailer.set("Root", catalog);
        let id = Object::String(vec![7; 16], StringFormat::Literal);
        document.trailer.set("ID", vec![id.clone(), id]);
        document
    }

    fn saved(mut document: Document) -> Vec<u8> {
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn read(contents: &[&str]) -> (Vec<String>, Result<(), ReadError>) {
        let mut seen = Seen::default();
        let end = pdf(&saved(file(contents)), &mut seen);
        (seen.described, end)
    }

    #[test]
    fn lines_of_pages_are_put_together_from_their_pieces() {
        let (described, end) = read(&[
            "BT /F 10 Tf 1 0 0 1 50 700 Tm [(See E8) 12 (7.)] TJ (2) Tj 0 -12 Td (and) Tj 60 0 Td (R05.1) Tj ET",
            "q 1 0 0 1 50 700 cm BT /F 10 Tf (B20.1) Tj ET Q",
        ]);
        assert_eq!(
            described,
            [
                "-- Page(1)",
                "text (Token) 5 E87.2 | line (Line) 1 See E87.2 [1]",
                "text (Token) 5 R05.1 | line (Line) 1 and R05.1 [2]",
                "-- Page(2)",
                "text (Token) 1 B20.1 | line (Line) 1 B20.1 [1]",
            ]
        );
        assert_eq!(end, Ok(()));
    }

    #[test]
    fn a_form_that_draws_itself_ends() {
        let (described, end) = read(&["/Me Do"]);
        assert!(described[1].contains("R05.9"), "{described:?}");
        assert!(end.unwrap_err().to_string().starts_with("page 1 cannot be read completely"));
    }

    #[test]
    fn a_file_without_text_or_with_a_password_is_reported() {
        assert_eq!(read(&["q Q"]).1, Err(PdfError::Pictures.into()));
        let mut document = file(&["BT ET"]);
        let version = lopdf::EncryptionVersion::V2 {
            document: &document,
            owner_password: "a",
            user_password: "b",
            key_length: 128,
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        assert_eq!(pdf(&saved(document), &mut Seen::default()), Err(PdfError::Encrypted.into()));
    }

    #[test]
    fn damaged_files_do_no_harm() {
        bears_anything(&saved(file(&["BT /F 10 Tf (R05.1) Tj ET", "/Me Do"])), pdf);
    }
}
