//! The handout: for a browser, for print and for Markdown.

use super::rewording::{Rewording, rewordings};
use super::{METHOD, TeachReport, counts, notes};
use crate::crosswalk::Path;
use crate::diff::{Change, Kind};
use crate::model::{Entry, Release};
use crate::report::decided::{Task, targets};
use crate::report::target::TargetRow;
use crate::report::{editions, sources};
use crate::teach::{Asked, Citation, Lesson, LostCode, NewCode, StatedBy};
use crate::view::{Cell, Column, Metric, Part, Question, Report, Section, Targets, Tone, column};

/// Returns the handout.
pub(super) fn view(report: &TeachReport<'_>) -> Report {
    let mut view = Report { editions: editions(&report.old, &report.new), ..Report::new(report.heading()) };
    let mut lead = vec![format!("{}.", report.title())];
    match report.teaching.lessons.as_slice() {
        [lesson] => {
            lead.extend(lesson.scope.about(report.teaching.new.set));
            view.metrics = metrics(lesson);
            if lesson.is_empty() {
                view = view.section(Section::new("").text(report.nothing()));
            }
            view = view.sections(parts(report, lesson));
        }
        lessons => {
            view = view.section(in_numbers(report));
            view = view.sections(lessons.iter().map(|lesson| of_many(report, lesson)));
        }
    }
    view.lead(lead.join(" "))
        .section(Section::new("Not in this handout").texts(report.left_out()))
        .section(sources(&report.old, &report.new, METHOD))
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

/// Returns a lesson among several, in one section.
fn of_many(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Section {
    let mut section = Section::new(report.name(lesson))
        .texts(lesson.scope.about(report.teaching.new.set))
        .texts(lesson.is_empty().then(|| report.nothing()));
    for part in parts(report, lesson) {
        section =
            section.part(Part::Heading(format!("{} ({})", part.heading, part.count.unwrap_or_default())));
        section = section.text(part.about);
        section.parts.extend(part.parts);
    }
    section
}

/// Returns the parts of a lesson that are not empty, a section each.
fn parts<'r>(report: &'r TeachReport<'_>, lesson: &'r Lesson<'_>) -> Vec<Section> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let whole = lesson.gone.iter().filter(|lost| !lost.is_split());
    let narrowed = lesson.narrowed.iter().filter(|lost| !lost.is_split());
    let asked = by_code(lesson.asked(old));
    let reworded = rewordings(&lesson.reworded, new);
    let parts = [
        Section::new("New")
            .about("Billable from the day the new release takes effect. \"Before\" shows the code assigned until \
                    then.")
            .rows(&lesson.fresh, new_columns(new)),
        Section::new("Split")
            .about("One code was split into several: each case needs review. A narrowed code stays valid for the \
                    rest of its meaning.")
            .rows(lesson.split(), lost_columns(old)),
        Section::new("No longer billable")
            .about("No longer billable, and not split.")
            .rows(whole, lost_columns(old)),
        Section::new("Narrowed")
            .about("Still valid, but part of the meaning now has its own code.")
            .rows(narrowed, lost_columns(old)),
        Section::new("What the record must specify")
            .about("The detail that decides between the codes. A case whose record does not specify it cannot be \
                    coded without a query.")
            .rows(asked.iter().map(Vec::as_slice), asked_columns()),
        Section::new("Wording changed")
            .about("Deleted words are struck out, new words underlined.")
            .rows(&reworded, reworded_columns()),
        Section::new("Notes changed")
            .about("Changed notes of the tabular list, which say how a code may be used and with which other codes.")
            .rows(&lesson.renoted, renoted_columns(new)),
        Section::new("Moved").about("In another place.").rows(&lesson.moved, plain_columns(new)),
        Section::new("New category headers")
            .about("New categories and headers. They are not billable.")
            .rows(&lesson.headings, plain_columns(new)),
    ];
    let name = report.name(lesson);
    parts
        .into_iter()
        .filter(|section| !section.parts.is_empty())
        .map(|section| captioned(section, &name))
        .collect()
}

/// Adds the name of the lesson to the captions of a section, for readers who cannot see where it is.
fn captioned(mut section: Section, name: &str) -> Section {
    for part in &mut section.parts {
        if let Part::Table(caption, _) = part {
            *caption = format!("{name}: {}", caption.to_lowercase());
        }
    }
    section
}

fn entry(entry: Entry<'_>) -> Cell {
    Cell::entry(entry.display(), entry.shown_long())
}

fn new_columns<'c>(new: &'c Release) -> [Column<'c, NewCode<'c>>; 4] {
    let display = new.set.display;
    [
        column("code", |fresh: &NewCode<'_>| entry(fresh.entry)),
        // Nearly all are added: only other kinds are named.
        column("kind", |fresh: &NewCode<'_>| match fresh.kind {
            Kind::Added => Cell::Empty,
            kind => Cell::kind(kind),
        })
        .filter(),
        column("before", move |fresh: &NewCode<'_>| {
            let rows: Vec<_> = fresh.before.iter().map(TargetRow::of).collect();
            targets(&rows, &[], Vec::new(), display)
        }),
        column("source", move |fresh: &NewCode<'_>| {
            Cell::from(Citation::of(fresh.entry, new).with_rows(&fresh.before).place())
        }),
    ]
}

fn lost_columns<'c>(old: &'c Release) -> [Column<'c, LostCode<'c>>; 6] {
    let display = old.set.display;
    [
        column("code", |lost: &LostCode<'_>| entry(lost.mapping.source)),
        column("change", |lost: &LostCode<'_>| Cell::kind(lost.kind)).filter(),
        column("last day", |lost: &LostCode<'_>| Cell::from(lost.last_day)).filter(),
        // A code that was split or narrowed always needs review.
        column("task", |lost: &LostCode<'_>| {
            if lost.is_split() || lost.kind == Kind::Narrowed {
                return Cell::Empty;
            }
            let task = Task::of(lost.mapping.decision, false, &TargetRow::instead_of(&lost.mapping));
            Cell::badge(task.label(), task)
        })
        .filter(),
        column("use instead", move |lost: &LostCode<'_>| {
            let rows = TargetRow::instead_of(&lost.mapping);
            targets(&rows, &[], lost.mapping.paths.iter().map(Path::to_string).collect(), display)
        }),
        column("source", move |lost: &LostCode<'_>| {
            Cell::from(Citation::of(lost.mapping.source, old).with_mapping(&lost.mapping).place())
        }),
    ]
}

/// Returns the questions about one code.
fn by_code(asked: Vec<Asked<'_>>) -> Vec<Vec<Asked<'_>>> {
    let mut codes: Vec<Vec<Asked<'_>>> = Vec::new();
    for one in asked {
        match codes.last_mut().filter(|held| held[0].source.code() == one.source.code()) {
            Some(held) => held.push(one),
            None => codes.push(vec![one]),
        }
    }
    codes
}

fn asked_columns<'c>() -> [Column<'c, [Asked<'c>]>; 4] {
    let question = |asked: &Asked<'_>| Question {
        about: asked.question.to_owned(),
        answers: asked.answers.iter().map(|answer| (answer.words.clone(), answer.codes.join(", "))).collect(),
    };
    [
        column("code", |asked: &[Asked<'_>]| entry(asked[0].source)),
        column("basis", |asked: &[Asked<'_>]| {
            let stated_by = asked[0].stated_by;
            let tone = if stated_by == StatedBy::Nobody { Tone::Warn } else { Tone::Good };
            Cell::badge(stated_by.word(), tone)
        })
        .filter(),
        column("questions", move |asked: &[Asked<'_>]| {
            Cell::targets(Targets { questions: asked.iter().map(question).collect(), ..Targets::default() })
        }),
        column("source", |asked: &[Asked<'_>]| Cell::from(asked[0].citation.place())),
    ]
}

fn reworded_columns<'c>() -> [Column<'c, Rewording>; 6] {
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
        column("source", |row: &Rewording| Cell::from(row.citation.place())),
    ]
}

fn renoted_columns<'c>(new: &'c Release) -> [Column<'c, Change<'c>>; 4] {
    let lines = |lines: &[String]| Cell::from(lines.join(" / "));
    [
        column("code", |change: &Change<'_>| entry(change.entry())),
        column("deleted", move |change: &Change<'_>| lines(&notes::changed(change)[0])),
        column("new", move |change: &Change<'_>| lines(&notes::changed(change)[1])),
        column("source", |change: &Change<'_>| Cell::from(Citation::of(change.entry(), new).place())),
    ]
}

fn plain_columns<'c>(new: &'c Release) -> [Column<'c, Change<'c>>; 2] {
    [
        column("code", |change: &Change<'_>| entry(change.entry())),
        column("source", |change: &Change<'_>| Cell::from(Citation::of(change.entry(), new).place())),
    ]
}
