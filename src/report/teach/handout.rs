//! The handout, for a browser, for print and for Markdown: prose by what happened, with its sources as footnotes.

use super::rewording::{Rewording, rewordings};
use super::sentences::{PairSentences, Sentences, answer_text, repeats};
use super::trees::trees;
use super::{METHOD, TeachReport, counts};
use crate::diff::{Change, Kind, WordSide};
use crate::model::Entry;
use crate::report::{GuidelineRow, editions, sources_of};
use crate::teach::{
    Answer, Asked, Citation, Event, EventKind, Family, Lesson, NoteLine, StatedBy, cited, note_lines, sources,
};
use crate::view::{Cell, Column, Footnotes, Metric, Part, Report, Section, Statement, Table, Tone, column};

/// Returns the handout.
pub(super) fn view(report: &TeachReport<'_>) -> Report {
    let mut view = Report { editions: editions(&report.old, &report.new), ..Report::new(report.heading()) };
    let mut lead = vec![report.lead()];
    let mut writer = Writer { report, footnotes: Footnotes::default() };
    match report.teaching.lessons.as_slice() {
        [lesson] => {
            lead.extend(lesson.scope.about(report.teaching.new.set));
            view.metrics = metrics(lesson);
            if lesson.is_empty() {
                view = view.section(Section::new("").text(report.nothing()));
            }
            view = view.sections(writer.sections(lesson));
        }
        lessons => {
            view = view.section(in_numbers(report));
            for lesson in lessons {
                view = view.section(writer.lesson(lesson));
            }
        }
    }
    let footnotes = writer.footnotes.into_texts();
    let mut sources = Section::new("Sources");
    if !footnotes.is_empty() {
        sources = sources.part(Part::Footnotes(footnotes));
    }
    view.lead(lead.join(" "))
        .section(Section::new("Not in this handout").texts(report.left_out()))
        .section(sources)
        .appendix(Section {
            heading: "Files and method".to_owned(),
            ..sources_of([("OLD", &report.old), ("NEW", &report.new)], METHOD)
        })
}

fn metrics(lesson: &Lesson<'_>) -> Vec<Metric> {
    let tones = [Tone::Good, Tone::Bad, Tone::Warn, Tone::Warn, Tone::Info, Tone::Info];
    // A count that the files do not provide is left out.
    let known = counts(lesson).into_iter().zip(tones);
    let known = known.filter(|((word, count, _), _)| *count > 0 || *word != NOTES);
    known.map(|((word, count, about), tone)| Metric::new(count as u64, word, about, tone)).collect()
}

/// The label of codes with other notes.
pub(super) const NOTES: &str = "notes changed";

/// Returns the number of changes of each lesson.
fn in_numbers(report: &TeachReport<'_>) -> Section {
    let count = |at: usize| move |lesson: &Lesson<'_>| Cell::Count(counts(lesson)[at].1 as u64);
    Section::new("In numbers").bars(
        "Changes by lesson",
        &report.teaching.lessons,
        [
            column("lesson", |lesson: &Lesson<'_>| Cell::from(report.name(lesson))),
            column("changes", |lesson: &Lesson<'_>| Cell::Count(lesson.len() as u64)),
            column("new", count(0)),
            column("no longer billable", count(1)),
            column("split", count(2)),
            column("narrowed", count(3)),
            column("wording changed", count(4)),
        ],
    )
}

/// Writes the sections of a handout, and collects their footnotes.
struct Writer<'r, 'a> {
    report: &'r TeachReport<'a>,
    footnotes: Footnotes,
}

impl Writer<'_, '_> {
    /// Returns a lesson among several, in one section.
    fn lesson(&mut self, lesson: &Lesson<'_>) -> Section {
        let mut section = Section::new(self.report.name(lesson))
            .texts(lesson.scope.about(self.report.teaching.new.set))
            .texts(lesson.is_empty().then(|| self.report.nothing()));
        for (at, part) in self.sections(lesson).into_iter().enumerate() {
            // The codes, which come first, have headings of their own.
            if at > 0 || part.heading != CODES {
                section = section.part(Part::Heading(part.heading));
            }
            if !part.about.is_empty() {
                section = section.text(part.about);
            }
            section.parts.extend(part.parts);
        }
        section
    }

    /// Returns the parts of a lesson that are not empty, a section each. A new part is a line here.
    fn sections(&mut self, lesson: &Lesson<'_>) -> Vec<Section> {
        let name = self.report.name(lesson);
        let sections = [
            self.codes(lesson),
            self.wording(lesson),
            self.notes(lesson),
            self.guidelines(lesson),
            self.moved(lesson),
            self.headers(lesson),
        ];
        let sections = sections.into_iter().filter(|section| !section.parts.is_empty());
        sections.map(|section| captioned(section, &name)).collect()
    }

    /// Returns the number of the footnote with these sources.
    fn cite(&mut self, citations: &[Citation]) -> Vec<usize> {
        let text = sources(citations).join("; ");
        if text.is_empty() { Vec::new() } else { vec![self.footnotes.number(text)] }
    }

    /// Returns what happened to codes, by category.
    fn codes(&mut self, lesson: &Lesson<'_>) -> Section {
        let (old, new) = (self.report.teaching.old, self.report.teaching.new);
        let mut section = Section::new(CODES);
        let events = lesson.events(old, new);
        for events in events.chunk_by(|a, b| a.category == b.category) {
            let category = events[0].category;
            if !category.is_empty() {
                let entry = new.find(category).or_else(|| old.find(category));
                let title = entry.map_or("", Entry::shown_long);
                let heading = format!("{} {title}", (new.set.display)(category));
                section = section.part(Part::Heading(heading.trim_end().to_owned()));
            }
            for events in events.chunk_by(|a, b| a.is_pair() && b.is_pair()) {
                section = match events {
                    [event] => self.event(section, event),
                    several => self.pairs(section, several),
                };
            }
            let trees = Some(category).filter(|category| !category.is_empty());
            let trees = trees.and_then(|category| trees_of(category, old, new));
            section.parts.extend(trees);
        }
        section
    }

    /// Adds several codes of a category, each with one part that has its own code now.
    fn pairs(&mut self, section: Section, events: &[Event<'_, '_>]) -> Section {
        let (old, new) = (self.report.teaching.old, self.report.teaching.new);
        let sentences = PairSentences::of(events, &self.report.teaching.days, new);
        let citations: Vec<Citation> = events.iter().flat_map(|event| event.citations(old, new)).collect();
        let statement = Statement {
            headline: format!("In {}, {}.", sentences.category, sentences.predicate),
            text: sentences.when,
            footnotes: self.cite(&citations),
            ..Statement::default()
        };
        let pairs: Vec<[Family<'_>; 2]> = events
            .iter()
            .filter_map(|event| Some([event.sources().into_iter().next()?, event.now().into_iter().next()?]))
            .collect();
        let table = Table { is_outline: true, ..Table::of(pair_columns(), &pairs) };
        let to_do = Statement { label: "To do", text: sentences.to_do, ..Statement::default() };
        section.part(Part::Statement(statement)).table(sentences.category, table).part(Part::Statement(to_do))
    }

    fn event(&mut self, section: Section, event: &Event<'_, '_>) -> Section {
        let (old, new) = (self.report.teaching.old, self.report.teaching.new);
        let sentences = Sentences::of(event, &self.report.teaching.days, new);
        let rows = rows(event);
        let footnotes = self.cite(&event.citations(old, new));
        let statement = Statement {
            headline: format!("{}.", sentences.headline()),
            text: sentences.when,
            footnotes: footnotes.clone(),
            ..Statement::default()
        };
        let to_do = Statement { label: "To do", text: sentences.to_do, ..Statement::default() };
        let mut section = section.part(Part::Statement(statement));
        let table = Table { is_outline: true, ..Table::of(row_columns(), &rows) };
        section = section.table(sentences.codes.clone(), table);
        for asked in event.asked.iter().filter(|asked| asked.stated_by != StatedBy::Nobody && !repeats(asked))
        {
            section = question(section, asked, &footnotes);
        }
        section = section.part(Part::Statement(to_do));
        if !sentences.suggestion.is_empty() {
            section = section.part(Part::Statement(Statement {
                label: "Suggestion",
                is_tentative: true,
                text: sentences.suggestion,
                ..Statement::default()
            }));
        }
        section
    }

    fn wording(&mut self, lesson: &Lesson<'_>) -> Section {
        let (old, new) = (self.report.teaching.old, self.report.teaching.new);
        let rows = rewordings(&lesson.reworded, new);
        let mut section = Section::new("Wording changed");
        if rows.is_empty() {
            return section;
        }
        let before = lesson.reworded.iter().filter_map(|change| Some(Citation::of(change.old?, old)));
        let now = lesson.reworded.iter().filter_map(|change| Some(Citation::of(change.new?, new)));
        let citations: Vec<Citation> = before.chain(now).collect();
        let is_reused = lesson.reworded.iter().any(|change| change.kind == Kind::Reused);
        section = section
            .part(Part::Statement(Statement {
                text: "The codes stay the same. Deleted words are struck out, new words are marked."
                    .to_owned(),
                footnotes: self.cite(&citations),
                ..Statement::default()
            }))
            .rows(&rows, reworded_columns());
        let to_do = "Correct the descriptions in your own lists, templates and order sets.";
        section = section.part(todo(to_do));
        if is_reused {
            section = section.part(todo("Review every use of a code that has another meaning now."));
        }
        section
    }

    fn notes(&mut self, lesson: &Lesson<'_>) -> Section {
        let (old, new) = (self.report.teaching.old, self.report.teaching.new);
        let rows: Vec<(Entry<'_>, NoteLine)> = lesson
            .renoted
            .iter()
            .flat_map(|change| note_lines(change).into_iter().map(|row| (change.entry(), row)))
            .collect();
        let section = Section::new("Notes changed");
        if rows.is_empty() {
            return section;
        }
        let before = lesson.renoted.iter().filter_map(|change| Some(Citation::of(change.old?, old)));
        let now = lesson.renoted.iter().filter_map(|change| Some(Citation::of(change.new?, new)));
        let citations: Vec<Citation> = before.chain(now).collect();
        let statement = Statement {
            text: "Notes of the tabular list say how a code may be used and with which other codes."
                .to_owned(),
            footnotes: self.cite(&citations),
            ..Statement::default()
        };
        let table = Table::of(note_columns(), &rows);
        section
            .counted(lesson.renoted.len())
            .part(Part::Statement(statement))
            .table("Notes changed", Table { is_outline: true, ..table })
    }

    fn guidelines(&mut self, lesson: &Lesson<'_>) -> Section {
        let section = Section::new("Guideline changes");
        let Some(diff) = self.report.teaching.guidelines.filter(|_| !lesson.sections.is_empty()) else {
            return section;
        };
        let rows: Vec<GuidelineRow> = lesson.sections.iter().map(|change| GuidelineRow::of(change)).collect();
        let citations: Vec<Citation> =
            lesson.sections.iter().flat_map(|change| cited(change, diff)).collect();
        let statement = Statement {
            text: format!(
                "Sections of the Official Guidelines {} that changed, and are about these codes or about all. Deleted words are struck \
                 out, new words are marked.",
                diff.new.edition()
            ),
            footnotes: self.cite(&citations),
            ..Statement::default()
        };
        let side = |side| move |row: &GuidelineRow| Cell::words(row.side(side));
        let columns = [
            column("section", |row: &GuidelineRow| Cell::entry(row.label(), row.title.as_str())),
            column("change", |row: &GuidelineRow| Cell::from(row.happened())),
            column("before", side(WordSide::Old)),
            column("now", side(WordSide::New)),
        ];
        let to_do = "Read the sections in full in the new edition, and correct your coding policies.";
        section.part(Part::Statement(statement)).rows(&rows, columns).part(todo(to_do))
    }

    fn moved(&mut self, lesson: &Lesson<'_>) -> Section {
        let rows: Vec<_> = lesson.moved.iter().map(Change::entry).collect();
        self.plain("Moved", "These codes are in another section. Their meaning did not change.", &rows)
    }

    fn headers(&mut self, lesson: &Lesson<'_>) -> Section {
        let rows: Vec<_> = lesson.headings.iter().map(Change::entry).collect();
        self.plain("New category headers", "New categories and headers. They are not billable.", &rows)
    }

    fn plain(&mut self, heading: &str, text: &str, entries: &[Entry<'_>]) -> Section {
        let section = Section::new(heading);
        if entries.is_empty() {
            return section;
        }
        let new = self.report.teaching.new;
        let citations: Vec<Citation> = entries.iter().map(|entry| Citation::of(*entry, new)).collect();
        let statement =
            Statement { text: text.to_owned(), footnotes: self.cite(&citations), ..Statement::default() };
        section
            .part(Part::Statement(statement))
            .rows(entries, [column("code", |one: &Entry<'_>| entry(*one))])
    }
}

/// Adds a question that the record must answer.
fn question(section: Section, asked: &Asked<'_>, footnotes: &[usize]) -> Section {
    let statement = Statement {
        headline: format!("The record must specify: {}", asked.question),
        footnotes: footnotes.to_vec(),
        ..Statement::default()
    };
    let table = Table::of(
        [
            column("if the record says", |answer: &Answer| Cell::from(answer_text(answer))),
            column("report", |answer: &Answer| Cell::code(answer.codes.join(", "))),
        ],
        &asked.answers,
    );
    let caption = format!("{}: {}", asked.source.display(), asked.question);
    section.part(Part::Statement(statement)).table(caption, Table { is_outline: true, ..table })
}

/// The heading of what happened to codes.
const CODES: &str = "Codes";

fn todo(text: &str) -> Part {
    Part::Statement(Statement { label: "To do", text: text.to_owned(), ..Statement::default() })
}

fn trees_of(category: &str, old: &crate::model::Release, new: &crate::model::Release) -> Option<Part> {
    trees(category, old, new).map(Part::Trees)
}

/// Adds the name of the lesson to the captions of a section, for readers who cannot see where it is.
fn captioned(mut section: Section, name: &str) -> Section {
    for part in &mut section.parts {
        if let Part::Table(caption, _) = part {
            *caption = format!("{name}: {caption}");
        }
    }
    section
}

/// Returns the codes of an event, each with the word for its side; without a side where only one has codes to show.
pub(super) fn rows<'a>(event: &Event<'_, 'a>) -> Vec<(&'static str, Family<'a>)> {
    // One code that was split is in the heading; of several each has a row.
    let sources = event.sources();
    let is_listed = sources.len() > 1 || event.kind == EventKind::Replaced;
    let sources = if is_listed { sources } else { Family::of(event.before()) };
    let now = event.now();
    let [before_word, now_word] =
        if sources.is_empty() || now.is_empty() { ["", ""] } else { ["before", "now"] };
    let before = sources.into_iter().map(|family| (before_word, family));
    before.chain(now.into_iter().map(|family| (now_word, family))).collect()
}

fn entry(entry: Entry<'_>) -> Cell {
    Cell::entry(entry.display(), entry.shown_long())
}

fn row_columns<'c>() -> [Column<'c, (&'static str, Family<'c>)>; 4] {
    type Row<'c> = (&'static str, Family<'c>);
    [
        column("", |(word, _): &Row<'_>| Cell::from(*word)),
        column("code", |(_, family): &Row<'_>| Cell::code(family.first.display())),
        column("description", |(_, family): &Row<'_>| Cell::from(family.first.shown_long())),
        column("the same for", |(_, family): &Row<'_>| others(family)),
    ]
}

/// Returns the other codes of a family.
fn others(family: &Family<'_>) -> Cell {
    Cell::from(family.others.iter().map(|entry| entry.display()).collect::<Vec<_>>().join(", "))
}

fn pair_columns<'c>() -> [Column<'c, [Family<'c>; 2]>; 6] {
    type Row<'c> = [Family<'c>; 2];
    [
        column("code", |[source, _]: &Row<'_>| Cell::code(source.first.display())),
        column("stays billable", |[source, _]: &Row<'_>| Cell::from(source.first.shown_long())),
        column("new code", |[_, now]: &Row<'_>| Cell::code(now.first.display())),
        column("for this part", |[_, now]: &Row<'_>| Cell::from(now.first.shown_long())),
        column("the same for", |[source, _]: &Row<'_>| others(source)),
        column("with", |[_, now]: &Row<'_>| others(now)),
    ]
}

fn reworded_columns<'c>() -> [Column<'c, Rewording>; 5] {
    // Nearly all are long descriptions of codes: only others are named.
    let unless = |word: &'static str, usual: &str| {
        if word == usual { Cell::Empty } else { Cell::badge(word, Tone::Plain) }
    };
    [
        column("code", |row: &Rewording| Cell::code(row.code.clone())),
        column("level", move |row: &Rewording| unless(row.level, "code")).filter(),
        column("which", move |row: &Rewording| unless(row.which, "long")).filter(),
        column("before", |row: &Rewording| Cell::words(row.before.clone())),
        column("now", |row: &Rewording| Cell::words(row.now.clone())),
    ]
}

fn note_columns<'c>() -> [Column<'c, (Entry<'c>, NoteLine)>; 4] {
    type Row<'c> = (Entry<'c>, NoteLine);
    [
        column("code", |(one, _): &Row<'_>| entry(*one)),
        column("change", |(_, row): &Row<'_>| {
            Cell::badge(row.word(), if row.is_new { Tone::Good } else { Tone::Bad })
        }),
        column("note", |(_, row): &Row<'_>| Cell::from(row.line())),
        column("on the job", |(_, row): &Row<'_>| Cell::from(row.to_do())),
    ]
}
