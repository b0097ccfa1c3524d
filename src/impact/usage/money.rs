//! Amounts of money: exact decimals, never binary fractions.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::base::grouped;

/// Decimal digits that are kept: unit prices of drugs have four (NCPDP, CMS ASP files).
const DECIMALS: usize = 4;

/// Digits before the point: the sum of as many such amounts as a file can hold stays far below the limits of 128 bits.
const MAX_DIGITS: usize = 18;

/// An amount of money in ten-thousandths, without a currency: usage files of US payers have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// Reads an amount in common notations: `1234.5`, `$1,234.50`, `-12`, `(12.00)`, `12 USD`. `None` for anything
    /// else, and for amounts that cannot be represented exactly.
    pub fn parse(text: &[u8]) -> Option<Self> {
        Self::parse_plain(without_currency(text.trim_ascii()))
    }

    /// Reads an amount with a comma before its fraction: `1.234,56`, `12,5 EUR`.
    pub(crate) fn parse_with_comma(text: &[u8]) -> Option<Self> {
        let text = without_currency(text.trim_ascii());
        let is_plain = |byte: &u8| {
            byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'+' | b'(' | b')' | b' ')
        };
        if !text.iter().all(is_plain) {
            return None;
        }
        let swapped = text.iter().filter(|byte| **byte != b' ').map(|byte| match byte {
            b'.' => b',',
            b',' => b'.',
            byte => *byte,
        });
        Self::parse_plain(&swapped.collect::<Vec<u8>>())
    }

    fn parse_plain(text: &[u8]) -> Option<Self> {
        let (text, negative) = match text {
            [b'(', inner @ .., b')'] => (inner, true),
            [b'-', rest @ ..] => (rest, true),
            [b'+', rest @ ..] => (rest, false),
            text => (text, false),
        };
        let text = text.strip_prefix(b"$").unwrap_or(text).trim_ascii();
        let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
        let (whole, fraction) = (&text[..point], text.get(point + 1..).unwrap_or_default());
        let units = whole_units(whole, fraction.is_empty())?;
        let value = units * 10_i128.pow(DECIMALS as u32) + fraction_units(fraction)?;
        Some(Self(if negative { -value } else { value }))
    }

    /// Returns the sum of two amounts; it saturates at the limit.
    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Adds an amount to a sum that may be `None`.
    pub(crate) fn add_to(self, sum: &mut Option<Self>) {
        *sum = Some(sum.unwrap_or_default().plus(self));
    }
}

/// Returns the amount without the name or sign of its currency.
fn without_currency(text: &[u8]) -> &[u8] {
    const NAMES: [&[u8]; 6] = [b"USD", b"US$", b"EUR", "\u{20ac}".as_bytes(), b"CAD", b"GBP"];
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    if is_bare(text.first()) && is_bare(text.last()) {
        return text;
    }
    let before = NAMES.iter().find_map(|name| text.strip_prefix(*name));
    let text = before.map_or(text, <[u8]>::trim_ascii);
    let after = NAMES.iter().chain([&&b"$"[..]]).find_map(|name| text.strip_suffix(*name));
    after.map_or(text, <[u8]>::trim_ascii)
}

fn whole_units(digits: &[u8], needed: bool) -> Option<i128> {
    if digits.is_empty() {
        return (!needed).then_some(0);
    }
    let mut groups = digits.split(|byte| *byte == b',');
    let first = groups.next().unwrap_or_default();
    let mut value = number(first)?;
    let mut grouped = false;
    for group in groups {
        grouped = true;
        value = value * 1000 + number(group).filter(|_| group.len() == 3)?;
    }
    let fits = digits.len() <= MAX_DIGITS && (!grouped || first.len() <= 3);
    fits.then_some(value)
}

fn fraction_units(digits: &[u8]) -> Option<i128> {
    let kept = digits.len() - digits.iter().rev().take_while(|byte| **byte == b'0').count();
    let digits = &digits[..kept];
    if digits.is_empty() {
        return Some(0);
    }
    let missing = DECIMALS.checked_sub(digits.len())?;
    Some(number(digits)? * 10_i128.pow(missing as u32))
}

/// Returns the value of up to 18 digits; `None` without digits and for anything else.
fn number(digits: &[u8]) -> Option<i128> {
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |value, digit| value * 10 + i128::from(digit - b'0')))
}

impl Amount {
    /// Returns the whole units of a positive amount; 0 of a negative one.
    pub(crate) fn whole(self) -> u64 {
        u64::try_from(self.0.max(0) / 10_i128.pow(DECIMALS as u32)).unwrap_or(u64::MAX)
    }

    /// Formats the amount for people, in dollars: `$1,234.50`, `-$5.00`.
    pub fn in_dollars(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
        let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
        format!("{sign}${whole}.{cents}")
    }
}

impl fmt::Display for Amount {
    /// Writes at least two decimal digits, as is usual for money.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u128.pow(DECIMALS as u32);
        let (whole, fraction) = (self.0.unsigned_abs() / unit, self.0.unsigned_abs() % unit);
        let fraction = format!("{fraction:0DECIMALS$}");
        let rest = fraction[2..].trim_end_matches('0');
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}.{}{rest}", &fraction[..2])
    }
}

impl Serialize for Amount {
    /// Writes it as text: a number of JSON is a binary fraction to most of its readers.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^-?[0-9]+\.[0-9]{2,4}$",
            "description": "An amount of money, exact, as text."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_for_people_are_grouped() {
        for (text, shown) in
            [("1389834.07", "$1,389,834.07"), ("-5", "-$5.00"), ("0.125", "$0.125"), ("999", "$999.00")]
        {
            assert_eq!(Amount::parse(text.as_bytes()).unwrap().in_dollars(), shown);
        }
    }

    #[test]
    fn amounts_are_read_as_people_write_them_and_printed_as_money() {
        for (text, printed) in [
            ("1234.5", "1234.50"),
            ("$1,234.50", "1234.50"),
            ("0", "0.00"),
            (".75", "0.75"),
            ("-12", "-12.00"),
            ("(12.00)", "-12.00"),
            (" 0.1234 ", "0.1234"),
            ("1.500000", "1.50"),
            ("999999999999999999", "999999999999999999.00"),
        ] {
            let amount = Amount::parse(text.as_bytes()).unwrap();
            assert_eq!(amount.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_or_cannot_be_held_exactly_is_none() {
        for text in
            ["", ".", "-", "$", "1,23", "1,2345", "1e5", "0.12345", "12 34", "1.2.3", "NaN", "1234,567"]
        {
            assert_eq!(Amount::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn tenths_add_up() {
        let tenth = Amount::parse(b"0.1").unwrap();
        let mut sum = None;
        (0..1_000_000).for_each(|_| tenth.add_to(&mut sum));
        assert_eq!(sum.unwrap().to_string(), "100000.00");
    }
}
