//! Fee tables: CMS's relative value file and OPPS Addendum B, on official rows. Skipped where they are not here.

use std::collections::BTreeMap;

use crate::common::lists::Desk;
use crate::common::official::{data, open};
use codeset::diff::{Diff, Kind, diff};
use codeset::model::{Release, Severity};

const RVU_JANUARY: &str = "rvu/pprrvu_rvu24a_jan_level2.csv";
const RVU_APRIL: &str = "rvu/pprrvu_rvu24b_apr_level2.csv";
const OPPS_JULY: &str = "opps/addendum_b_level2_2025_07.csv";
const OPPS_OCTOBER: &str = "opps/addendum_b_level2_2025_10.csv";

fn fact<'a>(release: &'a Release, name: &str) -> Option<&'a str> {
    release.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
}

fn of_kind(diff: &Diff<'_>, kind: Kind) -> Vec<String> {
    let changes = diff.changes.iter().filter(|change| change.kind == kind);
    changes.map(|change| change.entry().code().to_owned()).collect()
}

/// How many codes changed, by the attribute.
fn by_attribute(diff: &Diff<'_>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for property in diff.changes.iter().flat_map(|change| &change.properties) {
        *counts.entry(property.name.to_owned()).or_default() += 1;
    }
    counts
}

fn counts(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn assert_sound(release: &Release) {
    let bad = release.problems.iter().find(|problem| problem.severity != Severity::Note);
    assert!(bad.is_none() && release.coverage.whole, "{bad:?}");
}

#[test]
fn the_conversion_factor_is_a_fact_of_the_file_and_no_revision_of_each_code() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(RVU_JANUARY)), open(&data.join(RVU_APRIL)));
    assert_sound(&old);
    assert_sound(&new);
    // Every row is a key of its own: 4,794 and 4,829 codes, 36 rows with a modifier.
    assert_eq!((old.len(), new.len()), (4830, 4865));
    let modifiers = |release: &Release| release.entries().filter(|entry| entry.code().contains('-')).count();
    assert_eq!((modifiers(&old), modifiers(&new)), (36, 36));
    assert_eq!(fact(&old, "CONV FACTOR"), Some("32.744200000000006"));
    assert_eq!(fact(&new, "CONV FACTOR"), Some("33.2875"));
    let diff = diff(&old, &new);
    // One code goes inside the year.
    assert_eq!(of_kind(&diff, Kind::Removed), ["J1246"]);
    assert_eq!(of_kind(&diff, Kind::Added).len(), 36);
    assert_eq!(of_kind(&diff, Kind::Revised).len(), 6);
    assert_eq!(by_attribute(&diff), counts(&[("STATUS CODE", 11)]));
}

#[test]
fn addendum_b_from_july_to_october_2025() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(OPPS_JULY)), open(&data.join(OPPS_OCTOBER)));
    assert_sound(&old);
    assert_sound(&new);
    assert_eq!((old.id().as_str(), new.id().as_str()), ("opps@2025-07", "opps@2025-10"));
    assert_eq!((old.len(), new.len()), (6470, 6541));
    let diff = diff(&old, &new);
    assert_eq!((of_kind(&diff, Kind::Added).len(), of_kind(&diff, Kind::Removed).len()), (77, 6));
    assert_eq!(of_kind(&diff, Kind::Revised).len(), 9);
    assert_eq!(by_attribute(&diff), counts(&[("Payment Rate", 532), ("SI", 62)]));
}

/// The lines of usage by what became of their codes, where the row of `G9001` without a modifier and that with `TC` changed.
fn by_status(name: &str, usage: &str) -> serde_json::Value {
    const TITLES: &str = "hcpcs,mod,description,status_code,not_used_for_medicare_payment,work_rvu,non_fac_pe_rvu,\
        non_fac_indicator,facility_pe_rvu,facility_indicator,mp_rvu,non_facility_total,facility_total,pctc_ind,glob_days,\
        conv_factor\n";
    let file = |units: &str| {
        let row = |modifier: &str, units: &str| {
            format!("G9001,{modifier},Invented screening,A,,0.75,{units},,0.3,,0.05,1.2,1.1,0,XXX,32.7\n")
        };
        [TITLES.to_owned(), row("", units), row("TC", units), row("26", "0.1")].concat()
    };
    let desk = Desk::new(&[(name, usage)]);
    std::fs::write(desk.folder.path().join("rvu24a.csv"), file("0.4")).unwrap();
    std::fs::write(desk.folder.path().join("rvu24b.csv"), file("0.3")).unwrap();
    let usage = format!("lists/{name}");
    let args = ["impact", "rvu24a.csv", "rvu24b.csv", "--usage", &usage, "--format", "json", "--quiet"];
    let output = desk.run(&args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["summary"]["by_status"].clone()
}

#[test]
fn usage_of_a_fee_schedule_is_reported_apart_by_its_modifiers() {
    let lines = |status: &serde_json::Value, word: &str| status[word]["lines"].as_u64().unwrap_or_default();
    let tables = [
        "hcpcs,modifier,units\nG9001,26,300\nG9001,,100\n",
        // Others of the line do not matter, wherever they stand.
        "code,mod1,mod2,units\nG9001,59,26,300\nG9001,LT,,100\n",
        "code,modifiers,units\nG9001,\"59, 26\",300\nG9001,,100\n",
        "code,units\nG9001-26,300\nG9001,100\n",
    ];
    for usage in tables {
        let status = by_status("usage.csv", usage);
        assert_eq!((lines(&status, "property"), lines(&status, "unchanged")), (100, 300), "{usage}");
    }
    let claims = "ISA*00*          *00*          *ZZ*S              *ZZ*R              *240401*1200*^*00501*000000001*0*P*:~\
        GS*HC*S*R*20240401*1200*1*X*005010X222A1~ST*837*1*005010X222A1~CLM*1*10***11:B:1*Y*A*Y*Y~\
        LX*1~SV1*HC:G9001:26*10*UN*1***1~LX*2~SV1*HC:G9001*10*UN*1***1~SE*1*1~GE*1*1~IEA*1*1~";
    let status = by_status("claims.837", claims);
    assert_eq!((lines(&status, "property"), lines(&status, "unchanged")), (1, 1));
}
