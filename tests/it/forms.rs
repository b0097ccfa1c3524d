//! Every form of a report says the same numbers: text, Markdown, page, workbook and JSON of one input.

use std::io::Cursor;

use crate::common::pages::{NEW, OLD, TABLE, USAGE, codeset, written};
use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

/// A key number with its label.
type Metric = (String, u64);

/// The reports with key numbers, on the samples.
fn reports() -> Vec<Vec<&'static str>> {
    vec![
        vec!["diff", OLD, NEW],
        vec!["crosswalk", OLD, NEW, "--map", TABLE],
        vec!["crosswalk", OLD, NEW, "--map", TABLE, "--reverse"],
        vec!["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE],
        vec!["scan", OLD, NEW, "demo", "--map", TABLE],
    ]
}

fn text(arguments: &[&str], format: &str) -> String {
    written(&[arguments, &["--format", format]].concat())
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(arguments, "json")).unwrap()
}

fn workbook(arguments: &[&str]) -> Vec<u8> {
    codeset(&[arguments, &["--format", "xlsx"]].concat()).stdout
}

fn number(text: &str) -> u64 {
    text.replace(',', "").parse().unwrap()
}

fn in_json(report: &Value) -> Vec<Metric> {
    let metrics = report["metrics"].as_array().unwrap();
    metrics
        .iter()
        .map(|metric| (metric["label"].as_str().unwrap().to_owned(), metric["value"].as_u64().unwrap()))
        .collect()
}

/// The numbers above the first section of a text: a line each, with two blanks between number, label and note.
fn in_text(text: &str) -> Vec<Metric> {
    let head = text.split("\n\n").next().unwrap();
    let fields = |line: &str| -> Option<Metric> {
        let mut fields =
            line.strip_prefix("  ")?.split("  ").map(str::trim).filter(|field| !field.is_empty());
        Some((fields.clone().nth(1)?.to_owned(), number(fields.next()?)))
    };
    head.lines().filter_map(fields).collect()
}

fn in_markdown(text: &str) -> Vec<Metric> {
    let field = |line: &str| -> Option<Metric> {
        let (value, rest) = line.strip_prefix("- **")?.split_once("** ")?;
        Some((rest.split(" (").next()?.to_owned(), number(value)))
    };
    text.lines().filter_map(field).collect()
}

fn in_page(html: &str) -> Vec<Metric> {
    let (_, figures) = html.split_once("<dl class=\"metrics\">").unwrap();
    let figures = figures.split_once("</dl>").unwrap().0;
    let between = |text: &str, from: &str, to: &str| {
        text.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned()
    };
    figures
        .split("<dt>")
        .skip(1)
        .map(|one| {
            (one.split("</dt>").next().unwrap().to_owned(), number(&between(one, "<strong>", "</strong>")))
        })
        .collect()
}

fn in_workbook(bytes: Vec<u8>, labels: &[Metric]) -> Vec<Metric> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let summary = book.worksheet_range("Summary").unwrap();
    let mut found = Vec::new();
    for row in summary.rows() {
        if let [Data::Float(value), Data::String(label), ..] = row
            && labels.iter().any(|(known, _)| known == label)
            && !found.iter().any(|(known, _): &Metric| known == label)
        {
            found.push((label.clone(), *value as u64));
        }
    }
    found
}

#[test]
fn the_key_numbers_of_every_form_agree() {
    for arguments in reports() {
        let metrics = in_json(&json(&arguments));
        assert!(!metrics.is_empty(), "{arguments:?}");
        assert_eq!(in_text(&text(&arguments, "text")), metrics, "text of {arguments:?}");
        assert_eq!(in_markdown(&text(&arguments, "markdown")), metrics, "Markdown of {arguments:?}");
        assert_eq!(in_page(&text(&arguments, "html")), metrics, "page of {arguments:?}");
        assert_eq!(in_workbook(workbook(&arguments), &metrics), metrics, "workbook of {arguments:?}");
    }
}

/// The number of entries of each section, as its heading says it.
fn counts_in_text(text: &str) -> Vec<Metric> {
    let heading = |line: &str| -> Option<Metric> {
        let (title, count) = line.strip_suffix(')')?.rsplit_once(" (")?;
        let is_heading =
            !title.starts_with(' ') && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
        is_heading.then(|| (title.to_owned(), number(count)))
    };
    text.lines().skip(1).filter_map(heading).collect()
}

#[test]
fn every_form_counts_the_same_entries_in_its_sections() {
    for arguments in reports() {
        let counts = counts_in_text(&text(&arguments, "text"));
        let markdown: Vec<_> = text(&arguments, "markdown")
            .lines()
            .filter_map(|line| Some(line.strip_prefix("## ")?.to_owned()))
            .collect();
        assert_eq!(
            counts_in_text(&format!("\n{}", markdown.join("\n"))),
            counts,
            "Markdown of {arguments:?}"
        );
        let html = text(&arguments, "html");
        for (title, count) in counts {
            let heading = html
                .split("<h2 ")
                .skip(1)
                .find(|part| part.contains(&format!(">{title} <span class=\"pill\">")));
            let heading =
                heading.unwrap_or_else(|| panic!("{title} is missing in the page of {arguments:?}"));
            let pill = heading.split_once("<span class=\"pill\">").unwrap().1.split_once('<').unwrap().0;
            assert_eq!(number(pill), count, "{title} in the page of {arguments:?}");
        }
    }
}

#[test]
fn json_lines_and_csv_list_the_same_items() {
    for (arguments, code) in [
        (vec!["diff", OLD, NEW], "code"),
        (vec!["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE], "code"),
    ] {
        let lines = text(&arguments, "jsonl");
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let lines: Vec<String> = lines.map(|row| row[code].as_str().unwrap().to_owned()).collect();
        let csv = text(&arguments, "csv");
        let mut csv = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let at = csv.headers().unwrap().iter().position(|title| title == code).unwrap();
        let rows: Vec<String> = csv.records().map(|row| row.unwrap()[at].to_owned()).collect();
        assert_eq!(rows, lines, "{arguments:?}");
    }
}
