//! The ICD-10-CM tabular list as XML (NCHS, `icd10cm_tabular.xsd`): chapters, sections, `diag` below `diag`, with notes and
//! 7th characters.

use super::text::TextFile;
use super::xml::{Element, Progress, Visitor, begins_with, walk};
use super::{Format, Options, Part, Sample};
use crate::model::{Companion, ListPlace, NoteKind, PlaceKind, SourceFile, Tabular};

/// The root element.
const ROOT: &str = "ICD10CM.tabular";

pub(super) struct Icd10cmTabular;

impl Format for Icd10cmTabular {
    fn id(&self) -> &'static str {
        "icd10cm_tabular"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM tabular list (XML)"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        begins_with(sample, &[ROOT])
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let TextFile { name, text, mut problems } = TextFile::decode(file);
        let mut list = List::default();
        let walked = walk(&name, &text, &mut list);
        problems.extend(walked.problems);
        // Entries that are still open where the file breaks off are incomplete, so they are not compared.
        for at in list.inside {
            list.places[at as usize].name.clear();
        }
        Companion::Tabular(Tabular::new(name, list.year, list.places, problems).whole(walked.is_whole)).into()
    }
}

/// A list while it is read.
#[derive(Default)]
struct List {
    /// The open places, by their positions.
    inside: Vec<u32>,
    places: Vec<ListPlace>,
    year: Option<i16>,
    /// The 7th character that is being defined.
    extension: Option<char>,
    /// The current row of the table of visual impairment (H54): category, visual acuities below and from which.
    vision: [Vec<String>; 3],
}

impl Visitor for List {
    fn start(&mut self, element: &Element<'_>, progress: &mut Progress<'_>) {
        if element.is("extension") {
            self.extension = element.attribute("char").and_then(|text| text.chars().next());
            if self.extension.is_none() {
                progress.problem("a 7th character is not specified");
            }
        }
        let kinds =
            [("chapter", PlaceKind::Chapter), ("section", PlaceKind::Section), ("diag", PlaceKind::Entry)];
        let Some((_, kind)) = kinds.into_iter().find(|(name, _)| element.is(name)) else { return };
        self.inside.push(self.places.len() as u32);
        self.places.push(ListPlace {
            kind,
            name: element.attribute("id").unwrap_or_default(),
            title: String::new(),
            parent: self.inside.iter().rev().nth(1).copied(),
            notes: Vec::new(),
            extensions: Vec::new(),
            is_leaf: kind == PlaceKind::Entry,
        });
    }

    fn end(&mut self, name: &str, parent: &str, words: String, progress: &mut Progress<'_>) {
        if matches!(name, "chapter" | "section" | "diag") {
            return self.close(progress);
        }
        if (name, parent) == ("version", ROOT) {
            self.year = words.parse().ok();
        }
        let Some(place) = self.inside.last().map(|at| &mut self.places[*at as usize]) else { return };
        match (name, parent) {
            ("name", "chapter") => place.name = words,
            ("name", "diag") => place.name = words.replace('.', ""),
            ("desc", "chapter" | "section" | "diag") => place.title = words,
            ("extension", _) => {
                if let Some(char) = self.extension.take() {
                    place.notes.push((NoteKind::SeventhCharacter, format!("{char}: {words}")));
                    place.extensions.push((char, words));
                }
            }
            ("value", "visCategory") => self.vision[0].push(words),
            ("value", "visMax") => self.vision[1].push(words),
            ("value", "visMin") => self.vision[2].push(words),
            ("visCategory", _) => {
                let [category, below, from] = std::mem::take(&mut self.vision).map(|words| words.join(", "));
                if !category.is_empty() {
                    let acuity = [("less than", below), ("equal to or better than", from)];
                    let acuity = acuity.into_iter().filter(|(_, words)| !words.is_empty());
                    let acuity: Vec<_> = acuity.map(|(which, words)| format!("{which} {words}")).collect();
                    place.notes.push((
                        NoteKind::Note,
                        format!("visual impairment {category}: {}", acuity.join("; ")),
                    ));
                }
            }
            // An empty note is left in by mistake (FY2026, R11.16); it is ignored.
            ("note", _) if words.is_empty() => {}
            ("note", _) => place.notes.extend(kind_of(parent).map(|kind| (kind, words))),
            _ => {}
        }
    }
}

impl List {
    fn close(&mut self, progress: &mut Progress<'_>) {
        let Some(own) = self.inside.pop() else { return };
        let place = &mut self.places[own as usize];
        let is_code = (3..=7).contains(&place.name.len())
            && place.name.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        if place.name.is_empty() || (place.kind == PlaceKind::Entry && !is_code) {
            place.name.clear();
            progress.problem("an entry without a name, or with a name that is not a code, was left out");
        }
    }
}

/// Returns the kind of the notes in an element.
fn kind_of(element: &str) -> Option<NoteKind> {
    Some(match element {
        "includes" => NoteKind::Includes,
        "inclusionTerm" => NoteKind::InclusionTerm,
        "excludes1" => NoteKind::Excludes1,
        "excludes2" => NoteKind::Excludes2,
        "codeFirst" => NoteKind::CodeFirst,
        "useAdditionalCode" => NoteKind::UseAdditional,
        "codeAlso" => NoteKind::CodeAlso,
        "notes" => NoteKind::Note,
        "sevenChrNote" => NoteKind::SeventhCharacterNote,
        _ => return None,
    })
}
