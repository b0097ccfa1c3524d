//! Days as the files of users write them.

use jiff::civil::Date;

/// What a cell says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// It is this one.
    Known(Date),
    /// Nothing: it is blank.
    Blank,
    /// Its year has two digits, and the century is anyone's guess.
    NoCentury,
    /// It is not written as days are.
    Odd,
}

impl Day {
    /// The day, if it is known.
    pub(crate) fn known(self) -> Option<Date> {
        match self {
            Self::Known(date) => Some(date),
            _ => None,
        }
    }
}

/// Reads a day: `2026-10-01`, `20261001` (both with a time behind it), `10/1/2026` (month first: the data are of the US),
/// `01-OCT-2026`, `01OCT2026`.
pub(crate) fn read(cell: &[u8]) -> Day {
    let cell = cell.trim_ascii();
    if cell.is_empty() || cell == b"~" {
        return Day::Blank;
    }
    match cell {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => civil(y, &[*m1, *m2], &[*d1, *d2]),
        _ if cell.contains(&b'/') => slashed(cell),
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b' ', ..] => {
            civil(&[*y1, *y2, *y3, *y4], &[*m1, *m2], &[*d1, *d2])
        }
        _ => packed(cell).unwrap_or_else(|| with_month_name(cell)),
    }
}

/// Eight digits, with hours, minutes, seconds and a zone behind them, as X12 and HL7 write them.
fn packed(cell: &[u8]) -> Option<Day> {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest_fits = matches!(cell.get(digits), None | Some(b'+' | b'-' | b'.'));
    if !matches!(digits, 8 | 10 | 12 | 14) || !rest_fits {
        return None;
    }
    Some(civil(&cell[..4], &cell[4..6], &cell[6..8]))
}

fn slashed(cell: &[u8]) -> Day {
    let date = cell.split(|byte| matches!(byte, b' ' | b'T')).next().unwrap_or_default();
    let mut parts = date.split(|byte| *byte == b'/');
    let (Some(month), Some(day), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Day::Odd;
    };
    if year.len() == 2 && [month, day, year].iter().all(|part| number(part).is_some()) {
        return Day::NoCentury;
    }
    civil(year, month, day)
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

/// The value of one to four digits.
fn number(digits: &[u8]) -> Option<i16> {
    let fits = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    fits.then(|| digits.iter().fold(0, |value, digit| value * 10 + i16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

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
