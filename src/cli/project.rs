//! The project of an organization: `codeset.toml`, which names its releases, its files and the people who decide.
//!
//! `init` writes the file and `prepare` reads it; no other command does. Everything in it is checked when it is read, and
//! every path is resolved: relative to the folder of the file, not to the current one.
//!
//! Invariant: no message quotes a department or a person.

mod error;
mod resolve;
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::impact::UsageOptions;
use crate::model::{CodeSet, Edition};
use crate::sources;
pub(super) use error::ProjectError;
use written::Written;

/// The name of the file, in the folder of the project.
pub(super) const PROJECT_FILE: &str = "codeset.toml";

/// The name of the report for programs in the folder of an update.
pub(super) const PREPARE_REPORT: &str = "prepare.json";

/// The folder of decisions, unless the file names another one.
pub(super) const DECISIONS_FOLDER: &str = "decisions";

/// The settings of an organization.
#[derive(Debug)]
pub(super) struct Project {
    /// The folder of the file.
    folder: PathBuf,
    new: Option<Edition>,
    sets: Vec<ProjectSet>,
    usage_files: Vec<UsageFile>,
    suppress_below: Option<u64>,
    lists: ProjectLists,
    attributes: Vec<ProjectAttribute>,
    owners: BTreeMap<String, String>,
    decisions: PathBuf,
    course: ProjectCourse,
}

/// The releases of a code set. A path is one that commands accept: a file, a folder, an archive, or the name of a release.
#[derive(Debug)]
pub(super) struct ProjectSet {
    /// The code set.
    pub(super) set: &'static CodeSet,
    /// The older release; `None` for the edition that the newer one replaces.
    pub(super) old: Option<PathBuf>,
    /// The newer release; `None` for the edition to prepare for.
    pub(super) new: Option<PathBuf>,
    /// More conversion tables, as for `--map`.
    pub(super) tables: Vec<PathBuf>,
}

/// A file of codes in use.
#[derive(Debug)]
pub(super) struct UsageFile {
    /// The path.
    pub(super) path: PathBuf,
    /// How it is read: its columns and the rows that count.
    pub(super) options: UsageOptions,
}

/// Files with lists of codes.
#[derive(Debug, Default)]
pub(super) struct ProjectLists {
    /// Files and folders to scan and migrate.
    pub(super) paths: Vec<PathBuf>,
    /// The file of deliberate exceptions.
    pub(super) exceptions: Option<PathBuf>,
}

/// An attribute to compare. A path may end with `#COLUMN`, or be the name of a release.
#[derive(Debug)]
pub(super) struct ProjectAttribute {
    /// The name, such as `POA`.
    pub(super) name: String,
    /// The table for the older release; `None` for that release itself.
    pub(super) old: Option<PathBuf>,
    /// The table for the newer release; `None` for that release itself.
    pub(super) new: Option<PathBuf>,
}

/// What the course is about; all chapters in use if both are empty.
#[derive(Debug, Default)]
pub(super) struct ProjectCourse {
    /// Chapters, by number or letter.
    pub(super) chapters: Vec<String>,
    /// Ids of built-in specialties.
    pub(super) specialties: Vec<String>,
}

impl Project {
    /// Reads the project in a path: a file, or a folder that contains `codeset.toml`; without a path, in the current folder.
    /// Folders above it are not searched.
    ///
    /// # Errors
    ///
    /// As [`Project::read`].
    pub(super) fn find(path: Option<&Path>) -> Result<Self, ProjectError> {
        match path {
            None => Self::read(Path::new(PROJECT_FILE)),
            Some(folder) if folder.is_dir() => Self::read(&folder.join(PROJECT_FILE)),
            Some(file) => Self::read(file),
        }
    }

    /// Reads a project file. Code sets that catalogs describe must be registered before.
    ///
    /// # Errors
    ///
    /// If the file does not exist or cannot be read, if it has unknown keys or values of another type, if a release, a
    /// path, a chapter or a specialty in it does not exist, or if a pattern matches no file.
    pub(super) fn read(path: &Path) -> Result<Self, ProjectError> {
        if !path.exists() {
            return Err(ProjectError::Missing(path.to_owned()));
        }
        let text = sources::read_text(path)?;
        resolve::project(path, &text, Written::parse(path, &text)?)
    }

    /// Returns the folder of the project, to which its paths are relative; empty for the current one.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the edition to prepare for, if the file names one.
    pub(super) fn new_edition(&self) -> Option<Edition> {
        self.new
    }

    /// Returns the code sets that the file names, by id.
    pub(super) fn sets(&self) -> &[ProjectSet] {
        &self.sets
    }

    /// Returns the files of codes in use, each once: those with columns of their own first, then those of the patterns, in
    /// the order of the file, those of one pattern by name.
    pub(super) fn usage_files(&self) -> &[UsageFile] {
        &self.usage_files
    }

    /// Returns the number of lines below which counts are hidden.
    pub(super) fn suppress_below(&self) -> Option<u64> {
        self.suppress_below
    }

    /// Returns the files with lists of codes.
    pub(super) fn lists(&self) -> &ProjectLists {
        &self.lists
    }

    /// Returns the attributes to compare, by name.
    pub(super) fn attributes(&self) -> &[ProjectAttribute] {
        &self.attributes
    }

    /// Returns the departments that have a person who decides.
    pub(super) fn departments(&self) -> impl Iterator<Item = &str> {
        self.owners.keys().map(String::as_str)
    }

    /// Returns the person who decides for a department.
    pub(super) fn person_of(&self, department: &str) -> Option<&str> {
        self.owners.get(department.trim()).map(String::as_str)
    }

    /// Returns the folder of decisions, which need not exist yet.
    pub(super) fn decisions(&self) -> &Path {
        &self.decisions
    }

    /// Returns the files in the folder of decisions, by name, without hidden ones and those that Office keeps while a
    /// workbook is open; none if the folder does not exist.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub(super) fn decision_files(&self) -> Result<Vec<PathBuf>, ProjectError> {
        if !self.decisions.exists() {
            return Ok(Vec::new());
        }
        let found = sources::data_files(std::slice::from_ref(&self.decisions))?;
        Ok(found.files.into_iter().map(|file| file.path).collect())
    }

    /// Returns what the course is about.
    pub(super) fn course(&self) -> &ProjectCourse {
        &self.course
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use schemars::generate::SchemaSettings;
    use tempfile::TempDir;

    use super::*;
    use crate::report::assert_up_to_date;

    /// A folder with these files, which are empty, and a project.
    fn folder(files: &[&str], text: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::write(folder.path().join(PROJECT_FILE), text).unwrap();
        folder
    }

    /// The path of a file, as it was written.
    fn below<'p>(folder: &TempDir, path: &'p Path) -> &'p str {
        path.strip_prefix(folder.path()).unwrap_or(path).to_str().unwrap()
    }

    #[test]
    fn the_schema_is_that_of_the_file() {
        let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
        let schema = serde_json::to_string_pretty(&generator.into_root_schema_for::<Written>()).unwrap();
        assert_up_to_date("codeset-toml", &(schema + "\n"));
    }

    #[test]
    fn every_key_has_a_default() {
        let folder = folder(&[], "");
        let project = Project::find(Some(folder.path())).unwrap();
        assert!(project.new_edition().is_none() && project.sets().is_empty());
        assert!(project.usage_files().is_empty() && project.suppress_below().is_none());
        assert!(project.lists().paths.is_empty() && project.attributes().is_empty());
        assert!(project.course().chapters.is_empty() && project.person_of("Cardiology").is_none());
        assert_eq!(project.decisions(), folder.path().join("decisions"));
        assert!(project.decision_files().unwrap().is_empty());
        assert_eq!(project.folder(), folder.path());
    }

    #[test]
    fn paths_are_relative_to_the_folder_of_the_file() {
        let files =
            ["releases/new.zip", "ours.csv", "usage/b.csv", "usage/a.csv", "usage/c.txt", "lists/x.sql"];
        let text = r#"
            new = "fy2026"
            [sets.icd10cm]
            old = "2025"
            new = "releases/new.zip"
            tables = ["ours.csv"]
            [sets.hcpcs]
            old = "hcpcs@2026-04"
            [usage]
            files = ["usage/*.csv", "usage/a.csv"]
            owner-column = "dept"
            where = ["version=10"]
            suppress-below = 11
            [[usage.file]]
            path = "usage/b.csv"
            code-column = "C"
            [lists]
            paths = ["lists"]
            exceptions = "ours.csv"
            [attributes.HCC]
            old = "ours.csv#V28"
            new = "icd10cm@2026"
            [attributes.POA]
            [owners]
            "Cardiology" = " Ada Brown "
            [course]
            chapters = ["4", "9"]
            specialties = ["haematology"]
        "#;
        let folder = folder(&files, text);
        let project = Project::read(&folder.path().join(PROJECT_FILE)).unwrap();
        assert_eq!(project.new_edition(), Edition::parse("2026"));
        let [hcpcs, icd10cm] = project.sets() else { panic!("two sets") };
        assert_eq!(hcpcs.old.as_deref(), Some(Path::new("hcpcs@2026-04")));
        assert_eq!((icd10cm.set.id, icd10cm.old.as_deref()), ("icd10cm", Some(Path::new("icd10cm@2025"))));
        assert_eq!(below(&folder, icd10cm.new.as_deref().unwrap()), "releases/new.zip");
        assert_eq!(below(&folder, &icd10cm.tables[0]), "ours.csv");
        let used: Vec<_> = project.usage_files().iter().map(|file| below(&folder, &file.path)).collect();
        assert_eq!(used, ["usage/b.csv", "usage/a.csv"]);
        let [own, usual] = project.usage_files() else { panic!("two files") };
        assert_eq!(
            (own.options.columns.code.as_deref(), own.options.columns.owner.as_deref()),
            (Some("C"), None)
        );
        assert!(own.options.only.is_empty());
        assert_eq!(usual.options.columns.owner.as_deref(), Some("dept"));
        assert_eq!(usual.options.only, [("version".to_owned(), "10".to_owned())]);
        assert_eq!(project.suppress_below(), Some(11));
        assert_eq!(below(&folder, &project.lists().paths[0]), "lists");
        assert_eq!(below(&folder, project.lists().exceptions.as_deref().unwrap()), "ours.csv");
        let [hcc, poa] = project.attributes() else { panic!("two attributes") };
        assert_eq!(below(&folder, hcc.old.as_deref().unwrap()), "ours.csv#V28");
        assert_eq!((hcc.name.as_str(), hcc.new.as_deref()), ("HCC", Some(Path::new("icd10cm@2026"))));
        assert!(poa.name == "POA" && poa.old.is_none());
        assert_eq!(project.person_of("Cardiology "), Some("Ada Brown"));
        assert_eq!(project.course().chapters, ["4", "9"]);
        assert_eq!(project.course().specialties, ["hematology"]);
    }

    #[test]
    fn decisions_are_the_visible_files_of_their_folder() {
        let files = ["back/b.xlsx", "back/a.csv", "back/~$b.xlsx", "back/.a.swp", "back/old/c.csv"];
        let folder = folder(&files, "[decisions]\nfolder = \"back\"\n");
        let project = Project::find(Some(folder.path())).unwrap();
        let decided = project.decision_files().unwrap();
        let decided: Vec<_> = decided.iter().map(|path| below(&folder, path)).collect();
        assert_eq!(decided, ["back/a.csv", "back/b.xlsx"]);
    }

    #[test]
    fn what_does_not_exist_is_refused_with_its_line() {
        for (line, words, hint) in [
            ("new = \"26\"", "`26` is not an edition", "2026"),
            ("[sets.icd10mc]", "`icd10mc` is not a code set", "did you mean `icd10cm`?"),
            ("[sets.ICD10CM]", "`ICD10CM` is not a code set", "did you mean `icd10cm`?"),
            ("sets.icd10cm.old = \"icd10cm@26\"", "`26` is not an edition", "icd10cm@2026"),
            ("sets.icd10cm.old = \"hcpcs@2026\"", "is not a release of ICD-10-CM", "its own set"),
            ("sets.icd10cm.old = \"old.zip\"", "no file or folder `old.zip`", "relative"),
            ("sets.icd10cm.tables = [\"x.csv\"]", "no file or folder `x.csv`", "relative"),
            ("usage.files = [\"*.tsv\"]", "no file matches `*.tsv`", "`*` and `?`"),
            ("usage.files = [\"none.csv\"]", "no file or folder `none.csv`", "relative"),
            ("usage.files = [\"lists/\"]", "`lists` is a folder", "\"lists/*\""),
            ("usage.file = [{ path = \"none.csv\" }]", "no file or folder `none.csv`", "relative"),
            ("usage.where = [\"Jane\"]", "HEADING=VALUE", "icd_version=10"),
            ("usage.suppress-below = 1", "at least 2", "leave it out"),
            ("lists.paths = [\"none\"]", "no file or folder `none`", "relative"),
            ("lists.paths = [\"\"]", "no file or folder ``", "relative"),
            ("lists.exceptions = \"none\"", "no file or folder `none`", "relative"),
            ("attributes.POA.old = \"poa.zip\"", "no file or folder `poa.zip`", "relative"),
            ("attributes.POA.old = \"poa.zip#POA\"", "no file or folder `poa.zip#POA`", "relative"),
            ("owners.Jane = \" \"", "person who decides is empty", "# in front"),
            ("course.chapters = [\"99\"]", "no code set has a chapter `99`", "\"4\""),
            ("course.specialties = [\"orthopedic\"]", "no specialty `orthopedic`", "orthopedics"),
        ] {
            let folder = folder(&["lists/x.sql"], &format!("# A comment.\n{line}\n"));
            let error = Project::find(Some(folder.path())).unwrap_err();
            let fact = error.to_string();
            assert!(fact.contains(" line 2, column ") && fact.contains(words), "{fact}");
            assert!(error.hint().contains(hint) && !fact.contains("Jane"), "{fact}: {}", error.hint());
        }
    }

    #[test]
    fn a_folder_without_a_project_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = Project::find(Some(folder.path())).unwrap_err();
        assert!(error.to_string().ends_with("codeset.toml`") && error.hint().contains("codeset init"));
    }
}
