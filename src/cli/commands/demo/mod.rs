//! `codeset demo [DIR]`: the yearly update of a made-up organization, and every report on built-in samples.

mod organization;
mod year;

use std::io::{self, Write};
use std::path::Path;
use std::slice;

use crate::cli::ExitStatus;
use crate::cli::args::DemoArgs;
use crate::cli::error::Error;
use crate::cli::output;
use crate::crosswalk::crosswalk;
use crate::diff::{diff, verify, verify_own};
use crate::formats::{self, Options};
use crate::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use crate::interchange::{Interchange, render};
use crate::model::{Edition, Release, SourceFile};
use crate::report::{
    CrosswalkReport, DiffReport, FileRows, ImpactReport, ScanReport, Selection, VerifyReport, history, lookup,
};
use crate::scan::{Names, Plan, ScanOptions};
use crate::sources::{self, write_whole};
use crate::view::Format;

/// The samples: rows picked by hand from two official releases, with the addenda and conversion table that belong to
/// them, and a made-up table of codes in use.
static SAMPLES: &[(&str, &[u8])] = &[
    ("icd10cm-order-2025.txt", include_bytes!("../../../../demo/icd10cm-order-2025.txt")),
    ("icd10cm-order-2026.txt", include_bytes!("../../../../demo/icd10cm-order-2026.txt")),
    ("icd10cm-order-addenda-2026.txt", include_bytes!("../../../../demo/icd10cm-order-addenda-2026.txt")),
    ("icd10cm-conversion-2026.csv", include_bytes!("../../../../demo/icd10cm-conversion-2026.csv")),
    ("usage.csv", include_bytes!("../../../../demo/usage.csv")),
];

/// Codes to look up: one that became a header, one that was narrowed.
const LOOKED_UP: &[&str] = &["B88.0", "E11.9"];

/// Codes to follow: removed, demoted, revised, added.
const FOLLOWED: &[&str] = &["S30.1XXA", "B88.0", "Q75.009", "E11.A"];

/// The folder of the single reports.
const REPORTS: &str = "reports";

pub(in crate::cli) fn run(args: &DemoArgs) -> Result<ExitStatus, Error> {
    let reports = args.folder.join(REPORTS);
    let written = Folder { path: &reports, written: Vec::new() }.fill()?;
    let events = year::run(&args.folder)?;
    output::write(None, |out| tell(&args.folder, &events, &written, out))?;
    Ok(ExitStatus::Done)
}

fn sample(name: &str) -> &'static [u8] {
    SAMPLES
        .iter()
        .find(|(sample, _)| *sample == name)
        .map(|(_, bytes)| *bytes)
        .expect("the samples are built in")
}

fn release(year: i16, names: &[&str]) -> Release {
    let files = names.iter().map(|name| SourceFile::new(*name, sample(name).to_vec())).collect();
    let options = Options { edition: Some(Edition::Year(year)), ..Options::default() };
    formats::read(files, &options).expect("the samples are releases")
}

/// The folder that the demo fills.
struct Folder<'a> {
    path: &'a Path,
    written: Vec<(String, &'static str)>,
}

impl Folder<'_> {
    fn fill(mut self) -> Result<Vec<(String, &'static str)>, Error> {
        let inputs = self.path.join("inputs");
        sources::make_folder(&inputs)?;
        for (name, bytes) in SAMPLES {
            write_whole(&inputs.join(name), |out| out.write_all(bytes))?;
        }
        let old = release(2025, &["icd10cm-order-2025.txt"]);
        let new = release(
            2026,
            &["icd10cm-order-2026.txt", "icd10cm-order-addenda-2026.txt", "icd10cm-conversion-2026.csv"],
        );
        let diff = diff(&old, &new);
        let report = DiffReport::new(&diff, verify_own(&diff), &Selection::default());
        self.report(
            &report,
            "what changed",
            &[Format::Text, Format::Markdown, Format::Csv, Format::Json, Format::Jsonl, Format::Html],
        )?;
        self.file(&report, "addenda.txt", "the same in the publisher's layout", Format::Addenda)?;
        let outcomes = new.companions.addenda.iter().map(|addenda| verify(&diff, addenda)).collect();
        self.report(&VerifyReport::new(&diff, outcomes), "checked against the addenda", &[Format::Text])?;
        let crosswalk = crosswalk(&diff);
        let report = CrosswalkReport::new(&diff, &crosswalk);
        self.report(
            &report,
            "what to use instead",
            &[Format::Text, Format::Csv, Format::Json, Format::Html],
        )?;
        self.report(&report, "the same for Excel, to decide in", &[Format::Xlsx])?;
        self.report(&report, "the same for a database and a FHIR server", &[Format::Sql, Format::FhirR4])?;
        let mut usage = Usage::default();
        let options = UsageOptions::default();
        read_usage(&mut usage, "usage.csv", sample("usage.csv"), &options, Editions::pair(&old, &new))?;
        let impact = impact(&diff, &crosswalk, &usage);
        let report = ImpactReport::new(&diff, &crosswalk, &impact);
        self.report(
            &report,
            "what it means for the codes in use",
            &[Format::Text, Format::Markdown, Format::Csv, Format::Json, Format::Xlsx, Format::Html],
        )?;
        let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
        let mut bytes = sample("usage.csv");
        let scan = plan.scan_text("inputs/usage.csv", &mut bytes).expect("the samples are texts");
        let mut report = ScanReport::new(&diff, &crosswalk);
        let size = sample("usage.csv").len() as u64;
        report.add(FileRows::of("inputs/usage.csv", size, &scan, &|_, _| false, Names::KnownWords));
        report.count();
        self.report(&report, "what a scan of your files finds", &[Format::Text, Format::Html, Format::Xlsx])?;
        let releases = [old, new];
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        self.report(
            &lookup(&codes(LOOKED_UP), slice::from_ref(&releases[1])),
            "what a code is",
            &[Format::Text],
        )?;
        self.report(&history(&codes(FOLLOWED), &releases), "what happened to a code", &[Format::Text])?;
        Ok(self.written)
    }

    fn report<R: Interchange>(
        &mut self,
        report: &R,
        about: &'static str,
        formats: &[Format],
    ) -> Result<(), Error> {
        for &format in formats {
            self.file(report, &format!("{}.{}", R::NAME, output::extension(format)), about, format)?;
        }
        Ok(())
    }

    fn file<R: Interchange>(
        &mut self,
        report: &R,
        name: &str,
        about: &'static str,
        format: Format,
    ) -> Result<(), Error> {
        write_whole(&self.path.join(name), |out| render(report, format, false, out).map(drop))?;
        self.written.push((name.to_owned(), about));
        Ok(())
    }
}

fn tell(
    folder: &Path,
    events: &[String],
    written: &[(String, &'static str)],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "The yearly update of a made-up organization, from July to October 2025:")?;
    for (number, event) in (1..).zip(events) {
        writeln!(out, "  {number}. {event}")?;
    }
    writeln!(
        out,
        "\nEvery single report, on two sample releases of ICD-10-CM, is in {}:",
        folder.join(REPORTS).display()
    )?;
    let width = written.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, about) in written {
        writeln!(out, "  {name:width$}  {about}")?;
    }
    writeln!(
        out,
        "\nTo run the update yourself: codeset prepare --project {}",
        folder.join("codeset.toml").display()
    )?;
    writeln!(out, "open {}", folder.join("prepare-2026").join("index.html").display())
}
