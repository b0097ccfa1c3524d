//! The handout for a browser and for printing.

use super::rewording::{Rewording, rewordings};
use super::{METHOD, TeachReport, counts, notes};
use crate::crosswalk::Path;
use crate::diff::{Change, Kind};
use crate::model::{Entry, Release};
use crate::report::crosswalk::{TargetRow, capital};
use crate::report::document::Cell;
use crate::report::fields::{Field, Question, Tone};
use crate::report::page::{Column, Listing, Metric, Page, Part, Section, bars};
use crate::teach::{Asked, Lesson, LostCode, NewCode, StatedBy};

/// Returns the handout.
pub(super) fn page(report: &TeachReport<'_>) -> Page {
    let mut page = Page::about(report.title(), &report.heading(), &report.old, &report.new);
    match report.teaching.lessons.as_slice() {
        [lesson] => {
            page.lead = lesson.scope.about(report.teaching.new.set);
            page.figures = figures(lesson);
            if lesson.is_empty() {
                page = page.section(Section::new("", vec![Part::text(report.nothing())]));
            }
            for (heading, about, listing, count) in parts(report, lesson) {
                let parts = vec![Part::text(about), Part::Listing(listing)];
                page = page.section(Section::new(capital(heading), parts).counted(count));
            }
        }
        lessons => {
            page = page.section(Section::new("In numbers", in_numbers(report)));
            for lesson in lessons {
                page = page.section(Section::new(report.name(lesson), of_many(report, lesson)));
            }
        }
    }
    let left_out = report.left_out().into_iter().map(Part::text).collect();
    let page = page.section(Section::new("What is not in here", left_out));
    page.sources(&report.old, &report.new, METHOD)
}

fn figures(lesson: &Lesson<'_>) -> Vec<Metric> {
    let tones = [Tone::Good, Tone::Bad, Tone::Warn, Tone::Warn, Tone::Info, Tone::Info];
    let figure = |((word, count, about), tone)| Metric::new(count as u64, word, about, tone);
    // A count that the files do not provide is left out.
    let described = counts(lesson).into_iter().filter(|(word, count, _)| *count > 0 || *word != "re-noted");
    described.zip(tones).map(figure).collect()
}

/// Returns the number of changes of each lesson.
fn in_numbers(report: &TeachReport<'_>) -> Vec<Part> {
    let row = |lesson: &Lesson<'_>| {
        let numbers = counts(lesson).map(|(_, count, _)| count as u64);
        let all = [lesson.len() as u64].into_iter().chain(numbers[..5].iter().copied());
        (report.name(lesson), String::new(), all.collect())
    };
    let titles = ["changes", "new", "gone", "split", "narrowed", "reworded"];
    bars("Changes by lesson", &titles, report.teaching.lessons.iter().map(row).collect())
}

/// Returns a lesson among several, in one section.
fn of_many(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Part> {
    let about = lesson.scope.about(report.teaching.new.set).map(Part::text);
    let nothing = lesson.is_empty().then(|| Part::text(report.nothing()));
    let parts = parts(report, lesson).into_iter().flat_map(|(heading, about, listing, count)| {
        let text = format!("{} ({count})", capital(heading));
        [Part::Heading { text }, Part::text(about), Part::Listing(listing)]
    });
    about.into_iter().chain(nothing).chain(parts).collect()
}

/// Returns the parts of a lesson that are not empty: heading, description, rows, count.
fn parts(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<(&'static str, &'static str, Listing, usize)> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let split: Vec<_> = lesson.split().collect();
    let whole: Vec<_> = lesson.gone.iter().filter(|lost| !lost.is_split()).collect();
    let narrowed: Vec<_> = lesson.narrowed.iter().filter(|lost| !lost.is_split()).collect();
    let asked = by_code(lesson.asked(old));
    let reworded = rewordings(&lesson.reworded, new);
    let name = report.name(lesson);
    let caption = |part: &str| format!("{name}: {part}");
    let fresh: Vec<_> = lesson.fresh.iter().collect();
    let (moved, headings): (Vec<_>, Vec<_>) =
        (lesson.moved.iter().collect(), lesson.headings.iter().collect());
    let renoted: Vec<_> = lesson.renoted.iter().collect();
    let (asked, reworded): (Vec<_>, Vec<_>) = (asked.iter().collect(), reworded.iter().collect());
    let parts = [
        (
            "new",
            "Billable from the day the new release takes effect. \"Before\" is what was assigned until then.",
            Listing::of(caption("new"), &fresh_columns(new), &fresh),
            fresh.len(),
        ),
        (
            "split",
            "One code was split into several: each case needs review. A narrowed code stays valid for the rest of its meaning.",
            Listing::of(caption("split"), &lost_columns(old), &split),
            split.len(),
        ),
        (
            "gone",
            "No longer billable, and not split.",
            Listing::of(caption("gone"), &lost_columns(old), &whole),
            whole.len(),
        ),
        (
            "narrowed",
            "Still valid, but a part of the former meaning has its own code now.",
            Listing::of(caption("narrowed"), &lost_columns(old), &narrowed),
            narrowed.len(),
        ),
        (
            "what the documentation must say now",
            "What decides between the candidates. A case whose documentation does not say it cannot be coded without asking.",
            Listing::of(caption("questions"), &asked_columns(), &asked),
            asked.len(),
        ),
        (
            "reworded",
            "Deleted words are struck out, new words underlined.",
            Listing::of(caption("reworded"), &reworded_columns(), &reworded),
            reworded.len(),
        ),
        (
            "re-noted",
            "Notes of the tabular list that changed: they say how a code may be used, and with which others.",
            Listing::of(caption("notes"), &renoted_columns(new), &renoted),
            renoted.len(),
        ),
        (
            "moved",
            "In another place.",
            Listing::of(caption("moved"), &plain_columns(new), &moved),
            moved.len(),
        ),
        (
            "new headings",
            "Categories and headers that are new. They are not billable.",
            Listing::of(caption("new headings"), &plain_columns(new), &headings),
            headings.len(),
        ),
    ];
    parts.into_iter().filter(|(.., count)| *count > 0).collect()
}

fn entry(entry: Entry<'_>) -> Field {
    Field::entry(&entry.display(), entry.shown_long())
}

fn fresh_columns<'a>(new: &Release) -> [Column<NewCode<'a>>; 4] {
    let (id, display) = (new.id(), new.set.display);
    [
        Column::new("code", |fresh: &NewCode<'_>| entry(fresh.entry)),
        // Nearly all are added: only other kinds are named.
        Column::filter("kind", |fresh: &NewCode<'_>| match fresh.kind {
            Kind::Added => Field::Empty,
            kind => Field::status(kind.word()),
        }),
        Column::new("before", move |fresh: &NewCode<'_>| {
            let rows: Vec<_> = fresh.before.iter().map(TargetRow::of).collect();
            Field::targets(&rows, &[], &[], &display)
        }),
        Column::new("source", move |_| Field::text(&id)),
    ]
}

fn lost_columns<'a>(old: &Release) -> [Column<LostCode<'a>>; 6] {
    let (id, display) = (old.id(), old.set.display);
    [
        Column::new("code", |lost: &LostCode<'_>| entry(lost.mapping.source)),
        Column::filter("change", |lost: &LostCode<'_>| Field::status(lost.kind.word())),
        Column::filter("last day", |lost: &LostCode<'_>| {
            lost.last_day.map_or(Field::Empty, |day| Field::text(&day.to_string()))
        }),
        // A code that was split or narrowed always needs review.
        Column::filter("decision", |lost: &LostCode<'_>| {
            match lost.is_split() || lost.kind == Kind::Narrowed {
                true => Field::Empty,
                false => Field::decision(lost.mapping.decision),
            }
        }),
        Column::new("use instead", move |lost: &LostCode<'_>| {
            let rows = TargetRow::instead_of(&lost.mapping);
            let paths: Vec<String> = lost.mapping.paths.iter().map(Path::to_string).collect();
            Field::targets(&rows, &[], &paths, &display)
        }),
        Column::new("source", move |_| Field::text(&id)),
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

fn asked_columns<'a>() -> [Column<Vec<Asked<'a>>>; 4] {
    let question = |asked: &Asked<'_>| Question {
        about: asked.question.to_owned(),
        answers: asked.answers.iter().map(|answer| (answer.words.clone(), answer.codes.join(", "))).collect(),
    };
    [
        Column::new("code", |asked: &Vec<Asked<'_>>| entry(asked[0].source)),
        Column::filter("basis", |asked: &Vec<Asked<'_>>| {
            let stated_by = asked[0].stated_by;
            let tone = if stated_by == StatedBy::Nobody { Tone::Warn } else { Tone::Good };
            Field::Badge { word: stated_by.word().to_owned(), tone }
        }),
        Column::new("questions", move |asked: &Vec<Asked<'_>>| Field::Targets {
            targets: Vec::new(),
            questions: asked.iter().map(question).collect(),
            paths: Vec::new(),
        }),
        Column::new("source", |asked: &Vec<Asked<'_>>| Field::text(&asked[0].citation.place())),
    ]
}

fn reworded_columns() -> [Column<Rewording>; 6] {
    // Nearly all are long descriptions of codes: only others are named.
    let unless = |word: &str, usual: &str| match word == usual {
        true => Field::Empty,
        false => Field::Badge { word: word.to_owned(), tone: Tone::Plain },
    };
    [
        Column::new("code", |row: &Rewording| Field::described(&row.code, Vec::new())),
        Column::filter("level", move |row: &Rewording| unless(row.level, "code")),
        Column::filter("which", move |row: &Rewording| unless(row.which, "long")),
        Column::new("before", |row: &Rewording| Field::of(&Cell::Words(row.before.clone()))),
        Column::new("now", |row: &Rewording| Field::of(&Cell::Words(row.now.clone()))),
        Column::new("source", |row: &Rewording| Field::text(&row.citation.place())),
    ]
}

fn renoted_columns<'a>(new: &Release) -> [Column<Change<'a>>; 4] {
    let id = new.id();
    let lines = |lines: &[String]| Field::text(&lines.join(" / "));
    [
        Column::new("code", |change: &Change<'_>| entry(change.entry())),
        Column::new("deleted", move |change: &Change<'_>| lines(&notes::changed(change)[0])),
        Column::new("new", move |change: &Change<'_>| lines(&notes::changed(change)[1])),
        Column::new("source", move |_| Field::text(&id)),
    ]
}

fn plain_columns<'a>(new: &Release) -> [Column<Change<'a>>; 2] {
    let id = new.id();
    [
        Column::new("code", |change: &Change<'_>| entry(change.entry())),
        Column::new("source", move |_| Field::text(&id)),
    ]
}
