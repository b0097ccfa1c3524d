//! A scan for CI systems: annotations of GitHub's workflows, and JUnit's XML, which nearly all of them read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::xml;
use crate::base::safe;
use crate::model::Severity;
use crate::report::{FindingRow, ScanReport};

/// Writes a workflow command per finding. Source: GitHub, Workflow commands for GitHub Actions.
pub(super) fn write_github(report: &ScanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let word = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = format!("file={}", property(&finding.path));
        if let (Some(line), Some(column)) = (finding.inside.line, finding.inside.column) {
            properties += &format!(",line={line},col={column}");
        }
        properties += &format!(",title={}", property(&format!("codeset {}", finding.kind.word())));
        writeln!(out, "::{word} {properties}::{}", data(&text(finding)))?;
    }
    for file in report.unread() {
        let properties = format!("file={},title={}", property(&file.path), property(UNREAD));
        writeln!(out, "::warning {properties}::{}", data(&file.notes.join("; ")))?;
    }
    Ok(())
}

/// The title of the annotation of a file that could not be read completely.
const UNREAD: &str = "codeset: not read completely";

fn text(finding: &FindingRow<'_>) -> String {
    let mut lines = vec![finding.message.clone()];
    if finding.inside.line.is_none() {
        lines.push(finding.place());
    }
    lines.extend(finding.notes().into_iter().map(|(word, text)| format!("{word}: {text}")));
    lines.join("\n")
}

fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(safe).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes a suite per file and a case per finding: errors and warnings fail, notes do not. A file without findings is
/// one case that passes, and one that could not be read completely has a case that is an error.
pub(super) fn write_junit(report: &ScanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<&str, Vec<&FindingRow<'_>>> =
        report.files.iter().map(|file| (file.path.as_str(), Vec::new())).collect();
    for finding in &report.findings {
        files.entry(&finding.path).or_default().push(finding);
    }
    let fails = |finding: &&&FindingRow<'_>| finding.severity != Severity::Note;
    let failures: usize = files.values().map(|findings| findings.iter().filter(fails).count()).sum();
    let unread: BTreeMap<&str, String> =
        report.unread().map(|file| (file.path.as_str(), file.notes.join("; "))).collect();
    let cases = |path: &str, findings: &[&FindingRow<'_>]| {
        (findings.len() + usize::from(unread.contains_key(path))).max(1)
    };
    let tests: usize = files.iter().map(|(path, findings)| cases(path, findings)).sum();
    let errors = unread.len();
    writeln!(out, "{}", xml::DECLARATION)?;
    writeln!(
        out,
        "<testsuites name=\"codeset scan\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
    )?;
    for (path, findings) in files {
        let failures = findings.iter().filter(fails).count();
        let (tests, reason) = (cases(path, &findings), unread.get(path));
        let errors = usize::from(reason.is_some());
        let path = xml::text(path);
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
        )?;
        match reason {
            Some(reason) => {
                let reason = xml::text(reason);
                write!(out, "    <testcase classname=\"{path}\" name=\"file\">")?;
                writeln!(out, "<error type=\"unread\" message=\"{reason}\"/></testcase>")?;
            }
            None if findings.is_empty() => {
                writeln!(out, "    <testcase classname=\"{path}\" name=\"codes\"/>")?;
            }
            None => {}
        }
        for finding in findings {
            let name = xml::text(&format!(
                "{} {} at {}",
                finding.kind.word(),
                finding.display,
                finding.inside.describe()
            ));
            let (message, text) = (xml::text(&finding.message), escaped(&text(finding)));
            write!(out, "    <testcase classname=\"{path}\" name=\"{name}\">")?;
            match finding.severity {
                Severity::Note => write!(out, "<system-out>{text}</system-out>")?,
                severity => {
                    write!(
                        out,
                        "<failure type=\"{}\" message=\"{message}\">{text}</failure>",
                        severity.word()
                    )?;
                }
            }
            writeln!(out, "</testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Escapes the text of an element, line by line. Names are attributes: a line end in one must not look like a line.
fn escaped(text: &str) -> String {
    text.split('\n').map(xml::text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_or_an_element_is_escaped() {
        assert_eq!(property("a,b:c%\n\u{7}"), "a%2Cb%3Ac%25%0A\\u{7}");
        assert_eq!(escaped("<a & \"b\">\u{7}"), "&lt;a &amp; &quot;b&quot;&gt;\\u{7}");
        assert_eq!(escaped("a\u{fffe}"), "a\u{fffd}");
    }
}
