//! Days in the formats of CMS and the FDA.

use jiff::civil::Date;

/// Parses a day of eight digits: year, month, day.
pub(super) fn of_digits(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = text.parse().ok().filter(|_| digits)?;
    Date::new((number / 10_000) as i16, (number / 100 % 100) as i8, (number % 100) as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_eight_digits_and_a_day_that_exists() {
        assert_eq!(of_digits("20261120"), Date::new(2026, 11, 20).ok());
        for text in ["", "2026112", "20261131", "+2026112", "20261120 "] {
            assert_eq!(of_digits(text), None, "{text}");
        }
    }
}
