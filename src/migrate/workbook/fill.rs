//! The content written into a cell, after a check that the cell contains what was read.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::cells::{Cell, CellValue, Content, prefix_of};
use super::markup::{name, prefix};
use super::sheet::Sheet;
use super::strings::Strings;
use crate::migrate::edits::{Edit, applied};
use crate::migrate::fill::CellEdit;
use crate::migrate::refusal::Refusal;
use crate::scan::{Role, Site};

/// A cell that is written.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    /// The number of its style.
    pub(super) style: Option<String>,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    Whole(Content),
    /// Text runs with the whitespace around them and their font properties.
    Parts {
        around: [String; 2],
        value: String,
        properties: String,
        edits: Vec<Edit>,
    },
}

impl Filled {
    /// Adds a cell to those written already. If one cell has two edits, the parts of both are written.
    pub(super) fn put<K: Ord>(cells: &mut BTreeMap<K, Self>, key: K, filled: Self) {
        match cells.get_mut(&key) {
            None => drop(cells.insert(key, filled)),
            Some(held) => {
                if let (Form::Parts { edits, .. }, Form::Parts { edits: others, .. }) =
                    (&mut held.form, filled.form)
                {
                    edits.extend(others);
                }
            }
        }
    }

    /// Returns the content to write.
    pub(super) fn content(&self) -> Content {
        match &self.form {
            Form::Whole(content) => content.clone(),
            Form::Parts { around: [before, after], value, properties, edits } => {
                let text = applied(value.as_bytes(), edits.clone());
                let text = format!("{before}{}{after}", String::from_utf8_lossy(&text));
                let text = if text.trim().is_empty() { String::new() } else { text };
                Content::Text(text, properties.clone())
            }
        }
    }
}

/// A row that is filled.
pub(super) struct Filling<'p, 'x> {
    pub(super) sheet: &'p Sheet,
    pub(super) strings: &'p Strings,
    pub(super) is_1904: bool,
    pub(super) site: &'p Site,
    pub(super) cells: &'p [Cell<'x>],
}

impl Filling<'_, '_> {
    /// Returns the contents for the cells of the row, by their columns.
    pub(super) fn all<'f, 's: 'f>(
        &self,
        fills: impl Iterator<Item = &'f CellEdit<'s>>,
    ) -> Result<BTreeMap<u32, Filled>, Refusal> {
        let mut filled = BTreeMap::new();
        for fill in fills {
            Filled::put(&mut filled, fill.cell.column, self.one(fill)?);
        }
        Ok(filled)
    }

    fn one(&self, fill: &CellEdit<'_>) -> Result<Filled, Refusal> {
        let (cell, style) = self.cell(fill.cell.column);
        let value = cell.map_or(Ok(CellValue::Blank), |cell| cell.value(self.strings))?;
        let expected = fill.cell.text.as_str();
        let date = if let CellValue::Number(number) = value { self.date(number, expected) } else { None };
        if let Some(day) =
            fill.day.filter(|_| date.is_some() || value == CellValue::Blank && expected.is_empty())
        {
            return Ok(self.day(fill, day, style, date.is_some()));
        }
        let is_number = matches!(value, CellValue::Number(_));
        let (text, properties) = match value {
            CellValue::Blank => (String::new(), String::new()),
            CellValue::Number(number) => (number.to_string(), String::new()),
            CellValue::Text(text, properties) => (text, properties),
        };
        if text.trim() != expected.trim() {
            return Err(Refusal::OtherValue);
        }
        let written = String::from_utf8_lossy(&fill.edit.text);
        if fill.day.is_some() && is_number && is_digits(&written) {
            return Ok(Filled { style, form: Form::Whole(Content::Number(written.into_owned())) });
        }
        self.bears(&properties)?;
        let start = text.len() - text.trim_start().len();
        let end = start + text.trim().len();
        let around = [text[..start].to_owned(), text[end..].to_owned()];
        let form =
            Form::Parts { around, value: text.trim().to_owned(), properties, edits: vec![fill.edit.clone()] };
        Ok(Filled { style, form })
    }

    fn cell(&self, column: u32) -> (Option<&Cell<'_>>, Option<String>) {
        let cell = self.cells.iter().find(|cell| cell.column == column);
        (cell, cell.and_then(Cell::style).map(str::to_owned))
    }

    /// Checks whether font properties from the shared strings mean the same in the sheet.
    fn bears(&self, properties: &str) -> Result<(), Refusal> {
        let row = self.sheet.row_at(self.site.row.number).map_or("", |row| self.sheet.row_tag(row));
        let is_same = properties.is_empty() || prefix(name(properties)) == prefix_of(row);
        is_same.then_some(()).ok_or(Refusal::OwnProperties)
    }

    /// Returns the date that a number represents, if it is the date that was read.
    fn date(&self, number: f64, expected: &str) -> Option<Date> {
        let day: Date = expected.parse().ok()?;
        (serial(day, self.is_1904)? == number.floor() as i64).then_some(day)
    }

    /// Fills a date into a cell that is blank or contains one: as a number where dates are numbers in its column or
    /// next to it.
    fn day(&self, fill: &CellEdit<'_>, day: Date, style: Option<String>, is_date: bool) -> Filled {
        let text = String::from_utf8_lossy(&fill.edit.text).into_owned();
        let form = Form::Whole;
        let column = fill.cell.column;
        let others =
            self.site.row.cells.iter().filter(|cell| matches!(cell.role, Role::FirstDay | Role::LastDay));
        let mut nearby = others.filter(|cell| cell.column != column).filter_map(|nearby| {
            let (cell, style) = self.cell(nearby.column);
            let Ok(CellValue::Number(number)) = cell?.value(self.strings) else { return None };
            Some((self.date(number, &nearby.text).is_some(), style))
        });
        let Some(number) = serial(day, self.is_1904).filter(|_| text.contains('-')) else {
            // Eight digits are written as a number where the cells near it are numbers.
            let content = match is_digits(&text) && nearby.next().is_some() {
                true => Content::Number(text),
                false => Content::Text(text, String::new()),
            };
            return Filled { style, form: form(content) };
        };
        let number = |style| Filled { style, form: form(Content::Number(number.to_string())) };
        if is_date || self.sheet.numbers.contains(&(column, style.clone())) {
            return number(style);
        }
        // The other day of the row, or else any of the column.
        let nearby = nearby.find(|(is_date, _)| *is_date).map(|(_, style)| style);
        let below = || {
            let mut own = self.sheet.numbers.range((column, None)..);
            own.next().filter(|(at, _)| *at == column).map(|(_, style)| style.clone())
        };
        match nearby.or_else(below) {
            Some(dated) => number(dated),
            None => Filled { style, form: form(Content::Text(text, String::new())) },
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the serial number of a day. There 1900 is a leap year, so days before March of it are not written.
fn serial(day: Date, is_1904: bool) -> Option<i64> {
    let (first, first_number) =
        if is_1904 { (Date::constant(1904, 1, 1), 0) } else { (Date::constant(1900, 3, 1), 61) };
    let days = i64::from((day - first).get_days());
    (days >= 0).then_some(days + first_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_the_numbers_of_spreadsheets() {
        let day = Date::constant(2025, 9, 30);
        assert_eq!((serial(day, false), serial(day, true)), (Some(45_930), Some(44_468)));
        assert_eq!(serial(Date::constant(9999, 12, 31), false), Some(2_958_465));
        assert_eq!(serial(Date::constant(1900, 2, 28), false), None);
    }
}
