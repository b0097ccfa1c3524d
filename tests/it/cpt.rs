//! Two deliveries of CPT in the AMA's layouts. All codes and texts are invented.

use codeset::diff::{Kind, Summary, diff};
use codeset::formats::{self, Options};
use codeset::model::{Release, SourceFile, TextKind};

const NOTICE: &str = "Invented notice of rights.\r\n\r\nNothing here is real.\r\n\r\n";

/// A code with its long, medium, short and consumer descriptor.
type Row = (&'static str, [&'static str; 4]);

const OLD: &[Row] = &[
    (
        "09001",
        [
            "Invented service, first kind",
            "INVENTED SERVICE FIRST KIND WITH REMARK",
            "INVENTED SVC 1",
            "A made-up service",
        ],
    ),
    ("09002", ["Invented service, second kind", "INVENTED SERVICE SECOND KIND", "INVENTED SVC 2", "Another"]),
    ("09003", ["Invented service, third kind", "INVENTED SERVICE THIRD KIND", "INVENTED SVC 3", "A third"]),
    ("9991T", ["Invented technology", "INVENTED TECHNOLOGY", "INVENTED TECH", "Made-up technology"]),
    ("9992F", ["Invented measure", "INVENTED MEASURE", "INVENTED MSR", "Made-up measure"]),
];

const NEW: &[Row] = &[
    (
        "09001",
        [
            "Invented service, the first kind",
            "INVENTED SERVICE FIRST KIND WITH REMARK",
            "INVENTED SVC 1",
            "A made-up service",
        ],
    ),
    ("09002", ["Invented service, second kind", "INVENTED SERVICE KIND 2", "INVENTED SVC 2", "Another"]),
    (
        "09004",
        [
            "Invented service, fourth kind",
            "INVENTED SERVICE FOURTH KIND WITH REMARK",
            "INVENTED SVC 4",
            "A fourth",
        ],
    ),
    ("9991T", ["Invented technology", "INVENTED TECHNOLOGY", "INVENTED TECHN", "Made-up technology"]),
    ("9992F", ["Invented measure", "INVENTED MEASURE", "INVENTED MSR", "A made-up measure"]),
];

fn file(name: &str, text: String) -> SourceFile {
    SourceFile::new(name, text.into_bytes())
}

/// The files of a delivery.
fn files(rows: &[Row], pla: &str) -> Vec<SourceFile> {
    let lines = |line: &dyn Fn(&Row) -> String| rows.iter().map(line).collect::<String>();
    let long = lines(&|(code, [long, ..])| format!("{code}\t{long}\r\n"));
    let medium = lines(&|(code, [_, medium, ..])| format!("{code} {medium:<48}\r\n"));
    let short = lines(&|(code, [_, _, short, _])| format!("{code} {short:<28}\r\n"));
    let consumer = lines(&|(code, [.., consumer])| format!("{code}9\t{code}\t{consumer}\r\n"));
    let clinician = lines(&|(code, [long, ..])| {
        format!("{code}9\t{code}\t1\t{long}, left\r\n{code}9\t{code}\t2\t{long}, right\r\n")
    });
    let pla = format!(
        "9993U\tInvented test\tINVENTED TEST\tINV TEST\t\t\t2026-01-01\t{pla}\tInventest\tLab\tMaker\r\n"
    );
    vec![
        file(
            "ClinicianDescriptor.txt",
            format!("Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\r\n{clinician}"),
        ),
        file(
            "ConsumerDescriptor.txt",
            format!("Concept Id\tCPT Code\tConsumer Friendly Descriptor\r\n{consumer}"),
        ),
        file("CPTPLA.txt", pla),
        file("LONGULT.txt", format!("{NOTICE}{long}")),
        file("MEDU.txt", format!("{NOTICE}{medium}")),
        file("MODUL.txt", "Invented notice.\r\n\r\nZZ Invented modifier\r\n".to_owned()),
        file("SHORTU.txt", format!("{NOTICE}{short}")),
    ]
}

fn delivery(rows: &[Row], pla: &str) -> Release {
    formats::read(files(rows, pla), &Options::default()).unwrap()
}

#[test]
fn the_files_of_a_delivery_are_one_release() {
    let release = delivery(OLD, "2026-04-01");
    assert_eq!((release.set.id, release.len(), release.coverage.whole), ("cpt", 6, true));
    let entry = release.find("09001").unwrap();
    let texts = TextKind::ALL.iter().map(|kind| entry.text(*kind).unwrap());
    assert!(texts.eq([OLD[0].1[0], OLD[0].1[2], OLD[0].1[1], OLD[0].1[3]]), "{entry:?}");
    let clinician = "Invented service, first kind, left | Invented service, first kind, right";
    assert_eq!(entry.property("Clinician Descriptor"), Some(clinician));
    assert_eq!(entry.property("Concept Id"), Some("090019"));
    assert_eq!(entry.property("Category"), Some("I"));
    assert_eq!(release.find("9993U").unwrap().property("Category"), Some("PLA"));
    // Modifiers are in a layout that is not certain.
    let problems: Vec<_> =
        release.problems.iter().map(|problem| (problem.code.word(), &*problem.place.file)).collect();
    assert_eq!(problems, [("passed-over", "MODUL.txt")]);
}

#[test]
fn descriptors_are_not_shown_without_leave() {
    let release = delivery(OLD, "2026-04-01");
    assert_eq!(release.find("09001").unwrap().shown_long(), "");
    let options = Options { shows_licensed: true, ..Options::default() };
    let release = formats::read(files(OLD, "2026-04-01"), &options).unwrap();
    assert_eq!(release.find("09001").unwrap().shown_long(), OLD[0].1[0]);
}

#[test]
fn two_deliveries_differ_in_codes_and_in_each_kind_of_text() {
    let (old, new) = (delivery(OLD, "2026-04-01"), delivery(NEW, "2026-07-01"));
    let diff = diff(&old, &new);
    let fields = |code: &str| {
        let revised = |change: &&codeset::diff::Change<'_>| {
            change.kind == Kind::Revised && change.entry().code() == code
        };
        let revision = diff.changes.iter().find(revised).and_then(|change| change.revision.clone());
        revision.map(|revision| revision.fields)
    };
    assert_eq!(fields("09001"), Some(vec![TextKind::Long]));
    assert_eq!(fields("09002"), Some(vec![TextKind::Medium]));
    assert_eq!(fields("9991T"), Some(vec![TextKind::Short]));
    assert_eq!(fields("9992F"), Some(vec![TextKind::Consumer]));
    let codes = |kind: Kind| {
        let of_kind = diff.changes.iter().filter(|change| change.kind == kind);
        of_kind.map(|change| change.entry().code()).collect::<Vec<_>>()
    };
    assert_eq!((codes(Kind::Added), codes(Kind::Removed)), (vec!["09004"], vec!["09003"]));
    // The long descriptor is in the clinicians' too; the proprietary code has another date.
    let mut properties = codes(Kind::Property);
    properties.sort_unstable();
    assert_eq!(properties, ["09001", "9993U"]);
    let codes = Summary::of(&diff).codes;
    assert_eq!((codes.old, codes.new, codes.added, codes.removed, codes.revised), (6, 6, 1, 1, 4));
}

#[test]
fn a_delivery_in_lines_of_80_columns_says_the_same_as_one_with_tabs() {
    let long = "Invented service with a text that is longer than the room that one line of eighty columns has for it";
    let (first, second) = long.split_at(long[..71].rfind(' ').unwrap());
    let wrapped = format!("{NOTICE}09001001 {first}\r\n09001002{second}\r\n");
    let tabs = format!("{NOTICE}09001\t{long}\r\n");
    let read = |text: String| formats::read(vec![file("f.txt", text)], &Options::default()).unwrap();
    assert!(diff(&read(wrapped), &read(tabs)).changes.is_empty());
}

#[test]
fn a_cut_file_of_a_delivery_removes_nothing() {
    let old = delivery(OLD, "2026-04-01");
    let mut cut = files(&NEW[..2], "2026-04-01");
    let long = cut.iter_mut().find(|file| file.source.name == "LONGULT.txt").unwrap();
    let bytes = long.bytes[..long.bytes.len() - 4].to_vec();
    *long = SourceFile::new("LONGULT.txt", bytes);
    let new = formats::read(cut, &Options::default()).unwrap();
    assert!(!new.coverage.whole);
    assert!(diff(&old, &new).changes.iter().all(|change| change.kind != Kind::Removed));
}
