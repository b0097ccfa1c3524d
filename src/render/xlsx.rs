//! Workbooks as xlsx. Codes are texts, also where they look like numbers or formulas; no cell is a formula.

use std::io::{self, Write};

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError,
    Workbook as Book, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::people;
use super::sheets::{Block, Body, Sheet, Workbook};
use crate::base::safe;
use crate::diff::{Word, WordSide};
use crate::view::{Cell, FillIn, HIDDEN, Head, Table, Tone};

/// Maximum width of a column, in characters: longer text is wrapped.
const WIDEST: usize = 46;

/// Height of a line of a cell, in points.
const LINE: f64 = 15.0;

/// Maximum number of lines that a row shows, so that a sheet stays easy to scan.
const MOST_LINES: usize = 12;

/// The same on a page of small tables, where the last column explains the others.
const PAGE_WIDEST: usize = 76;

/// Minimum width of a column.
const NARROWEST: usize = 7;

/// Room for the button of the filter, and for letters that are wider than a digit.
const ROOM: usize = 3;

/// Maximum length of a line of prose.
const PROSE: usize = 130;

/// Maximum length of the title in the footer: a footer may have 255 characters, and the page number needs some.
const FOOTER: usize = 200;

/// Colors of words and kinds: deleted, new, changed.
const GONE: Color = Color::RGB(0x00B0_2418);
const CAME: Color = Color::RGB(0x0010_7C41);
const CHANGED: Color = Color::RGB(0x009C_5700);

/// The ground of every other code.
const BAND: Color = Color::RGB(0x00F2_F5F8);

type Result<T = ()> = std::result::Result<T, XlsxError>;

/// Writes a workbook.
pub(super) fn write(workbook: &Workbook, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&bytes(workbook).map_err(io::Error::other)?)
}

fn bytes(workbook: &Workbook) -> Result<Vec<u8>> {
    let mut book = Book::new();
    book.set_properties(&properties(workbook)?);
    let looks = [Looks::new(), Looks::new().banded()];
    for sheet in &workbook.sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?.set_landscape().set_print_fit_to_pages(1, 0);
        page.set_footer(footer(&workbook.title));
        fill(page, &workbook.title, sheet, &looks)?;
    }
    book.save_to_buffer().map(as_on_unix)
}

/// Returns a zip archive whose members all name Unix as the system that made them, so that a workbook has the same bytes on
/// Windows. Layout: APPNOTE.TXT 4.3.12 and 4.3.16, by the publisher of the format; without a comment at the end.
fn as_on_unix(mut archive: Vec<u8>) -> Vec<u8> {
    const END: usize = 22;
    const MEMBER: usize = 46;
    const UNIX: u8 = 3;
    let number = |archive: &[u8], at: usize, bytes: usize| {
        archive
            .get(at..at + bytes)
            .map(|bytes| bytes.iter().rfold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let Some(end) = archive.len().checked_sub(END) else { return archive };
    let Some(mut at) = number(&archive, end + 16, 4) else { return archive };
    while archive.get(at..at + 4) == Some(b"PK\x01\x02") {
        let Some(lengths) =
            [28, 30, 32].iter().map(|field| number(&archive, at + field, 2)).sum::<Option<usize>>()
        else {
            return archive;
        };
        archive[at + 5] = UNIX;
        at += MEMBER + lengths;
    }
    archive
}

/// Returns the properties of the file. Its date is a fixed one.
fn properties(workbook: &Workbook) -> Result<DocProperties> {
    let day = match workbook.day {
        Some(day) => ExcelDateTime::from_ymd(day.year().unsigned_abs(), day.month() as u8, day.day() as u8)?,
        None => ExcelDateTime::from_ymd(2000, 1, 1)?,
    };
    Ok(DocProperties::new()
        .set_title(safe(&workbook.title))
        .set_author(concat!("codeset ", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(&day))
}

/// Returns the footer: the releases on the left, the number of the page on the right. `&` begins a command there.
fn footer(title: &str) -> String {
    let title: String = safe(title).chars().take(FOOTER / 2).collect();
    format!("&L{}&R&P / &N", title.replace('&', "&&"))
}

fn fill(page: &mut Worksheet, title: &str, sheet: &Sheet, looks: &[Looks; 2]) -> Result {
    match &sheet.body {
        Body::Page(blocks) => fill_page(page, title, blocks, &looks[0]),
        Body::Rows(table) => fill_rows(page, table, looks),
    }
}

/// Writes one table: its titles stay visible and are on every printed page.
fn fill_rows(page: &mut Worksheet, table: &Table, [looks, banded]: &[Looks; 2]) -> Result {
    let (last_row, last_column) = (table.rows.len() as u32, (table.columns.len() - 1) as u16);
    let widths: Vec<usize> =
        table.columns.iter().enumerate().map(|(at, column)| width(table, at, column).min(WIDEST)).collect();
    for (at, column) in table.columns.iter().enumerate() {
        let look = match column.fill_in {
            Some(_) => &looks.title_to_fill,
            None if column.is_number => &looks.title_of_numbers,
            None => &looks.title,
        };
        page.write_string_with_format(0, at as u16, column.title.as_ref(), look)?;
        page.set_column_width(at as u16, widths[at] as f64)?;
    }
    for ((row, cells), is_banded) in (1..).zip(&table.rows).zip(bands(table)) {
        set_height(page, row, cells, &widths)?;
        let looks = if is_banded { banded } else { looks };
        for ((at, cell), column) in (0..).zip(cells).zip(&table.columns) {
            match (column.fill_in, cell) {
                (None, Cell::Empty) if is_banded => {
                    page.write_blank(row, at, &looks.short)?;
                }
                (None, cell) => write_cell(page, row, at, cell, looks)?,
                (Some(_), Cell::Empty) => {
                    page.write_blank(row, at, &looks.to_fill)?;
                }
                (Some(_), cell) => {
                    page.write_string_with_format(row, at, people::text(cell), &looks.to_fill)?;
                }
            }
        }
    }
    for (at, column) in (0..).zip(&table.columns) {
        if let Some(fill_in) = &column.fill_in {
            page.add_data_validation(1, at, last_row, at, &validation(&column.title, fill_in)?)?;
        }
    }
    page.autofilter(0, 0, last_row, last_column)?;
    page.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    page.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
    Ok(())
}

/// Returns whether each row has a shaded ground: every other code, where some code has several rows.
fn bands(table: &Table) -> Vec<bool> {
    let is_code = |at: &usize| table.rows.iter().any(|row| matches!(row[*at], Cell::Code(_)));
    let Some(at) = (0..table.columns.len()).find(is_code) else { return vec![false; table.rows.len()] };
    let mut is_banded = false;
    let mut bands = vec![false];
    bands.extend(table.rows.windows(2).map(|pair| {
        is_banded ^= pair[0][at] != pair[1][at];
        is_banded
    }));
    let repeats = table.rows.windows(2).any(|pair| pair[0][at] == pair[1][at]);
    bands.into_iter().map(|is_banded| is_banded && repeats).collect()
}

/// Sets the height of a row for its wrapped texts: not every program does so by itself.
fn set_height(page: &mut Worksheet, row: u32, cells: &[Cell], widths: &[usize]) -> Result {
    let of = |(cell, width): (&Cell, &usize)| match cell {
        Cell::Text(text) | Cell::Code(text) => {
            text.split('\n').map(|line| lines_of(line.width(), *width)).sum()
        }
        Cell::Words(_) => lines_of(cell_width(cell), *width),
        _ => 1,
    };
    let lines: usize = cells.iter().zip(widths).map(of).max().unwrap_or(1);
    if lines > 1 {
        page.set_row_height(row, LINE * lines.min(MOST_LINES) as f64)?;
    }
    Ok(())
}

/// Estimates the number of lines of a text in a column. Words are not split, so lines are not completely filled.
fn lines_of(text: usize, column: usize) -> usize {
    if text < column { 1 } else { (text + text / 10).div_ceil(column) }
}

/// Returns the allowed values of a column, and the message shown next to the cell.
fn validation(title: &str, column: &FillIn) -> Result<DataValidation> {
    let validation = DataValidation::new().set_input_title(title)?.set_input_message(column.meaning)?;
    if column.words.is_empty() {
        return Ok(validation.allow_any_value());
    }
    let message = format!("One of: {}; or nothing.", column.words.join(", "));
    validation.set_error_message(message)?.allow_list_strings(column.words)
}

/// Returns the width of a column of a table.
fn width(table: &Table, at: usize, column: &Head) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(at));
    let widest = cells.map(cell_width).max().unwrap_or(0).max(column.title.width());
    widest.max(NARROWEST) + ROOM
}

/// Returns the width of a cell.
fn cell_width(cell: &Cell) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Code(text) => {
            text.split('\n').map(UnicodeWidthStr::width).max().unwrap_or(0)
        }
        Cell::Count(count) => count.to_string().len() * 4 / 3,
        Cell::Change(change) => change.to_string().len() * 4 / 3 + 1,
        Cell::Amount(amount) => amount.to_string().len() * 4 / 3 + 1,
        Cell::Words(words) => words.iter().map(|word| word.text.width()).sum(),
        cell => people::text(cell).width(),
    }
}

/// Texts and small tables, one below the other, in columns as wide as the widest of the tables.
fn fill_page(page: &mut Worksheet, title: &str, blocks: &[Block], looks: &Looks) -> Result {
    page.write_string_with_format(0, 0, safe(title), &looks.name)?;
    let widths = page_widths(page, blocks)?;
    let mut row = 1;
    for block in blocks {
        row = match block {
            Block::Heading(text) => {
                page.write_string_with_format(row + 1, 0, text, &looks.heading)?;
                row + 2
            }
            Block::Text(text) => prose(page, row, text, looks)?,
            Block::Table(table) => small_table(page, row, table, &widths, looks)?,
        };
    }
    page.ignore_error_range(0, 0, row, last_column(blocks), IgnoreError::NumberStoredAsText)?;
    Ok(())
}

fn page_widths(page: &mut Worksheet, blocks: &[Block]) -> Result<Vec<usize>> {
    let mut widths: Vec<usize> = Vec::new();
    for table in tables(blocks) {
        widths.resize(widths.len().max(table.columns.len()), NARROWEST);
        for (at, column) in table.columns.iter().enumerate() {
            widths[at] = widths[at].max(width(table, at, column).min(PAGE_WIDEST));
        }
    }
    for (at, width) in widths.iter().enumerate() {
        page.set_column_width(at as u16, *width as f64)?;
    }
    Ok(widths)
}

fn tables(blocks: &[Block]) -> impl Iterator<Item = &Table> {
    blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// Returns the last column that the tables of a page reach.
fn last_column(blocks: &[Block]) -> u16 {
    tables(blocks).map(|table| table.columns.len()).max().unwrap_or(1).saturating_sub(1) as u16
}

/// Writes a table of a page; returns the row after it.
fn small_table(
    page: &mut Worksheet,
    row: u32,
    table: &Table,
    widths: &[usize],
    looks: &Looks,
) -> Result<u32> {
    for (at, column) in table.columns.iter().enumerate() {
        let look = if column.is_number { &looks.title_of_numbers } else { &looks.title };
        page.write_string_with_format(row, at as u16, column.title.as_ref(), look)?;
    }
    for (down, cells) in table.rows.iter().enumerate() {
        set_height(page, row + 1 + down as u32, cells, widths)?;
        for (at, cell) in cells.iter().enumerate() {
            write_cell(page, row + 1 + down as u32, at as u16, cell, looks)?;
        }
    }
    Ok(row + 1 + table.rows.len() as u32)
}

/// Writes a text in lines that run over the columns; returns the row after it.
fn prose(page: &mut Worksheet, row: u32, text: &str, looks: &Looks) -> Result<u32> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive([' ', '\n']) {
        let last = lines.len() - 1;
        if lines[last].ends_with('\n') || lines[last].width() + word.width() > PROSE {
            lines.push(word.to_owned());
        } else {
            lines[last].push_str(word);
        }
    }
    for (down, line) in lines.iter().enumerate() {
        page.write_string_with_format(row + down as u32, 0, line.trim_end(), &looks.line)?;
    }
    Ok(row + lines.len() as u32)
}

fn write_cell(page: &mut Worksheet, row: u32, column: u16, cell: &Cell, looks: &Looks) -> Result {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) => page.write_string_with_format(row, column, text, looks.text(text))?,
        Cell::Code(code) => page.write_string_with_format(row, column, code, &looks.code)?,
        Cell::Count(count) => page.write_number_with_format(row, column, *count as f64, &looks.count)?,
        Cell::Hidden => page.write_string_with_format(row, column, HIDDEN, &looks.short)?,
        Cell::Change(change) => page.write_number_with_format(row, column, *change as f64, &looks.change)?,
        Cell::Amount(amount) => return write_amount(page, row, column, &amount.to_string(), looks),
        Cell::Share(share) => page.write_number_with_format(row, column, *share, &looks.share)?,
        Cell::Day(day) => return write_day(page, row, column, *day, looks),
        Cell::Badge(word, tone) => {
            page.write_string_with_format(row, column, word.as_ref(), looks.tone(*tone))?
        }
        Cell::Words(words) => return write_words(page, row, column, words, looks),
        // Spread over columns before.
        cell @ (Cell::Entry(_) | Cell::Targets(_) | Cell::Shares(_) | Cell::Progress(..) | Cell::Link(_)) => {
            page.write_string_with_format(row, column, people::text(cell), &looks.short)?
        }
    };
    Ok(())
}

/// Writes a day as a date, or as a text where the calendar of workbooks does not reach.
fn write_day(page: &mut Worksheet, row: u32, column: u16, day: Date, looks: &Looks) -> Result {
    match ExcelDateTime::from_ymd(day.year().unsigned_abs(), day.month() as u8, day.day() as u8) {
        Ok(date) if day.year() > 0 => page.write_datetime_with_format(row, column, date, &looks.day)?,
        _ => page.write_string_with_format(row, column, day.to_string(), &looks.code)?,
    };
    Ok(())
}

/// Number of digits of a number that a workbook keeps exactly.
const EXACT_DIGITS: usize = 15;

/// Writes an amount as a number, or as a text where a number would round it.
fn write_amount(page: &mut Worksheet, row: u32, column: u16, amount: &str, looks: &Looks) -> Result {
    let digits = amount.bytes().filter(u8::is_ascii_digit).count();
    match amount.parse::<f64>() {
        Ok(number) if digits <= EXACT_DIGITS => {
            page.write_number_with_format(row, column, number, &looks.amount)?
        }
        _ => page.write_string_with_format(row, column, amount, &looks.code)?,
    };
    Ok(())
}

/// Writes marked words: deleted ones struck out, new ones bold. A cell of one run is marked as a whole.
fn write_words(page: &mut Worksheet, row: u32, column: u16, words: &[Word], looks: &Looks) -> Result {
    let runs: Vec<(&Format, &str)> = words
        .iter()
        .filter(|word| !word.text.is_empty())
        .map(|word| (looks.word(word.side), word.text.as_str()))
        .collect();
    match runs.as_slice() {
        [] => {}
        [(look, text)] => {
            page.write_string_with_format(row, column, *text, &looks.wrapped.merge(look))?;
        }
        _ => {
            page.write_rich_string_with_format(row, column, &runs, &looks.wrapped)?;
        }
    }
    Ok(())
}

/// The formats of cells.
struct Looks {
    name: Format,
    heading: Format,
    title: Format,
    title_of_numbers: Format,
    title_to_fill: Format,
    to_fill: Format,
    line: Format,
    short: Format,
    wrapped: Format,
    code: Format,
    count: Format,
    change: Format,
    amount: Format,
    share: Format,
    day: Format,
    kinds: [Format; 3],
    words: [Format; 3],
}

impl Looks {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let title = |fill: u32| {
            let line = top().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin);
            line.set_background_color(Color::RGB(fill))
        };
        // Numbers are aligned to the right, with an indent to separate them from the text next to them.
        let number = |form| top().set_align(FormatAlign::Right).set_indent(1).set_num_format(form);
        let faint = Color::RGB(0x00D9_D9D9);
        Self {
            name: Format::new().set_bold().set_font_size(14),
            heading: Format::new().set_bold().set_font_size(12),
            title: title(0x00DD_EBF7),
            title_of_numbers: title(0x00DD_EBF7).set_align(FormatAlign::Right).set_indent(1),
            title_to_fill: title(0x00FF_E699),
            // Text typed there stays text as well: 02700E6 is a code.
            to_fill: top()
                .set_num_format("@")
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00FF_F9E5))
                .set_border(FormatBorder::Thin)
                .set_border_color(faint),
            line: Format::new(),
            short: top(),
            wrapped: top().set_text_wrap(),
            code: top().set_num_format("@"),
            count: number("#,##0"),
            change: number("+#,##0;-#,##0;0"),
            amount: number("$#,##0.00"),
            share: number("0.0%"),
            day: top().set_align(FormatAlign::Left).set_num_format("mmm d, yyyy"),
            kinds: [GONE, CAME, CHANGED].map(|color| top().set_font_color(color)),
            words: [
                Format::new().set_font_color(GONE).set_font_strikethrough(),
                Format::new().set_font_color(CAME).set_bold(),
                Format::new(),
            ],
        }
    }

    /// Gives all cells but those to fill in a shaded ground.
    fn banded(mut self) -> Self {
        let Self { short, wrapped, code, count, change, amount, share, day, kinds, .. } = &mut self;
        for format in [short, wrapped, code, count, change, amount, share, day].into_iter().chain(kinds) {
            *format = format.clone().set_background_color(BAND);
        }
        self
    }

    fn text(&self, text: &str) -> &Format {
        if text.contains('\n') || text.width() + ROOM > WIDEST { &self.wrapped } else { &self.short }
    }

    fn tone(&self, tone: Tone) -> &Format {
        match tone {
            Tone::Plain => &self.short,
            Tone::Bad => &self.kinds[0],
            Tone::Good => &self.kinds[1],
            Tone::Warn | Tone::Info => &self.kinds[2],
        }
    }

    fn word(&self, side: WordSide) -> &Format {
        match side {
            WordSide::Old => &self.words[0],
            WordSide::New => &self.words[1],
            WordSide::Both => &self.words[2],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::System;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(system: System) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
            let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
            archive.start_file(name, options.system(system)).unwrap();
            archive.write_all(name.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_made_on_windows_has_the_same_bytes() {
        assert_ne!(archive(System::Dos), archive(System::Unix));
        assert_eq!(as_on_unix(archive(System::Dos)), archive(System::Unix));
        assert_eq!(as_on_unix(b"too short".to_vec()), b"too short");
    }
}
