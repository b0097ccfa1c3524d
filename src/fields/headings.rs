//! Headings of tables among the rows of a file: below titles, with line breaks, over two rows, once for each table.

use super::roles;

/// The longest heading in bytes, if only its form makes it a heading.
const LONGEST: usize = 64;

/// The longest heading of a row that is certainly one of headings: `standard_charge|PAYER|PLAN|negotiated_dollar`.
const LONGEST_KNOWN: usize = 256;

/// Maximum rows before the headings: titles, addresses, notes, values about a hospital.
pub(crate) const ROWS_BEFORE: usize = 30;

/// A row of cells with something in them, by column from 0.
pub(crate) type Cells<'t> = Vec<(u32, &'t str)>;

/// The headings of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Headings {
    /// The row that they are in, or begin in.
    pub(crate) row: usize,
    /// The row after them.
    pub(crate) end: usize,
    /// The headings by column, line breaks as blanks.
    pub(crate) names: Vec<(u32, String)>,
}

/// Finds the headings among the first rows of a file. `is_code` returns whether a cell is a code of the releases. `is_wanted`
/// returns whether the user asks for a heading, which selects its row.
pub(crate) fn find(
    rows: &[Cells<'_>],
    is_code: &dyn Fn(&str) -> bool,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Option<Headings> {
    let mut best: Option<(usize, usize)> = None;
    let mut first_data = rows.len();
    for (at, cells) in rows.iter().enumerate().take(ROWS_BEFORE) {
        if cells.iter().any(|(_, cell)| is_wanted(cell)) {
            best = Some((at, usize::MAX));
            break;
        }
        if cells.iter().any(|(_, cell)| is_code(cell.trim())) {
            first_data = first_data.min(at);
            continue;
        }
        let known = known(cells, is_code);
        // Headings below the first code belong to another table, unless there were none above it.
        if at > first_data && best.is_some() {
            break;
        }
        let enough = if at > first_data { 3 } else { 1 };
        let is_table = cells.len() >= 2 || rows[at + 1..].iter().take(ROWS_BEFORE).all(|row| row.len() <= 1);
        if known >= enough && is_table && best.is_none_or(|(_, most)| known > most) {
            best = Some((at, known));
        }
    }
    let at = best.map(|(at, _)| at).or_else(|| by_width(rows, first_data, is_code))?;
    let names: Vec<(u32, String)> =
        rows[at].iter().map(|(column, name)| (*column, in_one_line(name))).collect();
    let second = rows.get(at + 1).filter(|next| best.is_some() && continues(&rows[at], next, is_code));
    let Some(second) = second else { return Some(Headings { row: at, end: at + 1, names }) };
    let names = joined(&names, second);
    Some(Headings { row: at, end: at + 2, names })
}

/// Returns whether a row below a table begins another one: its cells are headings, and one of them names a column of codes.
pub(crate) fn begins_table(cells: &Cells<'_>, is_code: &dyn Fn(&str) -> bool) -> bool {
    cells.len() >= 2 && known(cells, is_code) >= 2 && cells.iter().any(|(_, cell)| roles::is_code(cell))
}

/// Counts the cells of a row that are known headings; 0 if one of them cannot be a heading.
fn known(cells: &Cells<'_>, is_code: &dyn Fn(&str) -> bool) -> usize {
    // Most rows are data, and hold a number.
    if !cells.iter().all(|(_, cell)| is_heading(cell, LONGEST_KNOWN, true, &|_| false)) {
        return 0;
    }
    let known = cells.iter().filter(|(_, cell)| roles::is_known(cell)).count();
    let longest = if known >= 2 { LONGEST_KNOWN } else { LONGEST };
    let are = cells.iter().all(|(_, cell)| is_heading(cell, longest, known >= 2, is_code));
    if are { known } else { 0 }
}

/// Returns the first row that is as wide as most of the rows below it, if all its cells may be headings.
fn by_width(rows: &[Cells<'_>], first_data: usize, is_code: &dyn Fn(&str) -> bool) -> Option<usize> {
    let is_wide = |at: &usize| {
        let mut widths: Vec<usize> = rows[at + 1..].iter().map(Vec::len).filter(|width| *width > 0).collect();
        widths.sort_unstable();
        widths.get(widths.len() / 2).is_some_and(|usual| rows[*at].len() >= *usual)
    };
    let at = (0..rows.len().min(10)).find(|at| !rows[*at].is_empty() && is_wide(at))?;
    let are = rows[at].iter().all(|(_, cell)| is_heading(cell, LONGEST, false, is_code));
    (at < first_data && are).then_some(at)
}

/// Returns whether the next row has the other half of the headings: `Diagnosis | | Visits` over `Code | Text | 2025`. The upper
/// row then leaves columns blank that the lower one fills, as merged cells do.
fn continues(first: &Cells<'_>, next: &Cells<'_>, is_code: &dyn Fn(&str) -> bool) -> bool {
    let is_new = |column: u32| first.iter().all(|(other, _)| *other != column);
    let fills = next.iter().any(|(column, _)| is_new(*column));
    let names_codes = next.iter().any(|(_, cell)| roles::is_code(cell));
    let are_short = next.iter().all(|(_, cell)| cell.len() <= LONGEST);
    fills && names_codes && are_short && known(next, is_code) >= 1 && next.len() * 2 >= first.len()
}

/// Headings over two rows: the upper ones reach to the right over columns without one of their own.
fn joined(first: &[(u32, String)], second: &Cells<'_>) -> Vec<(u32, String)> {
    let upper = |column: u32| first.iter().rfind(|(own, _)| *own <= column).map(|(_, name)| name.as_str());
    let mut names: Vec<(u32, String)> = second
        .iter()
        .map(|(column, name)| {
            (*column, format!("{} {}", upper(*column).unwrap_or(""), in_one_line(name)).trim().to_owned())
        })
        .collect();
    names.extend(first.iter().filter(|(column, _)| second.iter().all(|(other, _)| other != column)).cloned());
    names.sort_by_key(|(column, _)| *column);
    names
}

/// Returns a heading without line breaks.
pub(crate) fn in_one_line(heading: &str) -> String {
    heading.trim_start_matches('\u{feff}').split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_heading(cell: &str, longest: usize, may_be_year: bool, is_code: &dyn Fn(&str) -> bool) -> bool {
    let cell = cell.trim();
    let is_number = !cell.is_empty()
        && cell.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'/' | b':' | b' ' | b',' | b'$' | b'%')
        });
    let is_year = may_be_year && cell.len() == 4 && (cell.starts_with("20") || cell.starts_with("19"));
    cell.len() <= longest && (!is_number || is_year) && !is_code(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(usize, usize, String)> {
        let row = |line: &'_ str| -> Vec<(u32, String)> {
            (0..)
                .zip(line.split(','))
                .filter(|(_, cell)| !cell.trim().is_empty())
                .map(|(at, cell)| (at, cell.replace("\\n", "\n")))
                .collect()
        };
        let rows: Vec<Vec<(u32, String)>> = text.lines().map(row).collect();
        let rows: Vec<Cells<'_>> =
            rows.iter().map(|row| row.iter().map(|(at, cell)| (*at, cell.as_str())).collect()).collect();
        let is_code = |cell: &str| ["G35", "I10", "C9035", "J1100"].contains(&cell);
        let found = find(&rows, &is_code, &|_| false)?;
        let names: Vec<String> = found.names.into_iter().map(|(at, name)| format!("{at} {name}")).collect();
        Some((found.row, found.end, names.join(", ")))
    }

    #[test]
    fn headings_are_found_below_titles() {
        for (text, expected) in [
            ("code,n\nG35,1", Some((0, 1, "0 code, 1 n"))),
            (
                "Top diagnoses 2025 - Clinic A\ncode,description,count\nG35,MS,5",
                Some((1, 2, "0 code, 1 description, 2 count")),
            ),
            (
                "Facility,General Hospital\nDate,2025-01-01\nICD-10-CM code,description,n\nG35,MS,5",
                Some((2, 3, "0 ICD-10-CM code, 1 description, 2 n")),
            ),
            (
                "hospital_name,last_updated_on,version\nGeneral,2026-01-01,3.0.0\ndescription,code|1,code|1|type,payer_name\nx,C9035,HCPCS,A",
                Some((2, 3, "0 description, 1 code|1, 2 code|1|type, 3 payer_name")),
            ),
            ("CPT/HCPCS\\nCode,Charge\nJ1100,5", Some((0, 1, "0 CPT/HCPCS Code, 1 Charge"))),
            (
                "Diagnosis,,Visits\nCode,Text,Count\nG35,MS,5",
                Some((0, 2, "0 Diagnosis Code, 1 Diagnosis Text, 2 Visits Count")),
            ),
            ("code,n\nG35,1\n\ncode,charges,count\nI10,2,3", Some((0, 1, "0 code, 1 n"))),
            ("G35,1\nI10,2", None),
            ("a,b\nG35,2", Some((0, 1, "0 a, 1 b"))),
            ("G35\nI10", None),
            ("icd10\nG35", Some((0, 1, "0 icd10"))),
        ] {
            let expected = expected.map(|(row, end, names)| (row, end, names.to_owned()));
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
