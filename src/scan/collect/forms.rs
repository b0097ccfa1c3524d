//! Rows of forms: each question with its choices, and each list of choices, is a field of its own.

use super::{CellRef, Collector, What};
use crate::fields::code_id::CodeId;
use crate::fields::forms::{self, FormColumn};
use crate::read::{Cell, FieldId, FieldName, ListKind, Origin, Reading, Row};

/// Maximum characters of the name of a question; a longer one is cut.
const LONGEST_NAME: usize = 64;

/// Maximum bytes of a label; a longer one does not identify the set.
const LONGEST_LABEL: usize = 256;

impl Collector<'_, '_> {
    /// Takes a row, with the codes that its cells are.
    pub(super) fn row(&mut self, text: &[u8], row: &Row<'_>, codes: &[Option<CodeId>]) {
        if self.has_forms {
            self.form_row(text, row, codes);
        } else {
            self.plain_row(text, row, codes);
        }
    }

    /// Takes a row that may be one of a form.
    fn form_row(&mut self, text: &[u8], row: &Row<'_>, codes: &[Option<CodeId>]) {
        let find =
            |wanted: FormColumn| row.cells.iter().position(|cell| self.form_of(cell.field) == Some(wanted));
        let (choices, list, value) =
            (find(FormColumn::Choices), find(FormColumn::ListName), find(FormColumn::Value));
        let label = find(FormColumn::Label);
        if let Some(at) = choices.filter(|at| !row.cells[*at].text.is_empty()) {
            let variable = row.cells.first().map(Cell::decoded).unwrap_or_default();
            let label = label.map(|at| row.cells[at].decoded()).filter(|label| label.len() <= LONGEST_LABEL);
            let variable: String = variable.chars().take(LONGEST_NAME).collect();
            let words = format!("{variable} {}", label.unwrap_or_default());
            let path = format!("choices of `{variable}`");
            let origin = Origin::list(ListKind::Choices, &variable);
            let field =
                self.field(FieldName { path: &path, words: words.trim(), reading: Reading::Value, origin });
            let cells: Vec<Cell<'_>> = row
                .cells
                .iter()
                .enumerate()
                .map(|(own, cell)| if own == at { Cell { field, ..*cell } } else { *cell })
                .collect();
            let whole = Row { cells: &cells, ..*row };
            let cell = &cells[at];
            for [value, label] in forms::choices(cell.text) {
                let word = forms::first_word(cell.text, label);
                let code = |span: (usize, usize)| self.code(&cell.text[span.0..span.1]);
                let is_number = cell.text[value.0..value.1].iter().all(u8::is_ascii_digit);
                let (span, code) = match (code(value), code(word)) {
                    (Some(code), _) => (value, Some(code)),
                    (None, Some(code)) => (word, Some(code)),
                    (None, None) => (if is_number { word } else { value }, None),
                };
                self.take_choice(text, &whole, cell, span, code);
            }
            let rest: Vec<(Cell<'_>, Option<CodeId>)> = row
                .cells
                .iter()
                .copied()
                .zip(codes.iter().copied())
                .enumerate()
                .filter(|(own, _)| *own != at)
                .map(|(_, cell)| cell)
                .collect();
            let (cells, codes): (Vec<Cell<'_>>, Vec<Option<CodeId>>) = rest.into_iter().unzip();
            return self.plain_row(text, &Row { cells: &cells, ..*row }, &codes);
        }
        let (Some(list), Some(value)) = (list, value) else { return self.plain_row(text, row, codes) };
        let name: String = row.cells[list].decoded().chars().take(LONGEST_NAME).collect();
        let path = format!("choices of `{name}`");
        let origin = Origin::list(ListKind::Choices, &name);
        let field = self.field(FieldName { path: &path, words: &name, reading: Reading::Value, origin });
        let mut cells = row.cells.to_vec();
        cells[value].field = field;
        self.plain_row(text, &Row { cells: &cells, ..*row }, codes);
    }

    /// Returns the role of a field in a form.
    fn form_of(&self, field: FieldId) -> Option<FormColumn> {
        self.names[field].form
    }

    /// Takes one of the choices of a cell: its span in the cell, and the code if it is one.
    fn take_choice(
        &mut self,
        text: &[u8],
        row: &Row<'_>,
        cell: &Cell<'_>,
        span: (usize, usize),
        code: Option<CodeId>,
    ) {
        let Some(field) = self.field_of(cell.field, None) else { return };
        self.fields[field].values += 1;
        self.fields[field].known += u64::from(code.is_some());
        let what = code.map_or(What::Unknown, What::Code);
        self.take_piece(CellRef { piece: text, row, cell, field, span }, what, Reading::Value);
    }

    /// Returns the code that a text spells.
    fn code(&self, text: &[u8]) -> Option<CodeId> {
        self.plan.codes.find(text)
    }
}
