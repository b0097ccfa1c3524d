//! Resolves and checks the content of a project file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::error::{Fact, ProjectError};
use super::written::{
    Written, WrittenAttribute, WrittenCourse, WrittenFile, WrittenLists, WrittenSet, WrittenUsage,
};
use super::{
    DECISIONS_FOLDER, Project, ProjectAttribute, ProjectCourse, ProjectLists, ProjectSet, UsageFile,
};
use crate::impact::{ColumnChoice, UsageOptions};
use crate::model::{CodeSet, Edition, ReleaseName, ReleaseNameError, sets};
use crate::sources;
use crate::teach::{Scope, Specialties};

/// Resolves the content of a file.
pub(super) fn project(path: &Path, text: &str, written: Written) -> Result<Project, ProjectError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let file = File { path, text, folder };
    let Written { new, sets, usage, lists, attributes, owners, decisions, course } = written;
    let owners = owners.into_iter().map(|(department, person)| {
        let name = person.as_ref().trim();
        match name {
            "" => Err(file.refuse(&person, Fact::Person)),
            name => Ok((department.trim().to_owned(), name.to_owned())),
        }
    });
    let attributes = attributes.into_iter().map(|(name, attribute)| file.attribute(name, &attribute));
    Ok(Project {
        new: new.map(|new| file.edition(&new)).transpose()?,
        sets: sets.iter().map(|(id, set)| file.set(id, set)).collect::<Result<_, _>>()?,
        suppress_below: file.threshold(usage.suppress_below.as_ref())?,
        usage_files: file.usage(usage)?,
        lists: file.lists(&lists)?,
        attributes: attributes.collect::<Result<_, _>>()?,
        owners: owners.collect::<Result<_, _>>()?,
        decisions: folder.join(decisions.folder.as_deref().unwrap_or(DECISIONS_FOLDER)),
        course: file.course(&course)?,
        folder: folder.to_owned(),
    })
}

/// The file that is read.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
    folder: &'a Path,
}

impl File<'_> {
    fn refuse<T>(&self, value: &Spanned<T>, fact: Fact) -> ProjectError {
        ProjectError::at(self.path, self.text, value.span().start, fact)
    }

    fn edition(&self, text: &Spanned<String>) -> Result<Edition, ProjectError> {
        Edition::parse(text.as_ref()).ok_or_else(|| self.refuse(text, Fact::Edition(text.as_ref().clone())))
    }

    fn threshold(&self, number: Option<&Spanned<u64>>) -> Result<Option<u64>, ProjectError> {
        match number {
            Some(number) if *number.as_ref() < 2 => Err(self.refuse(number, Fact::Threshold)),
            number => Ok(number.map(|number| *number.as_ref())),
        }
    }

    fn set(&self, id: &Spanned<String>, written: &WrittenSet) -> Result<ProjectSet, ProjectError> {
        // Ids are compared letter by letter, so that no set has two tables.
        let set = sets::by_id(id.as_ref()).filter(|set| set.id == id.as_ref()).ok_or_else(|| {
            let known = sets::all().into_iter().map(|set| set.id).collect();
            self.refuse(id, Fact::Set(id.as_ref().clone(), known))
        })?;
        let release = |text: &Option<Spanned<String>>| {
            text.as_ref().map(|text| self.release(text, Some(set))).transpose()
        };
        Ok(ProjectSet {
            set,
            old: release(&written.old)?,
            new: release(&written.new)?,
            tables: written.tables.iter().map(|path| self.existing(path)).collect::<Result<_, _>>()?,
        })
    }

    /// Resolves a release: a path that exists, else the name of a release, or its edition where the set is known.
    fn release(
        &self,
        text: &Spanned<String>,
        set: Option<&'static CodeSet>,
    ) -> Result<PathBuf, ProjectError> {
        if let Some(path) = self.found(text) {
            return Ok(path);
        }
        if let Some((set, edition)) = set.zip(Edition::parse(text.as_ref())) {
            return Ok(PathBuf::from(ReleaseName { set, edition }.to_string()));
        }
        match ReleaseName::parse(text.as_ref()) {
            Ok(name) if set.is_some_and(|set| set != name.set) => {
                let set = set.map_or("", |set| set.title);
                Err(self.refuse(text, Fact::OtherSet { name: name.to_string(), set }))
            }
            Ok(name) => Ok(PathBuf::from(name.to_string())),
            Err(ReleaseNameError::NoEdition(_)) => Err(self.missing(text)),
            Err(error) => Err(self.refuse(text, Fact::Release(error))),
        }
    }

    fn missing(&self, path: &Spanned<String>) -> ProjectError {
        self.refuse(path, Fact::Path(path.as_ref().clone()))
    }

    fn existing(&self, path: &Spanned<String>) -> Result<PathBuf, ProjectError> {
        self.found(path).ok_or_else(|| self.missing(path))
    }

    /// Returns a path that exists. An empty one would be the folder of the project.
    fn found(&self, path: &Spanned<String>) -> Option<PathBuf> {
        let found = self.folder.join(path.as_ref());
        (found.exists() && !path.as_ref().is_empty()).then_some(found)
    }

    /// Resolves the files of usage. A file that is named with columns of its own is read with those, also if a pattern
    /// matches it.
    fn usage(&self, written: WrittenUsage) -> Result<Vec<UsageFile>, ProjectError> {
        let mut found = Vec::new();
        for file in written.file {
            let WrittenFile { path, only, .. } = &file;
            let options = UsageOptions {
                columns: ColumnChoice {
                    code: file.code_column.clone(),
                    count: file.count_column.clone(),
                    owner: file.owner_column.clone(),
                    amount: file.amount_column.clone(),
                    date: file.date_column.clone(),
                    claim: file.claim_column.clone(),
                },
                only: self.conditions(only)?,
                ..UsageOptions::default()
            };
            found.extend(self.files(path)?.into_iter().map(|path| (path, options.clone())));
        }
        let options = UsageOptions {
            columns: ColumnChoice {
                code: written.code_column,
                count: written.count_column,
                owner: written.owner_column,
                amount: written.amount_column,
                date: written.date_column,
                claim: written.claim_column,
            },
            only: self.conditions(&written.only)?,
            ..UsageOptions::default()
        };
        for pattern in &written.files {
            found.extend(self.files(pattern)?.into_iter().map(|path| (path, options.clone())));
        }
        // Lines of a file that is named twice would count twice.
        let mut known = BTreeSet::new();
        found.retain(|(path, _)| known.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
        Ok(found.into_iter().map(|(path, options)| UsageFile { path, options }).collect())
    }

    /// Returns the files that a path or a pattern names.
    fn files(&self, pattern: &Spanned<String>) -> Result<Vec<PathBuf>, ProjectError> {
        let text = pattern.as_ref();
        let path = self.folder.join(text);
        if path.is_dir() {
            let folder = text.trim_end_matches(['/', '\\']).to_owned();
            return Err(self.refuse(pattern, Fact::Folder(folder)));
        }
        let found = sources::data_files(&[path])?;
        let files: Vec<PathBuf> = found.files.into_iter().map(|file| file.path).collect();
        if !found.unmatched.is_empty() {
            return Err(self.refuse(pattern, Fact::Pattern(text.clone())));
        }
        if files.iter().any(|file| !file.exists()) {
            return Err(self.missing(pattern));
        }
        Ok(files)
    }

    fn conditions(&self, written: &[Spanned<String>]) -> Result<Vec<(String, String)>, ProjectError> {
        let pair = |text: &Spanned<String>| {
            let pair = text.as_ref().split_once('=');
            let pair = pair.map(|(heading, value)| (heading.to_owned(), value.to_owned()));
            pair.ok_or_else(|| self.refuse(text, Fact::Condition))
        };
        written.iter().map(pair).collect()
    }

    fn lists(&self, written: &WrittenLists) -> Result<ProjectLists, ProjectError> {
        Ok(ProjectLists {
            paths: written.paths.iter().map(|path| self.existing(path)).collect::<Result<_, _>>()?,
            exceptions: written.exceptions.as_ref().map(|path| self.existing(path)).transpose()?,
        })
    }

    fn attribute(&self, name: String, written: &WrittenAttribute) -> Result<ProjectAttribute, ProjectError> {
        let table = |text: &Option<Spanned<String>>| text.as_ref().map(|text| self.table(text)).transpose();
        Ok(ProjectAttribute { name, old: table(&written.old)?, new: table(&written.new)? })
    }

    /// Resolves the table of an attribute: `FILE#COLUMN` as commands accept it, or a release.
    fn table(&self, text: &Spanned<String>) -> Result<PathBuf, ProjectError> {
        let whole = self.folder.join(text.as_ref());
        match text.as_ref().rsplit_once('#') {
            Some((file, _)) if !whole.exists() && self.folder.join(file).is_file() => Ok(whole),
            _ => self.release(text, None),
        }
    }

    fn course(&self, written: &WrittenCourse) -> Result<ProjectCourse, ProjectError> {
        let sets = sets::all();
        let chapter = |id: &Spanned<String>| {
            let is_known = sets.iter().any(|set| Scope::chapter(set, id.as_ref()).is_some());
            let refuse = || self.refuse(id, Fact::Chapter(id.as_ref().clone()));
            is_known.then(|| id.as_ref().clone()).ok_or_else(refuse)
        };
        let table = Specialties::built_in();
        let specialty = |name: &Spanned<String>| {
            let found = table.find(name.as_ref()).map(|specialty| specialty.id.clone());
            found.ok_or_else(|| {
                let nearest = table.nearest(name.as_ref()).into_iter().map(str::to_owned).collect();
                self.refuse(name, Fact::Specialty { name: name.as_ref().clone(), nearest })
            })
        };
        Ok(ProjectCourse {
            chapters: written.chapters.iter().map(chapter).collect::<Result<_, _>>()?,
            specialties: written.specialties.iter().map(specialty).collect::<Result<_, _>>()?,
        })
    }
}
