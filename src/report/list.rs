//! The report of `list`: the known releases, the local ones, and those in force.

use jiff::civil::Date;
use serde::Serialize;

use super::{Report, SCHEMA_VERSION};
use crate::base::{self, counted};
use crate::view::{self, Cell, Metric, Section, Shown, Table, Tone, column};

/// The status of a release on the day of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Standing {
    /// Another edition replaced it.
    Past,
    /// Its codes are in force.
    InForce,
    /// The next one to take effect.
    Next,
    /// A later one.
    Coming,
    /// It has no effective date: it is made anew every day.
    Daily,
    /// Only companion files are known, no codes.
    NoCodes,
}

impl Standing {
    /// Returns the word used in reports.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::InForce => "in force",
            Self::Next => "next",
            Self::Coming => "coming",
            Self::Daily => "daily",
            Self::NoCodes => "no codes",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::InForce => Tone::Good,
            Self::Next | Self::Coming => Tone::Info,
            Self::Past | Self::Daily | Self::NoCodes => Tone::Plain,
        }
    }
}

/// A file of a release.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ListFile {
    /// Its part of the release: codes, addenda, conversion, poa, tabular, more.
    pub(crate) part: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// The address to get it from, or where it came from.
    pub(crate) address: Option<String>,
    /// SHA-256 of the local file, else the one in the catalog.
    pub(crate) sha256: Option<String>,
    /// The size of that file in bytes.
    pub(crate) bytes: Option<u64>,
    /// True if it is on this machine.
    pub(crate) here: bool,
    /// True if the local file has a checksum that the catalog or a lock knows.
    pub(crate) verified: bool,
    /// The day it was fetched or added.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) on: Option<Date>,
    /// The answer of its publisher's server: there, absent, or why it did not answer. Only if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote: Option<String>,
}

/// A release.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ListRow {
    /// `icd10cm@2026`, or only the set for one that is made anew every day.
    pub(crate) release: String,
    /// The code set.
    pub(crate) set: &'static str,
    /// The day it takes effect.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) effective: Option<Date>,
    /// Its status on the day of the report.
    pub(crate) standing: Standing,
    /// True if its codes are on this machine.
    pub(crate) here: bool,
    /// The edition whose codes it ships again.
    pub(crate) repeats: Option<String>,
    /// True if it was only requested at addresses derived from the publisher's naming pattern.
    pub(crate) guessed: bool,
    /// Its publisher.
    pub(crate) publisher: String,
    /// The terms of use.
    pub(crate) terms: String,
    /// Its files.
    pub(crate) files: Vec<ListFile>,
}

/// The editions of a set: in force, ended, next.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ListSet {
    /// The code set.
    pub(crate) set: &'static str,
    /// Its title.
    pub(crate) title: &'static str,
    /// The edition in force, `null` where it is not known.
    pub(crate) in_force: Option<String>,
    /// The last edition that is known, if it is no longer in force.
    pub(crate) ended: Option<String>,
    /// The next edition that is known.
    pub(crate) next: Option<String>,
    /// The day it takes effect.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) next_effective: Option<Date>,
}

/// The report of `list`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ListReport {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The day it is made for.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) on: Date,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// The day up to which the catalog is complete.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) catalog_as_of: Option<Date>,
    /// The sets.
    pub(crate) sets: Vec<ListSet>,
    /// The releases, by set and day.
    pub(crate) releases: Vec<ListRow>,
}

impl ListReport {
    /// Puts the report together.
    pub(crate) fn new(
        on: Date,
        catalog_as_of: Option<Date>,
        sets: Vec<ListSet>,
        releases: Vec<ListRow>,
    ) -> Self {
        let metrics = metrics(&sets, &releases);
        Self { schema_version: SCHEMA_VERSION, on, metrics, catalog_as_of, sets, releases }
    }

    /// Returns the releases of a set.
    fn section(&self, set: &ListSet) -> Section {
        let releases = self.releases.iter().filter(|row| row.set == set.set);
        let section = Section::new(format!("{}: {}", set.set, set.title)).text(set.describe());
        section.rows(
            releases,
            [
                column("release", |row: &ListRow| Cell::from(row.release.as_str())),
                column("effective", |row: &ListRow| Cell::from(row.effective)),
                column("status", |row: &ListRow| Cell::badge(row.standing.word(), row.standing.tone()))
                    .filter(),
                column("downloaded", |row: &ListRow| Cell::from(row.here())).filter(),
                column("files", |row: &ListRow| Cell::from(row.parts())),
                column("remark", |row: &ListRow| Cell::from(row.remark())),
            ],
        )
    }
}

fn metrics(sets: &[ListSet], releases: &[ListRow]) -> Vec<Metric> {
    let count = |is: fn(&&ListRow) -> bool| releases.iter().filter(is).count() as u64;
    let of = format!("of {}", counted(sets.len() as u64, "code set", "code sets"));
    vec![
        Metric::new(releases.len() as u64, "known releases", of, Tone::Plain),
        Metric::new(count(|row| row.standing == Standing::InForce), "in force", "", Tone::Good),
        Metric::new(count(|row| row.here), "downloaded", "", Tone::Plain),
    ]
}

impl ListSet {
    fn describe(&self) -> String {
        let mut described = match (&self.in_force, &self.ended) {
            (Some(name), _) => format!("In force: {name}"),
            (None, Some(name)) => format!("In force: unknown, later than {name}"),
            (None, None) => "In force: unknown".to_owned(),
        };
        if let (Some(next), Some(day)) = (&self.next, self.next_effective) {
            described.push_str(&format!(". Next: {next} from {}", base::day(day)));
        }
        described + "."
    }
}

impl ListRow {
    fn here(&self) -> &'static str {
        match (self.here, self.files.iter().filter(|file| file.here).all(|file| file.verified)) {
            (true, true) => "yes",
            (true, false) => "yes, unverified",
            (false, _) => "no",
        }
    }

    fn remark(&self) -> String {
        let repeats = self.repeats.as_ref().map(|name| format!("same codes as {name}"));
        let guessed = self.guessed.then(|| "not in the catalog".to_owned());
        let asked =
            self.files.iter().filter_map(|file| Some(format!("{}: {}", file.part, file.remote.as_ref()?)));
        repeats.into_iter().chain(guessed).chain(asked).collect::<Vec<_>>().join("; ")
    }

    fn parts(&self) -> String {
        let mut parts: Vec<&str> = self.files.iter().map(|file| file.part).collect();
        parts.dedup();
        parts.join(", ")
    }
}

impl Report for ListReport {
    type Row = ListRow;

    const NAME: &'static str = "list";

    fn view(&self) -> view::Report {
        let mut view =
            view::Report::new(format!("Releases on {}", base::day(self.on))).metrics(&self.metrics);
        view.day = Some(self.on);
        let files = self.releases.iter().map(|row| row.files.len()).sum();
        let files = Section::new("Files")
            .about("Each file with its address, checksum and terms of use.")
            .sheet("Files")
            .shown(Shown::Workbook)
            .table("Files", self.flat())
            .counted(files);
        view.sections(self.sets.iter().map(|set| self.section(set))).section(files)
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&[
            "release",
            "set",
            "effective",
            "standing",
            "part",
            "name",
            "here",
            "verified",
            "on",
            "sha256",
            "bytes",
            "address",
            "remote",
            "publisher",
            "terms",
        ]);
        let yes = |yes: bool| Cell::from(if yes { "yes" } else { "no" });
        let day = |day: Option<Date>| Cell::from(day.map(|day| day.to_string()).unwrap_or_default().as_str());
        for row in &self.releases {
            for file in &row.files {
                table.row(vec![
                    Cell::from(row.release.as_str()),
                    Cell::from(row.set),
                    day(row.effective),
                    Cell::from(row.standing.word()),
                    Cell::from(file.part),
                    Cell::from(file.name.as_str()),
                    yes(file.here),
                    yes(file.verified),
                    day(file.on),
                    Cell::from(file.sha256.as_deref()),
                    Cell::from(file.bytes.map(|bytes| bytes.to_string()).as_deref()),
                    Cell::from(file.address.as_deref()),
                    Cell::from(file.remote.as_deref()),
                    Cell::from(row.publisher.as_str()),
                    Cell::from(row.terms.as_str()),
                ]);
            }
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.releases.iter()
    }
}
