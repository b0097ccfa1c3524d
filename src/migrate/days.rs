//! Dates, written in the form of the dates near them.

use jiff::civil::Date;

/// Names of months, as files write them.
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Formats a date like the samples; `2025-09-30` where there is no sample.
pub(super) fn like(samples: &[&str], day: Date) -> String {
    let sample = samples
        .iter()
        .map(|sample| sample.trim())
        .find(|sample| sample.bytes().any(|byte| byte.is_ascii_digit()));
    let Some(sample) = sample else { return day.to_string() };
    let bytes = sample.as_bytes();
    let (year, month, number) = (day.year(), day.month(), day.day());
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return format!("{year:04}{month:02}{number:02}");
    }
    if sample.contains('/') {
        // The sample shows whether single digits have a leading zero, if it contains one.
        let parts: Vec<&str> = sample.split([' ', 'T']).next().unwrap_or(sample).split('/').collect();
        let is_short = parts.iter().take(2).any(|part| part.len() == 1);
        let (first, second) =
            if samples.iter().any(|sample| is_day_first(sample)) { (number, month) } else { (month, number) };
        return if is_short {
            format!("{first}/{second}/{year:04}")
        } else {
            format!("{first:02}/{second:02}/{year:04}")
        };
    }
    if sample.split('.').count() == 3
        && sample.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return format!("{number:02}.{month:02}.{year:04}");
    }
    if let Some(name) =
        sample.get(3..6).or(sample.get(2..5)).filter(|_| bytes.iter().any(u8::is_ascii_alphabetic))
    {
        let has_marks = sample.as_bytes().get(2) == Some(&b'-');
        let name = if has_marks { name } else { sample.get(2..5).unwrap_or(name) };
        let month = MONTHS[(month - 1) as usize];
        if MONTHS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            let month = if name.bytes().skip(1).any(|byte| byte.is_ascii_lowercase()) {
                format!("{}{}", &month[..1], month[1..].to_ascii_lowercase())
            } else {
                month.to_owned()
            };
            return if has_marks {
                format!("{number:02}-{month}-{year:04}")
            } else {
                format!("{number:02}{month}{year:04}")
            };
        }
    }
    // A time after the date is kept.
    match sample.get(10..) {
        Some(time) if sample.get(4..5) == Some("-") => format!("{day}{time}"),
        _ => day.to_string(),
    }
}

/// Returns true if a date such as `31/12/9999` shows that the day comes before the month.
fn is_day_first(sample: &str) -> bool {
    let first = sample.trim().split('/').next().unwrap_or_default();
    sample.contains('/') && first.parse::<u32>().is_ok_and(|number| number > 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_takes_the_form_of_the_one_next_to_it() {
        let day = Date::constant(2025, 9, 30);
        for (sample, expected) in [
            ("", "2025-09-30"),
            ("9999-12-31", "2025-09-30"),
            ("9999-12-31T00:00:00Z", "2025-09-30T00:00:00Z"),
            ("99991231", "20250930"),
            ("12/31/9999", "09/30/2025"),
            ("1/1/2020", "9/30/2025"),
            ("31/12/9999", "30/09/2025"),
            ("31.12.9999", "30.09.2025"),
            ("31-DEC-9999", "30-SEP-2025"),
            ("31-Dec-9999", "30-Sep-2025"),
            ("31DEC9999", "30SEP2025"),
            ("never", "2025-09-30"),
        ] {
            assert_eq!(like(&[sample], day), expected, "{sample}");
        }
        assert_eq!(like(&["", "1/1/2020"], day), "9/30/2025");
        assert_eq!(like(&["01/10/2015", "31/12/9999"], day), "30/09/2025");
    }
}
