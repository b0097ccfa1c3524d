//! Dates in the notations of user files.

use jiff::civil::Date;

/// The date in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// A valid date.
    Known(Date),
    /// The cell is blank.
    Blank,
    /// The year has two digits, so the century is unknown.
    NoCentury,
    /// The text is not in a known date format.
    Odd,
}

impl Day {
    /// Returns the date, if it is known.
    pub(crate) fn known(self) -> Option<Date> {
        match self {
            Self::Known(date) => Some(date),
            _ => None,
        }
    }
}

/// The date format of a column, as far as a single date is ambiguous.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DayForm {
    /// Whether the day comes before the month: `30/09/2025`, `30.09.2025`.
    pub(crate) day_first: bool,
    /// Whether whole numbers are spreadsheet dates, counted in days from 1899-12-30.
    pub(crate) serials: bool,
}

/// The spreadsheet day numbers that are plausible in claims: 1990 to 2100.
const SERIALS: std::ops::RangeInclusive<i32> = 32_874..=73_050;

/// Reads a date: `2026-10-01`, `20261001` (both optionally followed by a time), `10/1/2026` (month first, as in US
/// data), `01-OCT-2026`, `01OCT2026`, `01.10.2026` (day first).
pub(crate) fn read(cell: &[u8]) -> Day {
    let day_first = cell.contains(&b'.');
    read_as(cell, DayForm { day_first, serials: false })
}

/// Reads a date in the format of its column.
pub(crate) fn read_as(cell: &[u8], form: DayForm) -> Day {
    let cell = cell.trim_ascii();
    if cell.is_empty() || cell == b"~" {
        return Day::Blank;
    }
    match cell {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => civil(y, &[*m1, *m2], &[*d1, *d2]),
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b' ', ..] => {
            civil(&[*y1, *y2, *y3, *y4], &[*m1, *m2], &[*d1, *d2])
        }
        _ if form.serials && serial(cell).is_some() => serial(cell).unwrap_or(Day::Odd),
        _ => match parts(cell) {
            Some(parts) => of_parts(parts, form.day_first),
            None => packed(cell).unwrap_or_else(|| with_month_name(cell)),
        },
    }
}

/// Counts of the date formats in a column, collected cell by cell.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DayForms {
    /// Cells that are not empty.
    pub(crate) filled: u64,
    /// Dates in an unambiguous format.
    clear: u64,
    /// Dates of three numbers: the first is over 12, the second is, or neither.
    first_over_12: u64,
    second_over_12: u64,
    either: u64,
    /// Dates of three numbers that are separated by dots.
    dotted: u64,
    serials: u64,
    /// Dates with a two-digit year.
    pub(crate) no_century: u64,
}

impl DayForms {
    /// Counts a cell.
    pub(crate) fn add(&mut self, cell: &[u8]) {
        let cell = cell.trim_ascii();
        if cell.is_empty() || cell == b"~" {
            return;
        }
        self.filled += 1;
        if serial(cell).is_some() {
            self.serials += 1;
            return;
        }
        let Some(parts) = parts(cell) else {
            match read(cell) {
                Day::Known(_) => self.clear += 1,
                Day::NoCentury => self.no_century += 1,
                _ => {}
            }
            return;
        };
        if of_parts(parts, false) == Day::NoCentury {
            self.no_century += 1;
        } else if of_parts(parts, false) != Day::Odd || of_parts(parts, true) != Day::Odd {
            let over = |part: &[u8]| number(part).is_some_and(|value| value > 12);
            match (over(parts[0]), over(parts[1])) {
                (true, _) => self.first_over_12 += 1,
                (_, true) => self.second_over_12 += 1,
                _ => self.either += 1,
            }
            self.dotted += u64::from(cell.contains(&b'.'));
        }
    }

    /// Returns the date format of the column.
    pub(crate) fn form(&self) -> DayForm {
        let slashed = self.first_over_12 + self.second_over_12 + self.either;
        let day_first = match (self.first_over_12, self.second_over_12) {
            (0, 0) => self.dotted * 2 > slashed,
            (first, second) => first > second,
        };
        DayForm { day_first, serials: self.serials * 2 > self.filled }
    }

    /// Counts the cells that are dates in the format of the column.
    pub(crate) fn fitting(&self) -> u64 {
        let form = self.form();
        let parts = self.either + if form.day_first { self.first_over_12 } else { self.second_over_12 };
        self.clear + parts + if form.serials { self.serials } else { 0 }
    }

    /// Returns true if no date in the column shows whether month or day comes first.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.either > 0 && self.first_over_12 == 0 && self.second_over_12 == 0 && self.dotted < self.either
    }

    /// Returns whether some dates have the month first and others the day.
    pub(crate) fn is_mixed(&self) -> bool {
        self.first_over_12 > 0 && self.second_over_12 > 0
    }
}

/// Reads a whole number that spreadsheets show as a date.
fn serial(cell: &[u8]) -> Option<Day> {
    let text = std::str::from_utf8(cell).ok()?;
    let days: i32 = text.strip_suffix(".0").unwrap_or(text).parse().ok()?;
    let first = Date::constant(1899, 12, 30);
    let day = SERIALS.contains(&days).then(|| first.checked_add(jiff::Span::new().days(days)).ok())??;
    Some(Day::Known(day))
}

/// Returns the three numbers of `10/1/2026`, `1.10.2026` or `01-10-2026`, without a time after them.
fn parts(cell: &[u8]) -> Option<[&[u8]; 3]> {
    let date = cell.split(|byte| matches!(byte, b' ' | b'T')).next().unwrap_or_default();
    let mark = *date.iter().find(|byte| !byte.is_ascii_digit())?;
    let mut parts = date.split(|byte| *byte == mark);
    let found = [parts.next()?, parts.next()?, parts.next()?];
    let fits = matches!(mark, b'/' | b'.' | b'-') && parts.next().is_none();
    (fits && found[0].len() <= 2 && found.iter().all(|part| number(part).is_some())).then_some(found)
}

fn of_parts([first, second, year]: [&[u8]; 3], day_first: bool) -> Day {
    if year.len() == 2 {
        return Day::NoCentury;
    }
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    civil(year, month, day)
}

/// Reads eight digits, optionally followed by hours, minutes, seconds and a zone, as X12 and HL7 write them.
fn packed(cell: &[u8]) -> Option<Day> {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest_fits = matches!(cell.get(digits), None | Some(b'+' | b'-' | b'.'));
    if !matches!(digits, 8 | 10 | 12 | 14) || !rest_fits {
        return None;
    }
    Some(civil(&cell[..4], &cell[4..6], &cell[6..8]))
}

fn with_month_name(cell: &[u8]) -> Day {
    const MONTHS: [&[u8; 3]; 12] =
        [b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV", b"DEC"];
    let (day, month, year) = match cell {
        [d1, d2, b'-', m1, m2, m3, b'-', year @ ..] | [d1, d2, m1, m2, m3, year @ ..] => {
            ([*d1, *d2], [*m1, *m2, *m3].map(|letter| letter.to_ascii_uppercase()), year)
        }
        _ => return Day::Odd,
    };
    let Some(month) = MONTHS.iter().position(|name| **name == month) else { return Day::Odd };
    if year.len() == 2 && number(year).is_some() && number(&day).is_some() {
        return Day::NoCentury;
    }
    civil(year, format!("{:02}", month + 1).as_bytes(), &day)
}

fn civil(year: &[u8], month: &[u8], day: &[u8]) -> Day {
    let fits = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    let parts = (number(year), number(month), number(day));
    let (true, (Some(year), Some(month), Some(day))) = (fits, parts) else { return Day::Odd };
    Date::new(year, month as i8, day as i8).map_or(Day::Odd, Day::Known)
}

/// Returns the value of one to four digits.
fn number(digits: &[u8]) -> Option<i16> {
    let fits = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    fits.then(|| digits.iter().fold(0, |value, digit| value * 10 + i16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_days_is_judged_as_a_whole() {
        for (cells, last, fitting) in [
            (&["30.09.2025", "01.10.2025"][..], Day::Known(Date::constant(2025, 10, 1)), 2),
            (&["9/30/2025", "10/1/2025"], Day::Known(Date::constant(2025, 10, 1)), 2),
            (&["30/9/2025", "1/10/2025"], Day::Known(Date::constant(2025, 10, 1)), 2),
            (&["45930", "45931"], Day::Known(Date::constant(2025, 10, 1)), 2),
            (&["01-OCT-2025", "2025-10-01 00:00"], Day::Known(Date::constant(2025, 10, 1)), 2),
            (&["20251001", "20251001"], Day::Known(Date::constant(2025, 10, 1)), 2),
            (&["blue", "10/1/25"], Day::NoCentury, 0),
        ] {
            let mut forms = DayForms::default();
            cells.iter().for_each(|cell| forms.add(cell.as_bytes()));
            assert_eq!(forms.fitting(), fitting, "{cells:?}");
            assert_eq!(read_as(cells[1].as_bytes(), forms.form()), last, "{cells:?}");
        }
        let mut forms = DayForms::default();
        ["1/2/2025", "3/4/2025"].iter().for_each(|cell| forms.add(cell.as_bytes()));
        assert!(forms.is_ambiguous() && !forms.is_mixed());
    }

    #[test]
    fn a_day_is_read_in_the_forms_of_the_files() {
        let expected = Day::Known(Date::constant(2026, 10, 1));
        for text in [
            "2026-10-01",
            "2026-10-01 12:30:00",
            "2026-10-01T12:30:00Z",
            "20261001",
            "202610011230",
            "20261001123000+0500",
            "20261001123000.1234",
            "10/1/2026",
            "10/01/2026 14:38",
            "01-OCT-2026",
            "01-Oct-2026",
            "01OCT2026",
        ] {
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_year_of_two_digits_is_not_used() {
        for text in ["2/24/96 14:38", "10/01/26", "01-OCT-26"] {
            assert_eq!(read(text.as_bytes()), Day::NoCentury, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_odd_or_blank() {
        for text in [
            "2026-13-01",
            "2026-02-30",
            "13/1/2026",
            "2026",
            "hello",
            "123456789",
            "1/2/3/2026",
            "01-XXX-2026",
            "//",
        ] {
            assert_eq!(read(text.as_bytes()), Day::Odd, "{text}");
        }
        for text in ["", "  ", "~"] {
            assert_eq!(read(text.as_bytes()), Day::Blank, "{text}");
        }
    }
}
