//! Guesses the kind of a file that does not fit any layout, so that a message can be more specific than "unknown".

use super::Sample;
use crate::model::{HEAD, Place, SourceFile};

/// The likely kind of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diagnosis {
    pub(super) place: Place,
    pub(super) fact: String,
    pub(super) hint: String,
}

/// Bytes at the beginning of files that are often passed by mistake.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF document", "pass the zip as it was downloaded: it also contains the text file"),
    (
        b"PK\x03\x04",
        "a workbook or document in an unknown layout",
        "pass the order file or the publisher's zip; a table of your own needs --set table",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel or Word file in an unknown layout",
        "run codeset sets to see the supported layouts",
    ),
    (b"\x1f\x8b", "a gzip file", "unpack it first"),
    (b"<!DOCTYPE html", "a web page", "download the file again: this is a web page instead of the file"),
    (b"<html", "a web page", "download the file again: this is a web page instead of the file"),
    (b"<?xml", "an XML file in an unknown layout", "pass the order file or the publisher's zip"),
];

/// Examines a file that does not fit any layout.
pub(super) fn diagnose(file: &SourceFile) -> Diagnosis {
    let name = &file.source.name;
    let diagnosis = |place, fact: String, hint: &str| Diagnosis { place, fact, hint: hint.to_owned() };
    if file.bytes.iter().all(u8::is_ascii_whitespace) {
        return diagnosis(Place::file(name), "the file is empty".to_owned(), "fetch it again");
    }
    let start = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes).trim_ascii_start();
    for (signature, what, hint) in SIGNATURES {
        if start.get(..signature.len()).is_some_and(|head| head.eq_ignore_ascii_case(signature)) {
            return diagnosis(Place::file(name), format!("the file is {what}"), hint);
        }
    }
    let sample = Sample::new(&file.bytes);
    if let Some((line, column, mark)) = saved_by_a_spreadsheet(&sample) {
        return diagnosis(
            Place::line(name, line, column),
            format!(
                "this looks like an order file saved by a spreadsheet program: it has {mark} where the layout has a \
                 blank"
            ),
            "pass the publisher's original file: spreadsheets drop leading zeros and turn codes such as 02700E6 \
             into numbers",
        );
    }
    if file.bytes.iter().take(HEAD).any(|&byte| byte == 0) {
        return diagnosis(
            Place::file(name),
            "the file is not text".to_owned(),
            "pass the order file or the publisher's zip",
        );
    }
    if sample.lines().next().is_some_and(|line| line.text.contains([',', '\t', ';', '|'])) {
        return diagnosis(
            Place::line(name, 1, 1),
            "the table is in an unknown layout".to_owned(),
            "pass --set table if it is your own table, or run codeset sets to see the supported layouts",
        );
    }
    diagnosis(
        Place::line(name, 1, 1),
        "the text is in an unknown layout".to_owned(),
        "run codeset sets to see the supported layouts; an order file begins with `00001 A00     0 Cholera`",
    )
}

/// Returns the first sign of a spreadsheet in a file of order rows: a number, a tab, comma, semicolon or quote, a code.
fn saved_by_a_spreadsheet(sample: &Sample<'_>) -> Option<(u32, u32, &'static str)> {
    sample.lines().find_map(|line| {
        let quoted = line.text.starts_with('"');
        let number = line.text.trim_start_matches('"');
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let rest = number.get(digits..)?;
        let mark = match rest.trim_start_matches('"').bytes().next()? {
            b'\t' => "a tab",
            b',' => "a comma",
            b';' => "a semicolon",
            b' ' if quoted => "a quote",
            _ => return None,
        };
        let code: String = rest.chars().skip_while(|char| !char.is_ascii_alphanumeric()).take(3).collect();
        let fits = (1..=5).contains(&digits)
            && code.len() == 3
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let column = if mark == "a quote" { 1 } else { digits + usize::from(quoted) * 2 + 1 };
        fits.then_some((line.number, u32::try_from(column).ok()?, mark))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(bytes: &[u8]) -> (String, String) {
        let found = diagnose(&SourceFile::new("f", bytes.to_vec()));
        (found.place.to_string(), found.fact)
    }

    #[test]
    fn what_people_pass_by_mistake_is_named() {
        assert!(fact(b"").1.contains("empty"));
        assert!(fact(b"\r\n \r\n").1.contains("empty"));
        assert!(fact(b"%PDF-1.7 ...").1.contains("PDF"));
        assert!(fact(b"<!doctype HTML><title>404").1.contains("web page"));
        assert!(fact(b"\x7fELF\0\0\0").1.contains("not text"));
        assert!(fact(b"Dear colleague,\n").1.contains("unknown layout"));
    }

    #[test]
    fn an_order_file_saved_by_a_spreadsheet_is_recognized_with_its_place() {
        for (text, place, mark) in [
            ("1\tA00\t0\tCholera\tCholera\n", "f:1:2", "a tab"),
            ("00001,A00,0,Cholera,Cholera\n", "f:1:6", "a comma"),
            ("\"00001 A00     0 Cholera\"\n", "f:1:1", "a quote"),
            ("\"00001\",\"A00\",\"0\"\n", "f:1:8", "a comma"),
        ] {
            let found = fact(text.as_bytes());
            assert_eq!(found.0, place, "{text}");
            assert!(found.1.contains(mark), "{text}: {}", found.1);
        }
    }
}
