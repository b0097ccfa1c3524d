//! The output of `teach`: a handout, flashcards, a quiz, slides.

mod handout;
mod key;
mod notes;
mod rewording;
mod sentences;
mod slides;
mod trees;

pub(crate) use slides::{Deck, Slide};

use super::{ReleaseInfo, capital};
use crate::base::{counted, day};
use crate::teach::{Card, Lesson, LostCode, QuizQuestion, Teaching, cards, quiz};
use crate::view;

macro_rules! files {
    ($($variant:ident $name:literal $about:literal,)+) => {
        /// The files of a course.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum TeachFile { $(#[doc = $about] $variant,)+ }

        impl TeachFile {
            /// Every file.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns its name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Returns the purpose of the output.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)+ }
            }
        }
    };
}

files! {
    HandoutPage "handout.html" "what is new, deleted, split and reworded, for a browser and for print",
    Handout "handout.md" "the same in Markdown",
    Flashcards "flashcards.csv" "id, front, back, tags: for Anki or a spreadsheet",
    AnswerKey "answer-key.html" "the questions with their answers and the reasons, for print",
    Quiz "quiz.csv" "multiple choice, for a spreadsheet",
    Gift "quiz.gift" "the same for Moodle, as text to edit",
    Moodle "quiz-moodle.xml" "the same for Moodle, with tags and feedback for each answer",
    Qti "quiz-qti3.zip" "the same as a package of QTI 3, for other course platforms",
    Slides "slides.pptx" "slides for PowerPoint, LibreOffice or Google Slides, with notes for the speaker",
    SlidesPage "slides.html" "the same slides for a browser: arrow keys, one slide a page in print",
}

/// The report of `teach`.
#[derive(Debug)]
pub struct TeachReport<'a> {
    pub(crate) teaching: &'a Teaching<'a>,
    pub(crate) old: ReleaseInfo,
    pub(crate) new: ReleaseInfo,
    pub(crate) cards: Vec<Card>,
    pub(crate) questions: Vec<QuizQuestion>,
    problems: usize,
}

impl<'a> TeachReport<'a> {
    /// Makes cards and questions of lessons. Learners see only the number of problems with the files.
    pub fn new(teaching: &'a Teaching<'a>, problems: usize) -> Self {
        Self {
            teaching,
            old: ReleaseInfo::of(teaching.old),
            new: ReleaseInfo::of(teaching.new),
            cards: cards(teaching),
            questions: quiz(teaching),
            problems,
        }
    }

    /// Returns the number of flashcards.
    pub(crate) fn cards(&self) -> usize {
        self.cards.len()
    }

    /// Returns the number of questions of the quiz.
    pub(crate) fn questions(&self) -> usize {
        self.questions.len()
    }

    /// Returns the handout for people.
    pub(crate) fn view(&self) -> view::Report {
        handout::view(self)
    }

    /// Returns the slides.
    pub(crate) fn deck(&self) -> Deck {
        slides::deck(self)
    }

    /// Returns the questions with their answers, for print.
    pub(crate) fn answer_key(&self) -> view::Report {
        key::view(self)
    }

    /// Returns the heading: the set with its edition, and the only lesson, if there is one.
    pub(crate) fn heading(&self) -> String {
        let new = self.teaching.new;
        match self.teaching.lessons.as_slice() {
            [lesson] if self.name(lesson) != new.set.title => {
                format!("{}: what changes in {}", new.title(), self.name(lesson))
            }
            _ => format!("{}: what changes", new.title()),
        }
    }

    /// Returns the sentence below the heading: from when, and compared with what.
    pub(crate) fn lead(&self) -> String {
        let (old, new) = (self.teaching.old, self.teaching.new);
        let before = old.effective().map_or_else(String::new, |date| format!(" (effective {})", day(date)));
        let compared = format!("compared with {}{before}.", old.title());
        match new.effective() {
            Some(date) => format!("Effective {}, {compared}", day(date)),
            None => capital(&compared),
        }
    }

    /// Returns the title of a lesson. Where a set has no chapters, the title of its only lesson is the set.
    pub(crate) fn name(&self, lesson: &Lesson<'_>) -> String {
        let set = self.teaching.new.set;
        if set.chapters.is_empty() && matches!(lesson.scope, crate::teach::Scope::Rest) {
            return set.title.to_owned();
        }
        lesson.scope.title()
    }

    /// Returns the content that a handout leaves out, in sentences.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let problems = counted(self.problems as u64, "remark", "remarks");
        let problems = format!(
            "The files have {problems}, such as predecessors that never existed; run codeset crosswalk to list them."
        );
        let attributes: usize = self.teaching.lessons.iter().map(|lesson| lesson.attributes).sum();
        let attributes = format!(
            "{} in attributes only; run codeset diff to list them.",
            counted(attributes as u64, "code changed", "codes changed")
        );
        let has_attributes = self.teaching.lessons.iter().any(|lesson| lesson.attributes > 0);
        let described = [(self.problems > 0).then_some(problems), has_attributes.then_some(attributes)];
        let nothing = self.teaching.lessons.is_empty().then(|| self.nothing());
        let unknown = notes::unknown(self);
        nothing
            .into_iter()
            .chain(unknown)
            .chain(self.untouched())
            .chain(described.into_iter().flatten())
            .collect()
    }

    /// Describes the chapters in which nothing changed.
    pub(crate) fn untouched(&self) -> Option<String> {
        let untouched = &self.teaching.untouched;
        (!untouched.is_empty()).then(|| format!("Nothing changed in: {}.", untouched.join("; ")))
    }

    /// Describes a lesson without changes.
    pub(crate) fn nothing(&self) -> String {
        format!("No code is new, deleted, split or reworded from {} to {}.", self.old.id, self.new.id)
    }
}

/// The method of a handout and the meaning of its words, in sentences for the page.
const METHOD: &[&str] = &[
    "Every statement has a footnote with its release, its file and, if there is one, the row of the table that \
     supports it.",
    "Replacements come from the publisher's conversion table, the record of a deleted code, or your decisions. \
     Everything else is a suggestion, which a person must confirm before it is taught.",
    "Questions about the record come from the words in which the descriptions of the codes differ. Of codes that \
     differ only in the encounter, the first is described.",
];

/// Returns the parts of a lesson in numbers: name, count, and meaning.
pub(crate) fn counts(lesson: &Lesson<'_>) -> [(&'static str, usize, String); 6] {
    let about = |lost: &[LostCode<'_>], about: &str| match lost.iter().filter(|lost| lost.is_split()).count()
    {
        0 => about.to_owned(),
        split if split == lost.len() => format!("{about}; all of them split"),
        split => format!("{about}; {split} of them split"),
    };
    [
        ("new", lesson.fresh.len(), "billable for the first time".to_owned()),
        ("no longer billable", lesson.gone.len(), about(&lesson.gone, "removed, demoted or terminated")),
        ("split", lesson.split().count(), "one code was split into several".to_owned()),
        ("narrowed", lesson.narrowed.len(), about(&lesson.narrowed, "still valid, with a narrower meaning")),
        ("wording changed", lesson.reworded.len(), "same code, new description".to_owned()),
        (handout::NOTES, lesson.renoted.len(), "includes, excludes, code first and the like".to_owned()),
    ]
}
