//! Fits a workbook to the limits of Excel; every loss is reported.

use super::sheets::{Block, Body, Sheet, Workbook, problem_table};
use super::text::marked;
use crate::base::{grouped, safe};
use crate::model::{Place, Problem, ProblemCode};
use crate::view::{Cell, Table};

/// The limits of a spreadsheet program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Rows of a sheet, that of the titles among them.
    pub(super) rows: usize,
    /// Characters of a cell, counted as UTF-16 does.
    pub(super) characters: usize,
}

/// Excel specifications and limits, Microsoft: rows of a worksheet, characters that a cell can contain.
pub(super) const EXCEL: Limits = Limits { rows: 1_048_576, characters: 32_767 };

/// Characters of the name of a sheet (the same source).
const NAME: usize = 31;

/// Fits a workbook to the limits: a table that is too long continues on another sheet, a text that is too long is cut
/// and reported, characters that a workbook cannot contain are removed, and problems become the last sheet.
pub(super) fn fitted(mut workbook: Workbook, limits: Limits) -> Workbook {
    let sheets = std::mem::take(&mut workbook.sheets).into_iter();
    let mut sheets: Vec<Sheet> = sheets.flat_map(|sheet| parts(sheet, limits.rows)).collect();
    for sheet in &mut sheets {
        cut_sheet(sheet, limits.characters, &mut workbook.problems);
    }
    if !workbook.problems.is_empty() {
        let body = Body::Rows(problem_table(&workbook.problems));
        let last = parts(Sheet { name: "Problems".to_owned(), body }, limits.rows);
        // A cut in a problem is reported in its cell.
        sheets.extend(last.into_iter().map(|mut sheet| {
            cut_sheet(&mut sheet, limits.characters, &mut Vec::new());
            sheet
        }));
    }
    workbook.sheets = sheets;
    workbook
}

/// Splits a sheet into as many as its rows need: NAME, NAME (2) ...
fn parts(sheet: Sheet, limit: usize) -> Vec<Sheet> {
    let Sheet { name, body } = sheet;
    let Body::Rows(table) = body else { return vec![Sheet { name, body }] };
    let size = limit.saturating_sub(1).max(1);
    let Table { columns, rows, .. } = table;
    let mut rows = rows.into_iter();
    let mut sheets = Vec::new();
    while sheets.is_empty() || !rows.as_slice().is_empty() {
        let rows = rows.by_ref().take(size).collect();
        let table = Table { columns: columns.clone(), rows, ..Table::default() };
        let body = Body::Rows(table);
        sheets.push(Sheet { name: numbered(&name, sheets.len() + 1), body });
    }
    sheets
}

fn numbered(name: &str, number: usize) -> String {
    let number = if number == 1 { String::new() } else { format!(" ({number})") };
    let name: String = name.chars().take(NAME - number.len()).collect();
    name + &number
}

fn cut_sheet(sheet: &mut Sheet, limit: usize, problems: &mut Vec<Problem>) {
    let name = &sheet.name;
    match &mut sheet.body {
        Body::Rows(table) => cut_table(table, limit, &mut |row, column, size| {
            // The titles are in the row above.
            problems.push(problem(Place::cell("", name, row as u32 + 1, column as u32), size));
        }),
        Body::Page(blocks) => {
            let place = Place { sheet: Some(name.clone()), ..Place::default() };
            for block in blocks {
                cut_block(block, limit, &mut |size| problems.push(problem(place.clone(), size)));
            }
        }
    }
}

fn problem(place: Place, size: usize) -> Problem {
    let fact = format!("a text of {} characters was truncated", grouped(size as u64));
    Problem::new(ProblemCode::CellCut, place, fact).hint("use csv or json for the complete text")
}

fn cut_block(block: &mut Block, limit: usize, say: &mut dyn FnMut(usize)) {
    match block {
        Block::Heading(text) | Block::Text(text) => cut_text(text, limit).into_iter().for_each(say),
        Block::Table(table) => cut_table(table, limit, &mut |_, _, size| say(size)),
    }
}

fn cut_table(table: &mut Table, limit: usize, say: &mut dyn FnMut(usize, usize, usize)) {
    for (at, row) in table.rows.iter_mut().enumerate() {
        for (column, cell) in row.iter_mut().enumerate() {
            cut_cell(cell, limit).into_iter().for_each(|size| say(at, column, size));
        }
    }
}

/// Cuts a cell; returns how long its text was, if it was too long. Marked words lose their marks then.
fn cut_cell(cell: &mut Cell, limit: usize) -> Option<usize> {
    match cell {
        Cell::Text(text) | Cell::Code(text) => cut_text(text, limit),
        Cell::Words(words) => {
            words.iter_mut().for_each(|word| clean(&mut word.text));
            let mut text: String = words.iter().map(|word| word.text.as_str()).collect();
            if words.len() > 1 && text.len() + words.len() * RUN > limit {
                // As in plain text, so that what changed is still marked.
                text = words.iter().map(marked).collect();
                let size = cut_text(&mut text, limit);
                *cell = Cell::Text(text);
                return size;
            }
            let size = cut_text(&mut text, limit)?;
            *cell = Cell::Text(text);
            Some(size)
        }
        _ => None,
    }
}

/// The room that the look of a run of words takes in a cell, in characters.
const RUN: usize = 240;

fn cut_text(text: &mut String, limit: usize) -> Option<usize> {
    clean(text);
    // A text in UTF-16 has no more characters than it has bytes in UTF-8.
    let size = if text.len() <= limit { 0 } else { text.encode_utf16().count() };
    if size <= limit {
        return None;
    }
    let mark = format!(" [cut: {} characters in all]", grouped(size as u64));
    let mut left = limit.saturating_sub(mark.len());
    let kept = text.chars().take_while(|char| {
        let fits = char.len_utf16() <= left;
        left = left.saturating_sub(char.len_utf16());
        fits
    });
    *text = kept.collect::<String>() + &mark;
    Some(size)
}

/// Makes characters visible that no workbook can contain or that are invisible; line ends stay.
fn clean(text: &mut String) {
    let is_plain = |char: char| {
        !char.is_control()
            && !matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    if text.chars().all(is_plain) {
        return;
    }
    let lines: Vec<String> = text.replace("\r\n", "\n").split('\n').map(safe).collect();
    *text = lines.join("\n").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::words;

    const SMALL: Limits = Limits { rows: 4, characters: 60 };

    fn workbook(cells: Vec<Cell>) -> Workbook {
        let mut table = Table::new(&["code"]);
        cells.into_iter().for_each(|cell| table.row(vec![cell]));
        fitted(
            Workbook {
                sheets: vec![Sheet { name: "Rows".to_owned(), body: Body::Rows(table) }],
                ..Workbook::default()
            },
            SMALL,
        )
    }

    fn rows(sheet: &Sheet) -> Vec<Cell> {
        let Body::Rows(table) = &sheet.body else { return Vec::new() };
        table.rows.iter().flatten().cloned().collect()
    }

    #[test]
    fn a_table_that_is_too_long_goes_on_on_the_next_sheet() {
        let cells: Vec<Cell> = (0..7).map(Cell::Count).collect();
        let workbook = workbook(cells.clone());
        let names: Vec<&str> = workbook.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["Rows", "Rows (2)", "Rows (3)"]);
        assert_eq!(workbook.sheets.iter().flat_map(rows).collect::<Vec<_>>(), cells);
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_and_stated_to_be() {
        for long in [Cell::Text("é".repeat(70)), Cell::Words(words("", &"é".repeat(70)))] {
            let workbook = workbook(vec![Cell::Count(1), long]);
            let Cell::Text(text) = &rows(&workbook.sheets[0])[1] else { panic!("it is a text") };
            assert_eq!(text.encode_utf16().count(), 60);
            assert!(text.ends_with("é [cut: 70 characters in all]"), "{text}");
            assert_eq!(workbook.sheets[1].name, "Problems");
            assert_eq!(workbook.problems[0].place.cell.as_deref(), Some("A3"));
        }
    }

    #[test]
    fn a_text_that_just_fits_stays() {
        let cell = Cell::Text("\u{1f48a}".repeat(30));
        assert_eq!(rows(&workbook(vec![cell.clone()]).sheets[0]), [cell]);
        let longer = Cell::Text("\u{1f48a}".repeat(31));
        assert_ne!(rows(&workbook(vec![longer.clone()]).sheets[0]), [longer]);
    }

    #[test]
    fn a_name_that_goes_on_keeps_to_the_limit() {
        assert_eq!(numbered(&"n".repeat(40), 12), "n".repeat(26) + " (12)");
    }

    #[test]
    fn what_a_workbook_cannot_hold_is_shown() {
        let mut text = "a\u{1b}[31m\r\nb\u{ffff}".to_owned();
        clean(&mut text);
        assert_eq!(text, "a\\u{1b}[31m\nb\u{fffd}");
    }
}
