//! What draws a page: its operators, and the state that they change.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Error, Object, ObjectId, Stream};

use super::STREAM;
use super::font::{Font, Widths};
use super::shown::{Lines, Matrix, Pen};

/// Maximum nesting of forms, and of saved states.
const DEEPEST: usize = 16;

/// Upper bound on the rules of a page; a page with more is a drawing.
const MOST_RULES: usize = 10_000;

/// Maximum height of a filled rectangle that underlines text, in points.
const RULE: f64 = 2.0;

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
pub(super) type Fonts<'d> = BTreeMap<*const Dictionary, Rc<Font<'d>>>;

pub(super) struct Walk<'w, 'd> {
    pub(super) document: &'d Document,
    pub(super) fonts: &'w mut Fonts<'d>,
    /// Bytes of content that may still be unpacked.
    pub(super) left: &'w mut usize,
    /// Operators that may still be run: many pages may share one long stream.
    pub(super) operators: &'w mut usize,
    pub(super) lines: Lines,
    /// Thin rectangles of the path that is not painted yet.
    pub(super) rules: Vec<(f64, f64, f64)>,
}

impl<'d> Walk<'_, 'd> {
    /// Collects the text of a page.
    pub(super) fn page(&mut self, page: ObjectId) -> Result<(), Error> {
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
            *self.operators = self.operators.checked_sub(1).ok_or(Error::RecursionLimit)?;
            match operation.operator.as_str() {
                "q" if kept.len() < DEEPEST * DEEPEST => kept.push(state.clone()),
                "Q" => state = kept.pop().unwrap_or(state),
                "cm" => state.page = matrix(&operation).then(state.page),
                "re" => self.rectangle(&operation, state.page),
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => self.lines.rules.append(&mut self.rules),
                "n" | "S" | "s" => self.rules.clear(),
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

    /// Keeps a rectangle that may underline text.
    fn rectangle(&mut self, operation: &Operation, page: Matrix) {
        let [x, y, width, height] = [0, 1, 2, 3].map(|at| float(operation, at));
        let (from, to) = (page.apply(x, y), page.apply(x + width, y + height));
        if (to.1 - from.1).abs() <= RULE && self.rules.len() < MOST_RULES {
            self.rules.push((from.0.min(to.0), from.0.max(to.0), from.1.min(to.1)));
        }
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
                let pen = Pen {
                    matrix: state.text.then(state.page),
                    size: state.size,
                    is_guess,
                    style: font.style,
                };
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
