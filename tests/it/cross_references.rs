//! What dead HCPCS codes say to use instead: rules on made-up records, numbers on official files.

use crate::common::official::{data, open};
use crate::common::tables::crosswalk_by;
use codeset::crosswalk::{Crosswalk, Disposition, EvidenceKind, Relationship, crosswalk, reverse};
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::interchange::render;
use codeset::model::{Edition, Release, SourceFile};
use codeset::report::CrosswalkReport;
use codeset::view::Format;

/// A workbook's text of codes with their last days and what to use instead.
fn of(edition: &str, codes: &[(&str, &str, &[&str])]) -> Release {
    let mut text =
        "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,XREF1,XREF2,ADD DT,TERM DT\n".to_owned();
    for (code, last_day, instead) in codes {
        let record = if code.len() == 2 { 7 } else { 3 };
        let at = |at: usize| instead.get(at).copied().unwrap_or_default();
        let line = format!("{code},00100,{record},{code},{code},{},{},20000101,{last_day}\n", at(0), at(1));
        text.push_str(&line);
    }
    let options = Options { edition: Edition::parse(edition), ..Options::default() };
    formats::read(vec![SourceFile::new(format!("{edition}.csv"), text.into_bytes())], &options).unwrap()
}

/// A code with its decision, its targets and its trace.
fn told(crosswalk: &Crosswalk<'_>, code: &str) -> (Disposition, Vec<String>, Vec<String>) {
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    let targets = mapping.targets.iter().map(|target| target.entry.code().to_owned()).collect();
    (mapping.decision, targets, mapping.paths.iter().map(ToString::to_string).collect())
}

fn codes(targets: &[&str]) -> Vec<String> {
    targets.iter().map(|code| (*code).to_owned()).collect()
}

fn facts(crosswalk: &Crosswalk<'_>) -> Vec<String> {
    crosswalk.problems.iter().map(|problem| format!("{} {}", problem.code.word(), problem.fact)).collect()
}

#[test]
fn a_dead_code_leads_to_the_new_code_that_its_record_names() {
    let old = of("2019", &[("A1001", "", &[])]);
    let new = of("2020", &[("A1001", "20191231", &["A1002"]), ("A1002", "", &[])]);
    let diff = diff(&old, &new);
    let there = crosswalk(&diff);
    assert_eq!(told(&there, "A1001"), (Disposition::Choose, codes(&["A1002"]), vec![]));
    let evidence = &there.mappings[0].targets[0].evidence[0];
    assert_eq!((evidence.kind, evidence.source.as_str()), (EvidenceKind::Official, "2020.csv"));
    assert_eq!((evidence.row, evidence.effective), (None, Some("2020-01-01".parse().unwrap())));
    assert_eq!(told(&reverse(&diff), "A1002"), (Disposition::Choose, codes(&["A1001"]), vec![]));
}

#[test]
fn a_code_that_was_there_before_means_more_than_the_one_it_takes_in() {
    let old = of("2019", &[("A1001", "", &[]), ("A1002", "", &[])]);
    let new = of("2020", &[("A1001", "20191231", &["A1002"]), ("A1002", "", &[])]);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert_eq!(told(&crosswalk, "A1001").0, Disposition::Choose);
    let relationship = crosswalk.mappings[0].targets[0].relationship;
    assert_eq!(relationship, Relationship::SourceIsNarrowerThanTarget);
}

#[test]
fn a_successor_that_died_later_is_followed_to_its_own() {
    let old = of("2018", &[("A1001", "", &[]), ("A1002", "", &[])]);
    let new = of(
        "2020",
        &[
            ("A1001", "20181231", &["A1002"]),
            ("A1002", "20191231", &["A1003", "A1004"]),
            ("A1003", "", &[]),
            ("A1004", "", &[]),
        ],
    );
    let diff = diff(&old, &new);
    let ways = ["A1003", "A1004"].map(|last| format!("A1001 -> A1002 (2019-01-01) -> {last} (2020-01-01)"));
    assert_eq!(
        told(&crosswalk(&diff), "A1001"),
        (Disposition::Choose, codes(&["A1003", "A1004"]), ways.to_vec())
    );
}

#[test]
fn codes_of_other_sets_are_successors_and_what_else_cannot_be_followed_is_stated() {
    let names = ["99493", "CPT", "QM", "A0030", "A1001", "A1009"];
    let sources: Vec<String> = (1..=6).map(|number| format!("A100{number}")).collect();
    let old: Vec<(&str, &str, &[&str])> = sources.iter().map(|code| (code.as_str(), "", &[][..])).collect();
    let mut new: Vec<(&str, &str, &[&str])> = sources
        .iter()
        .zip(&names)
        .map(|(code, name)| (code.as_str(), "20191231", std::slice::from_ref(name)))
        .collect();
    new.extend([("A1009", "20101231", &[][..]), ("QM", "", &[])]);
    let (old, new) = (of("2019", &old), of("2020", &new));
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let decided = |code: &str| told(&crosswalk, code).0;
    // The second leads there by way of the first.
    for code in ["A1001", "A1005"] {
        assert_eq!(
            (decided(code), elsewhere(&crosswalk, code)),
            (Disposition::Choose, vec!["CPT 99493".to_owned()])
        );
    }
    for code in ["A1002", "A1003", "A1004", "A1006"] {
        assert_eq!((decided(code), elsewhere(&crosswalk, code)), (Disposition::None, Vec::new()), "{code}");
    }
    assert_eq!(
        facts(&crosswalk),
        [
            "foreign-successor A1002 names CPT as its replacement, which is the name of a code set, not a CPT code",
            "foreign-successor A1003 names QM as its replacement, which is a modifier",
            "unknown-successor A1004 names A0030 as its replacement, which is no code of NEW",
            "unknown-successor A1006 names A1009 as its replacement, which is not billable in NEW either",
        ]
    );
    assert_eq!(told(&crosswalk, "A1003").2, ["A1003 -> QM (a modifier: not followed)"]);
}

#[test]
fn a_successor_of_another_set_is_in_every_form_and_can_be_accepted() {
    let old = of("2019", &[("A1001", "", &[]), ("A1002", "", &[])]);
    let new = of(
        "2020",
        &[("A1001", "20191231", &["99493", "99494"]), ("A1002", "20191231", &["A1003"]), ("A1003", "", &[])],
    );
    let table = "source,target,status\nA1001,99493,accept\n";
    let decided = formats::read_maps(vec![SourceFile::new("decisions.csv", table.as_bytes().to_vec())]);
    let written = |new: &Release, format: Format| {
        let diff = diff(&old, new);
        let mut out = Vec::new();
        assert!(render(&CrosswalkReport::new(&diff, &crosswalk(&diff)), format, false, &mut out).unwrap());
        String::from_utf8(out).unwrap()
    };
    assert!(
        written(&new, Format::Sql)
            .contains("'A1001', 'terminated', 'N', '99493', 'cpt', 'related-to', 'official'")
    );
    let map: serde_json::Value = serde_json::from_str(&written(&new, Format::FhirR4)).unwrap();
    let groups: Vec<_> = map["group"].as_array().unwrap().iter().collect();
    let codes = |group: &serde_json::Value| {
        let elements = group["element"].as_array().unwrap().iter();
        let targets = elements.flat_map(|element| element["target"].as_array().unwrap());
        targets.map(|target| target["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(groups.len(), 2);
    assert_eq!(
        (groups[1]["target"].as_str(), codes(groups[1])),
        (Some("http://www.ama-assn.org/go/cpt"), vec!["99493".to_owned(), "99494".to_owned()],)
    );
    assert_eq!(codes(groups[0]), ["A1003"]);
    assert!(written(&new, Format::Text).contains("official: a code of CPT"));

    // A reviewer accepts one of the two: it stays for people to enter.
    let diff = diff(&old, &new);
    let crosswalk = crosswalk_by(&diff, decided.decisions);
    assert_eq!(facts(&crosswalk), Vec::<String>::new());
    assert_eq!(told(&crosswalk, "A1001").0, Disposition::Choose);
    assert_eq!(elsewhere(&crosswalk, "A1001"), ["CPT 99493"]);
}

/// The codes of other sets that a code leads to.
fn elsewhere(crosswalk: &Crosswalk<'_>, code: &str) -> Vec<String> {
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    mapping.elsewhere.iter().map(|other| format!("{} {}", other.set.title, other.code)).collect()
}

#[test]
fn codes_that_name_each_other_lead_nowhere() {
    let old = of("2019", &[("A1001", "", &[]), ("A1002", "", &[]), ("A1003", "", &[])]);
    let dead = "20191231";
    let new =
        of("2020", &[("A1001", dead, &["A1002"]), ("A1002", dead, &["A1001"]), ("A1003", dead, &["A1003"])]);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert!(crosswalk.mappings.iter().all(|mapping| mapping.targets.is_empty()));
}

/// Codes with their official targets.
fn targets<'a>(crosswalk: &'a Crosswalk<'_>) -> Vec<(&'a str, &'a str, Disposition)> {
    let targets = |mapping: &'a codeset::crosswalk::Mapping<'_>| {
        let is_official =
            |target: &&codeset::crosswalk::Target<'_>| target.evidence[0].kind == EvidenceKind::Official;
        let target = |target: &'a codeset::crosswalk::Target<'_>| {
            (mapping.source.code(), target.entry.code(), mapping.decision)
        };
        mapping.targets.iter().filter(is_official).map(target).collect::<Vec<_>>()
    };
    crosswalk.mappings.iter().flat_map(targets).collect()
}

#[test]
fn the_official_files_lead_where_they_say() {
    let Some(data) = data() else { return };
    let open = |path: &str, edition: &str| {
        let mut release = open(&data.join(path));
        release.edition = Edition::parse(edition);
        release
    };
    let fy2019 = open("hcpcs/2019/2019-Alpha-Numeric-HCPCS-File.zip", "2019");
    let fy2020 = open("hcpcs/2020/2020-Alpha-Numeric-HCPCS-File.zip", "2020");
    let january = open("hcpcs/2023_JAN/HCPC2023_JAN_ANWEB_v3.xlsx", "2023-01");
    let steps: [(_, _, &[_], _, _); 3] = [
        (&fy2019, &fy2020, &[("C9034", "J1095"), ("C9408", "A9590")], 89, (0, 0)),
        (&fy2020, &january, &[("C9041", "J7169"), ("C9054", "J0691"), ("C9055", "J1632")], 268, (8, 9)),
        (&fy2019, &january, &[("C9034", "J1095"), ("C9408", "A9590")], 305, (5, 6)),
    ];
    for (old, new, expected, lost, (sources, pairs)) in steps {
        let diff = diff(old, new);
        let (there, back) = (crosswalk(&diff), reverse(&diff));
        // Where descriptions differ somebody has to look.
        let decision = |old: &str| if old == "C9055" { Disposition::Automatic } else { Disposition::Choose };
        let forth: Vec<_> = expected.iter().map(|(old, new)| (*old, *new, decision(old))).collect();
        let mut backward: Vec<_> = forth.iter().map(|(old, new, decision)| (*new, *old, *decision)).collect();
        backward.sort_unstable_by_key(|mapping| mapping.0);
        assert_eq!((targets(&there), targets(&back)), (forth, backward));
        assert_eq!(there.mappings.len(), lost);
        // All others that the records name are codes of CPT.
        assert_eq!(facts(&there), Vec::<String>::new());
        let others = there.mappings.iter().filter(|mapping| !mapping.elsewhere.is_empty());
        let named = others.clone().flat_map(|mapping| &mapping.elsewhere);
        assert!(named.clone().all(|other| other.set.id == "cpt"));
        assert_eq!((others.count(), named.count()), (sources, pairs));
    }
}
