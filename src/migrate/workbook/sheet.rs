//! The XML of a sheet: the positions of its rows, and the checks before a row is added after them.

use std::collections::BTreeSet;

use super::area::Area;
use super::cells::{Cell, RowAt, cells};
use super::markup::{Mark, Tag, attribute, each_tag};
use crate::base::a1::{MOST_ROWS, cell};
use crate::migrate::refusal::Refusal;

/// Upper limit of the serial numbers of days: the last day of 9999.
pub(super) const LAST_SERIAL: f64 = 2_958_466.0;

/// Maximum number of number styles that are checked for dates.
const MOST_STYLES: usize = 4_096;

/// A reference, and the bytes of it.
pub(super) type AreaAt = ((usize, usize), Area);

/// A sheet as it was.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) xml: String,
    pub(super) rows: Vec<RowAt>,
    pub(super) dimension: Option<AreaAt>,
    pub(super) filter: Option<AreaAt>,
    pub(super) merged: Vec<Area>,
    /// Columns and styles of numbers that may be days.
    pub(super) numbers: BTreeSet<(u32, Option<String>)>,
    /// The cell that is being read: column, style, whether it is a number, where its value begins.
    open: Option<(u32, Option<String>, bool, usize)>,
    column: u32,
    is_in_data: bool,
    is_odd: bool,
}

impl Sheet {
    /// Reads the XML of a sheet.
    pub(super) fn read(xml: String) -> Result<Self, Refusal> {
        let mut sheet = Self::default();
        each_tag(&xml, &mut |tag| sheet.take(&xml, tag))?;
        if sheet.is_odd || !sheet.rows.is_sorted_by(|a, b| a.number < b.number) {
            return Err(Refusal::RowNumbers);
        }
        sheet.xml = xml;
        Ok(sheet)
    }

    fn take(&mut self, xml: &str, tag: &Tag<'_>) {
        let text = &xml[tag.span.0..tag.span.1];
        let area = |name| {
            let found = attribute(text, name)?;
            let at = tag.span.0 + found.at;
            Some(((at, at + found.value.len()), Area::read(found.value)?))
        };
        let is_end = tag.mark == Mark::End;
        match tag.name {
            "sheetData" if tag.depth == 1 => self.is_in_data = tag.mark == Mark::Begin,
            "row" if self.is_in_data && tag.depth == 2 => self.row(text, tag),
            "c" if self.is_in_data && tag.depth == 3 && !is_end => self.cell(text),
            "v" | "is" | "f" if self.is_in_data && tag.depth == 4 => self.content(xml, tag),
            "dimension" if tag.depth == 1 && !is_end => self.dimension = area("ref"),
            "autoFilter" if tag.depth == 1 && !is_end => self.filter = area("ref"),
            "mergeCell" if tag.depth == 2 && !is_end => match area("ref") {
                Some((_, area)) => self.merged.push(area),
                None => self.is_odd = true,
            },
            _ => {}
        }
    }

    fn row(&mut self, text: &str, tag: &Tag<'_>) {
        if tag.mark == Mark::End {
            if let Some(row) = self.rows.last_mut() {
                row.span.1 = tag.span.1;
            }
            return;
        }
        let last = self.rows.last().map_or(0, |row| row.number);
        let number = match attribute(text, "r") {
            Some(number) => number.value.parse().unwrap_or(0),
            None => last.saturating_add(1),
        };
        self.is_odd |= !(1..=MOST_ROWS).contains(&number);
        self.column = 0;
        self.rows.push(RowAt { number, span: tag.span, holds: false });
    }

    fn cell(&mut self, text: &str) {
        let column =
            attribute(text, "r").and_then(|at| cell(at.value)).map_or(self.column, |(_, column)| column);
        self.column = column + 1;
        let is_number = attribute(text, "t").is_none_or(|kind| kind.value == "n");
        self.open = Some((column, attribute(text, "s").map(|style| style.value.to_owned()), is_number, 0));
    }

    fn content(&mut self, xml: &str, tag: &Tag<'_>) {
        if let Some(row) = self.rows.last_mut() {
            row.holds = true;
        }
        let Some((column, style, true, start)) = &mut self.open else { return };
        if tag.name == "v" && tag.mark == Mark::Begin {
            *start = tag.span.1;
        } else if tag.name == "v" && tag.mark == Mark::End {
            let number = xml.get(*start..tag.span.0).and_then(|text| text.trim().parse::<f64>().ok());
            let may_be = number.is_some_and(|number| (1.0..LAST_SERIAL).contains(&number));
            if may_be && self.numbers.len() < MOST_STYLES {
                self.numbers.insert((*column, style.clone()));
            }
        }
    }

    /// Returns a row by its number.
    pub(super) fn row_at(&self, number: u32) -> Option<RowAt> {
        let found = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(found).copied()
    }

    /// Returns the last row with content.
    pub(super) fn last(&self) -> Option<RowAt> {
        self.rows.iter().rfind(|row| row.holds).copied()
    }

    /// Returns the cells of a row.
    pub(super) fn cells(&self, row: RowAt) -> Result<Vec<Cell<'_>>, Refusal> {
        cells(&self.xml, row)
    }

    /// Returns the tag with which a row begins.
    pub(super) fn row_tag(&self, row: RowAt) -> &str {
        let text = &self.xml[row.span.0..row.span.1];
        text.find('>').map_or(text, |end| &text[..=end])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{after, strings::Strings};
    use super::*;

    #[test]
    fn rows_and_their_surroundings_are_found() {
        let xml = r#"<worksheet><dimension ref="A1:B9"/><sheetData><row r="2"><c r="B2" s="3"><v>45000</v></c></row><row><c t="s"><v>0</v></c></row><row r="9"/></sheetData>
            <autoFilter ref="A1:B3"/><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><extLst><row r="1"/></extLst></worksheet>"#;
        let sheet = Sheet::read(xml.to_owned()).unwrap();
        let rows: Vec<_> = sheet.rows.iter().map(|row| (row.number, row.holds)).collect();
        assert_eq!(rows, [(2, true), (3, true), (9, false)]);
        assert_eq!(sheet.last(), sheet.row_at(3));
        assert_eq!(sheet.numbers, BTreeSet::from([(1, Some("3".to_owned()))]));
        let ((start, end), _) = sheet.filter.unwrap();
        assert_eq!(&xml[start..end], "A1:B3");
        assert_eq!(sheet.merged.len(), 1);
        for damaged in [
            r#"<w><sheetData><row r="2"/><row r="2"/></sheetData></w>"#,
            r#"<w><sheetData><row r="x"/></sheetData></w>"#,
            "<w>",
        ] {
            assert!(Sheet::read(damaged.to_owned()).is_err(), "{damaged}");
        }
    }

    #[test]
    fn a_damaged_sheet_does_no_harm() {
        let xml = r#"<x:worksheet><x:dimension ref="A1"/><x:sheetData><x:row r="1" spans="1:2"><x:c r="A1" s="3" t="s"><x:v>0</x:v></x:c>
            <x:c t='inlineStr'><x:is><x:r><x:t>é &lt;</x:t></x:r></x:is></x:c><x:c><x:f>1</x:f><x:v>1</x:v></x:c></x:row><x:row r="2"/></x:sheetData></x:worksheet>"#;
        let strings = Strings::read("<sst><si><t>a</t></si></sst>".to_owned()).unwrap();
        let bear = |xml: String| {
            let Ok(sheet) = Sheet::read(xml) else { return };
            for row in &sheet.rows {
                let cells = sheet.cells(*row).unwrap_or_default();
                cells.iter().for_each(|cell| drop((cell.value(&strings), cell.style(), cell.in_row(7))));
                let last = after::last(&sheet, &[], &strings, *row, 0);
                let _ = last.and_then(|last| after::copied(&sheet, *row, &cells, &BTreeMap::new(), last));
            }
        };
        for (at, _) in xml.char_indices() {
            bear(xml[..at].to_owned());
            for other in ["", "<", ">", "\"", "/", "9", "é", " ", "4294967295", "</x:v>", "<x:t>"] {
                bear(format!("{}{other}{}", &xml[..at], &xml[at..]));
                let after = xml[at..].chars().next().map_or(at, |char| at + char.len_utf8());
                bear(format!("{}{other}{}", &xml[..at], &xml[after..]));
            }
        }
    }
}
