//! A scan as SARIF 2.1.0, which code scanning services read. Source: OASIS, Static Analysis Results Interchange Format
//! Version 2.1.0, sections 3.13 to 3.52.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::Severity;
use crate::render;
use crate::report::{FindingRow, ScanReport};
use crate::scan::FindingKind;

/// Writes the log.
pub(super) fn write(report: &ScanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = FindingKind::ALL.iter().map(|kind| rule(*kind)).collect();
    let results: Vec<Value> = report.findings.iter().map(result).collect();
    let notifications: Vec<Value> = report
        .unread()
        .map(|file| {
            json!({
                "level": "error",
                "message": { "text": file.notes.join("; ") },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&file.path) } } }],
            })
        })
        .collect();
    let mut log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "codeset",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "automationDetails": { "id": format!("codeset/{}/{}", report.old.id, report.new.id) },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    if !notifications.is_empty() {
        // Section 3.20: the tool ran, and could not analyze all files.
        log["runs"][0]["invocations"] =
            json!([{ "executionSuccessful": true, "toolExecutionNotifications": notifications }]);
    }
    render::json::write(&log, out)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(kind: FindingKind) -> Value {
    json!({
        "id": kind.word(),
        "shortDescription": { "text": kind.meaning() },
        "defaultConfiguration": { "level": level(kind.severity()) },
    })
}

fn result(finding: &FindingRow<'_>) -> Value {
    let notes: Vec<String> =
        finding.notes().into_iter().map(|(word, text)| format!("{word}: {text}")).collect();
    let text = [&[finding.message.clone()][..], &notes].concat().join("\n");
    // A slide or a cell is not a region of a text, so it is named.
    let region =
        finding.inside.line.map(|line| json!({ "startLine": line, "startColumn": finding.inside.column }));
    let name = if finding.inside.line.is_some() {
        finding.field.clone()
    } else {
        format!("{}, {}", finding.inside.describe(), finding.field)
    };
    let mut physical = json!({ "artifactLocation": { "uri": uri(&finding.path) } });
    if let Some(region) = region {
        physical["region"] = region;
    }
    let rule = FindingKind::ALL.iter().position(|kind| *kind == finding.kind);
    json!({
        "ruleId": finding.kind.word(),
        "ruleIndex": rule,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical, "logicalLocations": [{ "fullyQualifiedName": name }] }],
        "partialFingerprints": { "codeset/v1": finding.fingerprint },
    })
}

/// Encodes a path as a relative reference: RFC 3986, section 2.1.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
