//! Pages as output: what stands in them, and what they must never do.

use std::fs;

use crate::common::pages::{NEW, OLD, TABLE, USAGE, codeset, root, written};
use crate::common::rows::{release, row};
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::interchange::{Interchange, render};
use codeset::model::Release;
use codeset::report::{CrosswalkReport, DiffReport, Selection};
use codeset::view::Format;
use sha2::{Digest, Sha256};

fn of(year: i16, codes: &[(&str, u8, &str)]) -> Release {
    let text =
        codes.iter().enumerate().map(|(at, (code, flag, long))| row(at + 1, code, *flag, "short", long));
    release("order.txt", text.collect(), year)
}

fn html<R: Interchange>(report: &R) -> String {
    let mut out = Vec::new();
    assert!(render(report, Format::Html, false, &mut out).unwrap());
    String::from_utf8(out).unwrap()
}

fn impact() -> String {
    written(&["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE, "--format", "html"])
}

fn review() -> String {
    written(&["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE, "--format", "review"])
}

/// What stands between two marks.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{start} is missing"));
    rest.split_once(end).unwrap().0
}

/// The tags outside of style and script, without their angle brackets.
fn tags(html: &str) -> Vec<&str> {
    let (style, script) = (between(html, "<style>", "</style>"), between(html, "<script>", "</script>"));
    let parts = html.split([style, script].as_slice().first().copied().unwrap());
    let parts = parts.flat_map(|part| part.split(script));
    parts.flat_map(|part| part.split('<').skip(1)).filter_map(|tag| Some(tag.split_once('>')?.0)).collect()
}

fn assert_is_well_formed(html: &str, about: &str) {
    let mut open = Vec::new();
    for tag in tags(html) {
        let name = tag.split([' ', '\n']).next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{about}: {open:?}"),
            None if ["!doctype", "meta", "link", "input", "col"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{about}: {open:?} is never closed");
}

#[test]
fn every_report_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("REPORT.HTML");
    for arguments in [
        &["diff", OLD, NEW][..],
        &["crosswalk", OLD, NEW, "--map", TABLE],
        &["crosswalk", OLD, NEW, "--map", TABLE, "--reverse"],
        &["impact", OLD, NEW, "--usage", USAGE],
        &["impact", OLD, NEW, "--usage", USAGE, "--format", "review"],
        &["lookup", "E11.9", "--in", NEW],
        &["history", "B88.0", "--in", OLD, NEW],
        &["evaluate", OLD, NEW, "--map", TABLE],
        &["verify", OLD, NEW, "--addenda", "demo/icd10cm-order-addenda-2026.txt"],
        &["sets"],
    ] {
        // The ending tells the form.
        assert!(written(&[arguments, &["-o", file.to_str().unwrap()]].concat()).is_empty());
        let html = fs::read_to_string(&file).unwrap();
        assert!(html.trim_start().starts_with("<!doctype html>"), "{arguments:?}");
        assert!(html.contains("<html lang=\"en\">"));
        assert_eq!(html.matches("<h1>").count(), 1, "{arguments:?}");
        assert_eq!(html.matches("<main ").count(), 1, "{arguments:?}");
        assert_is_well_formed(&html, arguments[0]);
        assert_asks_nothing_of_the_network(&html);
        let tables = html.matches("<table").count();
        assert_eq!(html.matches("<caption>").count(), tables, "a table says what it is");
        let heads = tags(&html).into_iter().filter(|tag| tag.starts_with("th "));
        assert!(heads.into_iter().all(|head| head.contains("scope=")), "{arguments:?}");
    }
}

fn assert_asks_nothing_of_the_network(html: &str) {
    let style = between(html, "<style>", "</style>").to_lowercase();
    assert!(!style.contains("url(") && !style.contains("@import"));
    let script = between(html, "<script>", "</script>");
    for door in ["fetch(", "XMLHttp", "import(", "WebSocket", "sendBeacon", "eval(", "innerHTML", "http"] {
        assert!(!script.contains(door), "{door}");
    }
    for tag in tags(html) {
        for attribute in [" src=", " srcset=", " action=", " style=", " on", " xlink", " data=\""] {
            assert!(!tag.contains(attribute), "<{tag}>");
        }
        if let Some((_, address)) = tag.split_once("href=\"") {
            assert!(address.starts_with('#') || address.starts_with("data:,"), "<{tag}>");
        }
        assert!(!tag.contains("http://") && !tag.contains("https://"), "<{tag}>");
    }
}

/// RFC 4648, a bit at a time.
fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let bits: Vec<char> = bits.chars().collect();
    let letter = |six: &[char]| {
        let number = format!("{:0<6}", six.iter().collect::<String>());
        char::from(letters[usize::from_str_radix(&number, 2).unwrap()])
    };
    let text: String = bits.chunks(6).map(letter).collect();
    format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4))
}

#[test]
fn the_pages_of_a_course_are_well_formed_and_ask_nothing_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    written(&["teach", OLD, NEW, "--map", TABLE, "--quiet", "-o", folder.path().to_str().unwrap()]);
    for file in ["handout.html", "slides.html"] {
        let html = fs::read_to_string(folder.path().join(file)).unwrap();
        assert_is_well_formed(&html, file);
        assert_asks_nothing_of_the_network(&html);
        assert_policy(&html);
        assert!(html.contains("<html lang=\"en\">") && html.matches("<main").count() == 1, "{file}");
        assert_eq!(html.matches("<h1").count(), 1, "{file}");
        // Headings are in order: none is skipped.
        let levels = tags(&html).into_iter().filter_map(|tag| {
            let level = tag.strip_prefix('h')?.chars().next()?.to_digit(10)?;
            Some(level)
        });
        let levels: Vec<u32> = levels.collect();
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{file}: {levels:?}");
        let drawings = tags(&html).into_iter().filter(|tag| tag.starts_with("svg role=\"img\"")).count();
        assert_eq!(
            html.matches("<desc ").count() + html.matches("<svg role=\"img\" aria-label=").count(),
            drawings
        );
    }
}

#[test]
fn the_policy_lets_only_our_style_and_script_run() {
    for html in [impact(), review()] {
        assert_policy(&html);
    }
}

fn assert_policy(html: &str) {
    let policy = between(html, "Content-Security-Policy\" content=\"", "\"").replace("&#x27;", "'");
    let policy = policy.replace("&#x2f;", "/");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'));
    for (kind, end) in [("style", "</style>"), ("script", "</script>")] {
        let text = between(html, &format!("<{kind}>"), end);
        let wanted = format!("{kind}-src 'sha256-{}';", base64(&Sha256::digest(text)));
        assert!(policy.contains(&wanted), "{policy} has not {wanted}");
        assert_eq!(html.matches(&format!("<{kind}")).count(), 1, "one {kind}, and it is ours");
    }
    // It holds from the beginning.
    assert!(html.find("Content-Security-Policy") < html.find("<style>"));
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "=HYPERLINK(\"http://x\")",
    "{{ 7 * 7 }}{% raw %}</style></table>&lt;",
    "a\u{1b}[31m b\u{202e}c\u{7}",
];

#[test]
fn what_comes_from_data_stays_text() {
    let codes: Vec<String> = (0..HOSTILE.len()).map(|at| format!("A10{at}")).collect();
    let rows = |texts: &dyn Fn(usize) -> String, year| {
        let longs: Vec<String> = (0..codes.len()).map(texts).collect();
        let rows: Vec<_> =
            codes.iter().zip(&longs).map(|(code, long)| (code.as_str(), 1, long.as_str())).collect();
        of(year, &rows)
    };
    let old = rows(&|at| HOSTILE[at].to_owned(), 2025);
    let new = rows(&|at| format!("new {}", HOSTILE[(at + 1) % 6]), 2026);
    let gone = of(2026, &[("B10", 1, HOSTILE[0])]);
    let (revised, removed) = (diff(&old, &new), diff(&old, &gone));
    let pages = [
        html(&DiffReport::new(&revised, None, &Selection::default())),
        html(&DiffReport::new(&removed, None, &Selection::default())),
        html(&CrosswalkReport::new(&removed, &crosswalk(&removed))),
    ];
    for page in pages {
        assert_is_well_formed(&page, "hostile");
        assert_asks_nothing_of_the_network(&page);
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("<img"));
        assert!(page.chars().all(|char| char == '\n' || !char.is_control() && char != '\u{202e}'));
        // Shown for what it is.
        assert!(page.contains("\\u{1b}[31m") && page.contains("\\u{202e}"));
        assert!(page.contains("7 * 7"));
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;") || page.contains("onerror"));
    }
}

#[test]
fn a_suggestion_is_never_dressed_up_as_a_fact() {
    let without_table = written(&["crosswalk", OLD, NEW, "--format", "html"]);
    assert!(without_table.contains("<li class=\"suggestion\">"));
    assert!(!without_table.contains("<li class=\"official\">"));
    let with_table = written(&["crosswalk", OLD, NEW, "--map", TABLE, "--format", "html"]);
    for target in with_table.split("<li class=\"").skip(1) {
        let (standing, rest) = target.split_once('"').unwrap();
        let Some((_, basis)) = rest.split_once("class=\"basis\">") else { continue };
        assert!(basis.starts_with(standing), "{standing} is called {}", &basis[..20]);
    }
}

#[test]
fn an_impact_says_what_is_to_be_done_about_which_codes() {
    let html = impact();
    for wanted in [
        "<dt>codes in use</dt><dd><strong>28</strong>",
        "<dt>no longer billable</dt><dd><strong>6</strong>",
        "<dt>needs review</dt><dd><strong>6</strong>",
        "in effect from <time datetime=\"2025-10-01\">",
        "Everything takes effect on Oct 1, 2025.",
        "Relapsing-remitting multiple sclerosis",
        "icd10cm-conversion-2026.csv rows 11-",
        "The record must specify: site",
        "<li data-k=\"Neurology\"><span>Neurology</span> <b>64</b></li>",
        "<option value=\"demoted\">demoted (5)</option>",
    ] {
        assert!(html.contains(wanted), "{wanted} is missing");
    }
    for file in [OLD, NEW, TABLE] {
        let sum = base16(&Sha256::digest(fs::read(root().join(file)).unwrap()));
        assert!(html.contains(&sum), "the checksum of {file}");
    }
    assert!(html.contains("Craniosynostosis<ins>,</ins> unspecified"), "what came stands apart");
    assert!(written(&["diff", OLD, NEW, "--format", "html"]).contains("<del>"), "and so does what went");
}

fn base16(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_code_of_another_set_is_called_so() {
    let folder = tempfile::tempdir().unwrap();
    let pair = [
        ("hcpcs-2025.csv", ",C,20200101,20200101,"),
        ("hcpcs-2026.csv", "99901,C,20200101,20200101,20251231"),
    ];
    let pair = pair.map(|(name, days)| {
        let text = format!(
            "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,XREF1,COV,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n\
             X1001,0010,3,Service one,Service one,{days},N\n"
        );
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let html = written(&["crosswalk", &pair[0], &pair[1], "--format", "html"]);
    assert!(html.contains("<code>99901</code>") && html.contains("official: a code of CPT"), "{html}");
}

#[test]
fn one_day_of_effect_is_a_sentence_and_no_chart() {
    let folder = tempfile::tempdir().unwrap();
    let usage = folder.path().join("usage.csv");
    fs::write(&usage, "code,count\nC9407,5\n").unwrap();
    let pair = ["tests/pairs/HCPC2019_sample.txt", "tests/pairs/HCPC2020_sample.txt"];
    let html = written(&["impact", pair[0], pair[1], "--usage", usage.to_str().unwrap(), "--format", "html"]);
    assert!(html.contains("Everything takes effect on"), "one day needs no chart");
}

#[test]
fn nothing_about_patients_and_no_licensed_text_is_in_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let usage = folder.path().join("usage.csv");
    fs::write(&usage, "patient,code\nErika Mustermann,G35\n").unwrap();
    let html = written(&["impact", OLD, NEW, "--usage", usage.to_str().unwrap(), "--format", "html"]);
    assert!(html.contains("G35") && !html.contains("Mustermann"));
    let cpt = [
        "lookup",
        "09001",
        "--in",
        "tests/fixtures/cpt_long/ok/bare.txt",
        "--set",
        "cpt",
        "--format",
        "html",
    ];
    assert!(!written(&cpt).contains("INVENTED"));
    assert!(written(&[&cpt[..], &["--with-licensed-text"]].concat()).contains("INVENTED"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert!(impact() == impact());
}

#[test]
fn a_page_needs_no_file_name_to_go_to_stdout() {
    let output = codeset(&["sets", "icd10cm", "--format", "html", "-o", "-"]);
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("</html>"));
}

/// Relative luminance, WCAG 2.2.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn texts_can_be_read_in_light_in_dark_and_on_page() {
    let style = fs::read_to_string(root().join("src/render/html/style.css")).unwrap();
    let themes: Vec<&str> =
        style.split(":root {").skip(1).map(|theme| theme.split_once('}').unwrap().0).collect();
    assert_eq!(themes.len(), 3);
    for theme in themes {
        let color = |name: &str| &between(theme, &format!("--{name}: "), ";")[..7];
        let mut pairs = vec![("paper", "accent")];
        for ground in ["paper", "panel"] {
            pairs
                .extend(["ink", "muted", "accent", "bad", "warn", "good", "info"].map(|text| (text, ground)));
        }
        let own =
            [("bad", "bad-paper"), ("warn", "warn-paper"), ("good", "good-paper"), ("info", "info-paper")];
        for (text, ground) in pairs.into_iter().chain(own).chain([("ink", "info-paper")]) {
            let (a, b) = (luminance(color(text)), luminance(color(ground)));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= 4.5, "{text} on {ground} is {contrast:.2}");
        }
    }
}
