//! The tabular list: its own numbers, its agreement with the list of codes, what changed in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::common::official::{data, open};
use codeset::crosswalk::{EvidenceKind, Quality, crosswalk, evaluate};
use codeset::diff::{Kind, NoteChange, PcsChange, TabularDiff, diff, pcs_diff, tabular_diff};
use codeset::formats::{self, Options};
use codeset::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use codeset::model::{Level, NoteKind, ProblemCode, Release};
use codeset::sources;

const APRIL_2025: &str = "icd10cm/fy2025-apr/icd10cm-tabular-April-2025.xml";
const APRIL_2026: &str = "icd10cm/fy2026-apr/icd10c-tabular-April-1-2026.xml";

/// A release of several paths.
fn joined(paths: &[&Path]) -> Release {
    let files = paths.iter().flat_map(|path| sources::open(path, &formats::wanted).unwrap().files);
    formats::read(files.collect(), &Options::default()).unwrap()
}

fn by_kind(diff: &TabularDiff<'_>) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for NoteChange { kind, .. } in diff.noted.iter().flat_map(|noted| &noted.notes) {
        *kinds.entry(kind.title()).or_default() += 1;
    }
    kinds
}

fn names(places: &[&codeset::model::ListPlace]) -> Vec<String> {
    places.iter().map(|place| place.name.clone()).collect()
}

#[test]
fn april_2025_to_april_2026_has_the_entries_notes_and_sections_that_changed() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(APRIL_2025)), open(&data.join(APRIL_2026)));
    let diff = tabular_diff(&old, &new).unwrap();
    let entries =
        [old.companions.tabular(), new.companions.tabular()].map(|list| list.unwrap().entries().count());
    assert_eq!(entries, [46_498, 46_881]);
    assert_eq!((diff.added.len(), diff.gone.len(), diff.retitled.len(), diff.moved.len()), (383, 0, 20, 0));
    assert_eq!(diff.noted.len(), 126);
    let expected = [
        ("Excludes1", 55),
        ("Excludes2", 48),
        ("Inclusion term", 40),
        ("Code also", 8),
        ("Use additional code", 4),
        ("Code first", 4),
        ("Note", 1),
    ];
    assert_eq!(by_kind(&diff), expected.into());
    let noted: Vec<_> = diff.parts_noted.iter().map(|noted| noted.place.name.as_str()).collect();
    assert_eq!(noted, ["D80-D89", "L20-L30", "T66-T78", "Z00-Z13"]);
    assert_eq!(names(&diff.parts_added), ["QA0"]);
    assert!(diff.parts_gone.is_empty());
}

#[test]
fn the_list_and_its_7th_characters_give_every_code_of_the_order_file() {
    let Some(data) = data() else { return };
    for (xml, codes, forbidden) in [
        ("icd10cm/fy2016/ICD10CM_FY2016_ Full_ XML.ZIP", "icd10cm/fy2016/cms_2016_dx.zip", 0),
        ("icd10cm/fy2017/ICD10CM_FY2017_Full_XML.zip", "icd10cm/fy2017/cms_2017_dx.zip", 0),
        (APRIL_2025, "icd10cm/fy2025-apr/Code-desciptions-April-2025.zip", 76),
    ] {
        let release = joined(&[&data.join(codes), &data.join(xml)]);
        let of = |code| release.problems.iter().filter(move |problem| problem.code == code);
        let differs: Vec<_> = of(ProblemCode::TabularDiffers).map(|problem| problem.fact.as_str()).collect();
        assert_eq!(differs, [""; 0], "{xml}");
        let told = of(ProblemCode::TabularForbidden).map(|problem| problem.fact.as_str()).collect::<String>();
        let expected = if forbidden == 0 { String::new() } else { format!("{forbidden} codes") };
        assert!(told.starts_with(&expected) && told.is_empty() == expected.is_empty(), "{told}");
    }
}

#[test]
fn notes_are_changes_of_entries_and_no_revision() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(APRIL_2025)), open(&data.join(APRIL_2026)));
    let diff = diff(&old, &new);
    let of = |kind: Kind| diff.changes.iter().filter(|change| change.kind == kind).count();
    assert_eq!((of(Kind::Notes), of(Kind::Moved)), (126, 0));
    let excluded = diff.changes.iter().flat_map(|change| &change.notes);
    assert_eq!(excluded.filter(|notes| notes.kind == NoteKind::Excludes1).count(), 55);
}

/// A section: its name, a note of its own, and its categories, each with a note.
type Section<'s> = (&'s str, &'s str, &'s [(&'s str, &'s str)]);

/// A list of sections.
fn list(year: i16, sections: &[Section<'_>]) -> Release {
    let mut xml = format!(
        "<?xml version=\"1.0\"?>\n<ICD10CM.tabular>\n<version>{year}</version>\n<chapter><name>1</name><desc>Made up</desc>\n"
    );
    for (id, note, categories) in sections {
        xml +=
            &format!("<section id=\"{id}\"><desc>Section</desc><includes><note>{note}</note></includes>\n");
        for (code, note) in *categories {
            xml += &format!(
                "<diag><name>{code}</name><desc>Title</desc><excludes1><note>{note}</note></excludes1></diag>\n"
            );
        }
        xml += "</section>\n";
    }
    xml += "</chapter></ICD10CM.tabular>\n";
    let file = codeset::model::SourceFile::new("tabular.xml", xml.into_bytes());
    formats::read(vec![file], &Options::default()).unwrap()
}

#[test]
fn a_section_with_another_name_is_no_move_and_a_category_in_another_section_is() {
    let old = list(
        2025,
        &[
            ("A00-A09", "same", &[("A00", "x"), ("A01", "x"), ("A02", "old note")]),
            ("B00-B09", "same", &[("B00", "x"), ("B01", "x")]),
        ],
    );
    let new = list(
        2026,
        &[
            ("A00-A0B", "other", &[("A00", "x"), ("A01", "x"), ("A02", "new note")]),
            ("B00-B09", "same", &[("B00", "x")]),
            ("C00-C09", "same", &[("B01", "x"), ("C00", "x")]),
        ],
    );
    let list = tabular_diff(&old, &new).unwrap();
    let pairs: Vec<_> =
        list.relabeled.iter().map(|[old, new]| (old.name.as_str(), new.name.as_str())).collect();
    assert_eq!(pairs, [("A00-A09", "A00-A0B")]);
    assert_eq!((names(&list.parts_added), names(&list.parts_gone)), (vec!["C00-C09".to_owned()], vec![]));
    let moved: Vec<_> =
        list.moved.iter().map(|(place, [from, to])| [&place.name, &from.name, &to.name]).collect();
    assert_eq!(moved, [["B01", "B00-B09", "C00-C09"]]);
    // The notes of the section that has another name changed as well.
    assert_eq!(
        list.parts_noted.iter().map(|noted| noted.place.name.as_str()).collect::<Vec<_>>(),
        ["A00-A0B"]
    );
    let diff = diff(&old, &new);
    let told: Vec<_> = diff.changes.iter().map(|change| (change.entry().code(), change.kind)).collect();
    assert_eq!(told, [("A02", Kind::Notes), ("B01", Kind::Moved), ("C00", Kind::Added)]);
    let notes = &diff.changes[0].notes[0];
    assert_eq!(
        (notes.kind, &notes.old[..], &notes.new[..]),
        (NoteKind::Excludes1, &["old note"][..], &["new note"][..])
    );
}

#[test]
fn a_code_with_a_7th_character_has_the_notes_of_all_that_is_above_it() {
    let bytes = std::fs::read("tests/fixtures/icd10cm_tabular/ok/small.xml").unwrap();
    let file = codeset::model::SourceFile::new("small.xml", bytes);
    let release = formats::read(vec![file], &Options::default()).unwrap();
    let code = release.find_billable("S001XXA").unwrap();
    assert_eq!(code.long(), "Contusion of eyelid and periocular area, initial encounter");
    let notes = code.notes_in_force();
    let told: Vec<_> = notes.iter().map(|(kind, _, place)| (*kind, place.unwrap().name.as_str())).collect();
    assert_eq!(
        told,
        [
            (NoteKind::Excludes1, "S00"),
            (NoteKind::Excludes1, "S00"),
            (NoteKind::SeventhCharacterNote, "S00"),
            (NoteKind::Excludes2, "S00-S09"),
            (NoteKind::Note, "19"),
        ]
    );
    // A note forbids D and S where the 6th character is 7.
    assert!(release.find("S062X7A").is_some() && release.find("S062X7D").is_none());
    assert!(release.find_billable("S062X9D").is_some());
}

#[test]
fn the_tables_of_pcs_make_exactly_its_codes_and_explain_every_one_that_came_or_went() {
    let Some(data) = data() else { return };
    let of = |year: &str, zip: &str| {
        let folder = data.join("icd10pcs").join(year);
        let xml = format!("icd10pcs_tables_{}.xml", &year[2..]);
        joined(&[&folder.join(zip), &folder.join(xml)])
    };
    let (old, new) = (of("fy2025", "cms_2025_pr.zip"), of("fy2026", "cms_2026_pr.zip"));
    for release in [&old, &new] {
        let differs = release.problems.iter().filter(|problem| problem.code == ProblemCode::TabularDiffers);
        assert_eq!(differs.map(|problem| problem.fact.as_str()).collect::<Vec<_>>(), [""; 0]);
    }
    let diff = diff(&old, &new);
    let codes = |kind: Kind| -> Vec<String> {
        let of = diff.changes.iter().filter(|change| change.kind == kind && change.level() == Level::Code);
        let mut codes: Vec<_> = of.map(|change| change.entry().code().to_owned()).collect();
        codes.sort();
        codes
    };
    let changes = pcs_diff(&old, &new).unwrap();
    let explained = |codes: fn(&PcsChange) -> &Vec<String>| {
        let mut all: Vec<_> = changes.iter().flat_map(codes).cloned().collect();
        all.sort();
        all
    };
    assert_eq!((codes(Kind::Removed).len(), codes(Kind::Added).len()), (39, 206));
    assert_eq!(explained(|change| &change.codes_gone), codes(Kind::Removed));
    assert_eq!(explained(|change| &change.codes_added), codes(Kind::Added));
}

#[test]
fn definitions_of_pcs_that_changed_are_reported_line_by_line() {
    let release = |words: &str| {
        let read =
            |name: &str| std::fs::read_to_string(format!("tests/fixtures/{name}/ok/small.xml")).unwrap();
        let definitions = read("icd10pcs_definitions").replace("Made-up part", words);
        let files = [("tables.xml", read("icd10pcs_tables")), ("definitions.xml", definitions)];
        let files = files.map(|(name, text)| codeset::model::SourceFile::new(name, text.into_bytes()));
        formats::read(files.to_vec(), &Options::default()).unwrap()
    };
    let (old, new) = (release("Made-up part"), release("Another made-up part"));
    let changes = pcs_diff(&old, &new).unwrap();
    let told: Vec<_> =
        changes.iter().map(|change| (change.title.as_str(), &change.old[..], &change.new[..])).collect();
    let lines = (["includes: Made-up part".to_owned()], ["includes: Another made-up part".to_owned()]);
    assert_eq!(told, [("Brain", &lines.0[..], &lines.1[..]), ("Cerebrum", &lines.0[..], &lines.1[..])]);
    assert!(pcs_diff(&old, &old).unwrap().is_empty());
    let code = new.find("00200ZZ").or(new.find("0020X0Z")).unwrap();
    assert_eq!(
        code.long(),
        "Medical and Surgical; Central Nervous System and Cranial Nerves; Change; Brain; External; Drainage Device; No Qualifier"
    );
}

#[test]
fn the_index_of_pcs_leads_to_beginnings_of_codes_and_the_table_of_drugs_to_each_column() {
    let Some(data) = data() else { return };
    let pcs = data.join("icd10pcs/fy2025");
    let paths = [pcs.join("cms_2025_pr.zip"), pcs.join("icd10pcs_index_2025.xml")];
    let release = joined(&[&paths[0], &paths[1]]);
    assert!(release.index_terms("0UT90ZZ").contains(&"Abdominohysterectomy"));
    let folder = data.join("icd10cm/fy2025-apr");
    let paths =
        ["Code-desciptions-April-2025.zip", "icd10cm-tabular-April-2025.xml", "icd10cm-drug-April-2025.csv"];
    let paths = paths.map(|name| folder.join(name));
    let release = joined(&[&paths[0], &paths[1], &paths[2]]);
    let terms = release.index_terms("T510X1A");
    assert!(terms.contains(&"Absinthe, beverage [Poisoning Accidental (unintentional)]"), "{terms:?}");
}

#[test]
fn the_index_is_evidence_that_is_measured_like_the_others() {
    let Some(data) = data() else { return };
    let folder = |year: &str| {
        let folder = data.join("icd10cm").join(year);
        let paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        joined(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>())
    };
    let old = folder("fy2016");
    let mut new = folder("fy2017");
    let table = data.join("icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx");
    new.companions.conversion_tables =
        formats::read_maps(sources::open(&table, &formats::wanted).unwrap().files).tables;
    let measured = |old: &Release, new: &Release| -> Vec<(EvidenceKind, [u64; 5])> {
        let diff = diff(old, new);
        let kinds = evaluate(&diff).kinds;
        let figures =
            |kind: &Quality| [kind.asked, kind.proposed, kind.correct, kind.answered, kind.complete];
        kinds.iter().map(|kind| (kind.kind, figures(kind))).collect()
    };
    let with = measured(&old, &new);
    assert_eq!(with[4], (EvidenceKind::Index, [6, 6, 6, 6, 6]));
    assert_eq!(with[5], (EvidenceKind::SimilarDescription, [0, 0, 0, 0, 0]));
    let told = EvidenceKind::Index.measured(&codeset::model::sets::ICD10CM).unwrap();
    assert_eq!([told.proposed, told.correct, told.answered, told.complete], [6, 6, 6, 6]);
    new.companions.indexes.clear();
    let without = measured(&old, &new);
    assert_eq!(without[4], (EvidenceKind::SimilarDescription, [6, 0, 0, 0, 0]));
}

#[test]
fn notes_that_changed_are_weighed_by_all_codes_in_use_below_them() {
    let old = list(2025, &[("A00-A09", "old", &[("A00", "x"), ("A02", "old note")])]);
    let new = list(2026, &[("A00-A09", "new", &[("A00", "x"), ("A02", "new note")])]);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let mut usage = Usage::default();
    let csv = "code,count\nA00,5\nA02,7\n".as_bytes();
    read_usage(&mut usage, "usage.csv", csv, &UsageOptions::default(), Editions::pair(&old, &new)).unwrap();
    let impact = impact(&diff, &crosswalk, &usage);
    let told: Vec<_> = impact
        .note_changes
        .iter()
        .map(|row| (row.place.name.as_str(), row.used.codes, row.used.lines))
        .collect();
    assert_eq!(told, [("A00-A09", 2, 12), ("A02", 1, 7)]);
}
