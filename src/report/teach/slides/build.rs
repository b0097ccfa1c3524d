//! The slides of a course, made from its lessons.

use super::fit::{self, INNER};
use super::{
    Deck, LEAD_SIZE, Places, Slide, SlideCell, SlideKind, SlideRow, SlideTable, TABLE_SIZES, TITLE_SIZE,
    TO_DO_SIZE,
};
use crate::base::{day, words_cut};
use crate::diff::{Change, Kind, Word, WordSide};
use crate::model::TextKind;
use crate::report::teach::handout::rows;
use crate::report::teach::rewording::rewordings;
use crate::report::teach::sentences::{PairSentences, Sentences, answer_text, repeats};
use crate::report::teach::{TeachReport, counts, trees};
use crate::report::{GuidelineRow, capital};
use crate::teach::{Asked, Citation, Event, EventKind, Family, Lesson, StatedBy, cited, note_lines, sources};

/// Top margin of a slide, in points.
const TOP: u32 = 30;

/// Where the content of a slide ends: the footer is below.
const BOTTOM: u32 = 502;

/// Space between two parts of a slide.
const SPACE: u32 = 10;

/// Maximum number of rows of a tree on a slide: more are not readable at once.
const TREE_ROWS: usize = 14;

/// The position of the usual font size of a table, for tables that continue on the next slide.
const USUAL: usize = 2;

/// The position of the smallest font size, only for rows that are too high for any other.
const SMALLEST: usize = 4;

/// How changed words are shown.
const MARKS: &str = "Deleted words are struck out, new words underlined.";

/// The same where codes for other encounters are left out.
const MARKS_OF_FIRST: &str = "Deleted words are struck out, new words underlined. Of codes that differ only in the encounter, the first is \
                              shown.";

/// Returns the slides.
pub(crate) fn deck(report: &TeachReport<'_>) -> Deck {
    let new = report.teaching.new;
    let effective = new.effective().map(|date| format!("effective {}", day(date)));
    let footer: Vec<String> = [Some(new.title()), effective].into_iter().flatten().collect();
    let mut slides = vec![title(report)];
    let lessons = &report.teaching.lessons;
    for lesson in lessons {
        if lessons.len() > 1 {
            slides.push(section(report, lesson));
        }
        // Each group is a part of the lesson; a new one is a line here.
        let groups = [
            overview(report, lesson),
            codes(report, lesson),
            wording(report, lesson),
            notes_of(report, lesson),
            guidelines(report, lesson),
        ];
        slides.extend(groups.into_iter().flatten());
    }
    slides.extend(closing(report));
    Deck { heading: report.heading(), footer: footer.join(", "), slides }
}

/// A slide before it is divided: what does not fit on one continues on the next.
#[derive(Default)]
struct Draft {
    title: String,
    lead: String,
    about: String,
    titles: Vec<&'static str>,
    rows: Vec<(Vec<SlideCell>, Vec<Citation>)>,
    to_do: String,
    notes: Vec<String>,
    /// The sources of title and lead, which every page has.
    citations: Vec<Citation>,
}

impl Draft {
    fn row(&mut self, cells: Vec<SlideCell>, citations: Vec<Citation>) {
        self.rows.push((cells, citations));
    }

    /// Divides it into slides.
    fn slides(mut self) -> Vec<Slide> {
        self.drop_empty_columns();
        let room = |places: &Places| BOTTOM.saturating_sub(places.table + below(places));
        let longest = format!("{} (10 of 10)", self.title);
        let places = places(&longest, &self.lead, &self.to_do);
        if self.rows.is_empty() {
            return vec![self.slide(None, String::new(), self.citations.clone())];
        }
        let measured: Vec<Vec<(&str, bool)>> = [self.titles.iter().map(|title| (*title, true)).collect()]
            .into_iter()
            .chain(self.rows.iter().map(|(cells, _)| cells.iter().map(SlideCell::measured).collect()))
            .collect();
        // The largest font in which every row fits, and in which one slide is enough, if there is one.
        let fitted = TABLE_SIZES.map(|size| {
            let widths = fit::columns(&measured, size);
            let heights: Vec<u32> =
                measured[1..].iter().map(|row| fit::row_height(row, &widths, size)).collect();
            let head = fit::row_height(&[("", true)], &[100], size);
            let pages = fit::pages(&heights, room(&places).saturating_sub(head));
            let is_high = heights.iter().any(|height| *height + head > room(&places));
            (size, widths, heights, pages, is_high)
        });
        let fits = |at: &usize| !fitted[*at].4;
        let at = (0..SMALLEST).find(|at| fits(at) && fitted[*at].3.len() == 1);
        let at = at.or_else(|| (USUAL..fitted.len()).find(fits)).unwrap_or(fitted.len() - 1);
        let (size, widths, heights, pages, _) = fitted.into_iter().nth(at).unwrap_or_default();
        let count = pages.len();
        let number = |at: usize| if count > 1 { format!(" ({} of {count})", at + 1) } else { String::new() };
        let slide = |(at, page): (usize, &std::ops::Range<usize>)| {
            let rows = page.clone().map(|row| SlideRow {
                cells: self.rows[row].0.clone(),
                height: heights[row],
                sources: self.rows[row].1.clone(),
            });
            let rows: Vec<SlideRow> = rows.collect();
            let citations = self.citations.iter().chain(rows.iter().flat_map(|row| &row.sources));
            let citations: Vec<Citation> = citations.cloned().collect();
            let (about, titles, widths) = (self.about.clone(), self.titles.clone(), widths.clone());
            let head = fit::row_height(&[("", true)], &[100], size);
            let height = rows.iter().map(|row| row.height).sum();
            let table = SlideTable { about, size, titles, widths, head, height, rows };
            self.slide(Some(table), number(at), citations)
        };
        pages.iter().enumerate().map(slide).collect()
    }

    fn slide(&self, table: Option<SlideTable>, number: String, citations: Vec<Citation>) -> Slide {
        let title = format!("{}{number}", self.title);
        Slide {
            kind: SlideKind::Content,
            places: places(&title, &self.lead, &self.to_do),
            title,
            lead: self.lead.clone(),
            table,
            to_do: self.to_do.clone(),
            notes: self.notes.clone(),
            sources: sources(&citations),
        }
    }

    fn drop_empty_columns(&mut self) {
        let is_used = |at: usize| self.rows.iter().any(|(cells, _)| !cells[at].text.is_empty());
        let used: Vec<bool> = (0..self.titles.len()).map(is_used).collect();
        let mut at = used.iter();
        self.titles.retain(|_| at.next() == Some(&true));
        for (cells, _) in &mut self.rows {
            let mut at = used.iter();
            cells.retain(|_| at.next() == Some(&true));
        }
    }
}

/// Returns the places of the parts of a slide.
fn places(title: &str, lead: &str, to_do: &str) -> Places {
    let title_height = fit::height(title, TITLE_SIZE, true, INNER);
    let lead_height = fit::height(lead, LEAD_SIZE, false, INNER);
    let lead_top = TOP + title_height + 4;
    let to_do_height = match fit::height(&format!("To do: {to_do}"), TO_DO_SIZE, true, INNER - 28) {
        _ if to_do.is_empty() => 0,
        height => height + 16,
    };
    let table = lead_top + lead_height + if lead_height > 0 { SPACE + 4 } else { SPACE };
    Places { title_height, lead: lead_top, lead_height, table, to_do: BOTTOM - to_do_height, to_do_height }
}

/// Returns the height of what is below a table.
fn below(places: &Places) -> u32 {
    if places.to_do_height > 0 { places.to_do_height + SPACE } else { 0 }
}

fn title(report: &TeachReport<'_>) -> Slide {
    let new = report.teaching.new;
    let files = [&report.old, &report.new];
    let files = files
        .into_iter()
        .flat_map(|release| release.sources.iter().map(|source| format!("{}: {}", release.id, source.name)));
    Slide {
        kind: SlideKind::Title,
        title: report.heading(),
        lead: report.lead(),
        table: None,
        to_do: String::new(),
        notes: report.teaching.lessons.iter().filter_map(|lesson| lesson.scope.about(new.set)).collect(),
        sources: files.collect(),
        places: Places::default(),
    }
}

fn section(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Slide {
    Slide {
        kind: SlideKind::Section,
        title: report.name(lesson),
        lead: report.teaching.new.title(),
        table: None,
        to_do: String::new(),
        notes: lesson.scope.about(report.teaching.new.set).into_iter().collect(),
        sources: releases(report),
        places: Places::default(),
    }
}

/// Returns both releases with the files of their codes, for statements about all of their codes.
fn releases(report: &TeachReport<'_>) -> Vec<String> {
    let one = |release: &crate::report::ReleaseInfo| match release.file.as_str() {
        "" => release.title(),
        file => format!("{} ({file})", release.id),
    };
    vec![one(&report.old), one(&report.new)]
}

/// Returns the numbers of a lesson.
fn overview(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Slide> {
    let name = report.name(lesson);
    let mut draft = Draft { title: format!("In numbers: {name}"), ..Draft::default() };
    if lesson.is_empty() {
        draft.lead = report.nothing();
    }
    draft.about = format!("{name}: number of changes");
    draft.titles = vec!["Codes", "What happened", "Meaning"];
    for (word, count, about) in counts(lesson).into_iter().filter(|(_, count, _)| *count > 0) {
        let cells = [count.to_string(), word.to_owned(), about].map(SlideCell::text);
        draft.row(cells.into(), Vec::new());
    }
    let mut slides = draft.slides();
    slides.iter_mut().for_each(|slide| slide.sources = releases(report));
    slides
}

/// Returns what happened to codes: an event a slide, and what the record must specify on the next one.
fn codes(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Slide> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let events = lesson.events(old, new);
    let mut slides = Vec::new();
    for category in events.chunk_by(|a, b| a.category == b.category) {
        for events in category.chunk_by(|a, b| a.is_pair() && b.is_pair()) {
            match events {
                [event] => slides.extend(of_event(report, event).slides()),
                several => slides.extend(pairs(report, several).slides()),
            }
            slides.extend(events.iter().flat_map(|event| asked(report, event)).flat_map(Draft::slides));
        }
        if category.iter().any(|event| event.kind == EventKind::Split) {
            slides.extend(tree(report, category[0].category).into_iter().flat_map(Draft::slides));
        }
    }
    slides
}

/// Returns the slide with a category before and after, if it is small enough for one.
fn tree(report: &TeachReport<'_>, category: &str) -> Option<Draft> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let pairs = trees::pairs(category, old, new);
    if category.is_empty() || !(2..=TREE_ROWS).contains(&pairs.len()) {
        return None;
    }
    let display = (new.set.display)(category);
    let about = new.find(category).or_else(|| old.find(category)).map_or("", |entry| entry.shown_long());
    let mut draft = Draft {
        title: format!("{display} before and after"),
        lead: format!("{about}: + new, \u{2212} no longer billable, ~ changed."),
        about: format!("{display}: what changed in the category, and what it is below"),
        titles: vec!["Before", "Now"],
        notes: vec!["Codes without changes are left out.".to_owned()],
        ..Draft::default()
    };
    for pair in pairs {
        let sides = [(&pair.before, old), (&pair.after, new)];
        let cells = sides.iter().map(|(node, _)| {
            node.as_ref()
                .map_or_else(SlideCell::default, |node| SlideCell::text(node.to_line()).at_depth(node.depth))
        });
        let citations = sides.iter().filter_map(|(node, release)| {
            let code = (release.set.normalize)(&node.as_ref()?.code)?;
            Some(Citation::of(release.find(&code)?, release))
        });
        draft.row(cells.collect(), citations.collect());
    }
    Some(draft)
}

/// Returns the slide of several codes of a category, each with a part that has its own code now.
fn pairs(report: &TeachReport<'_>, events: &[Event<'_, '_>]) -> Draft {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let days = &report.teaching.days;
    let sentences = PairSentences::of(events, days, new);
    let has_others = events.iter().any(|event| event.lost.len() > 1);
    let others =
        if has_others { " Of codes that differ only in the encounter, the first is shown." } else { "" };
    let of_each = events.iter().map(|event| Sentences::of(event, days, new));
    let category = new.find(events[0].category).map(|entry| Citation::of(entry, new));
    let mut draft = Draft {
        title: format!("{}: {}", sentences.category, sentences.predicate),
        lead: format!("{}. {}{others}", sentences.about, sentences.when),
        about: format!(
            "{}: codes that stay billable, and the codes for part of their meaning",
            sentences.category
        ),
        titles: vec!["Code", "Stays billable", "New code", "For this part"],
        to_do: sentences.to_do,
        notes: of_each.map(|each| format!("{}. {}", each.headline(), each.to_do)).collect(),
        citations: category.into_iter().collect(),
        ..Draft::default()
    };
    for event in events {
        let [source, now] = [event.sources(), event.now()].map(|families| families[0].first);
        let cells = vec![
            SlideCell::code(source.display()),
            SlideCell::text(source.shown_long()),
            SlideCell::code(now.display()),
            SlideCell::text(now.shown_long()),
        ];
        draft.row(cells, event.citations(old, new));
    }
    draft
}

fn of_event(report: &TeachReport<'_>, event: &Event<'_, '_>) -> Draft {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let sentences = Sentences::of(event, &report.teaching.days, new);
    let about = if sentences.about.is_empty() { String::new() } else { format!("{}. ", sentences.about) };
    let mut notes =
        vec![format!("{}.", sentences.headline()), sentences.when.clone(), sentences.to_do.clone()];
    if !sentences.suggestion.is_empty() {
        notes.push(format!("Suggestion. {}", sentences.suggestion));
    }
    let mut draft = Draft {
        title: sentences.title(),
        lead: format!("{about}{}", sentences.when),
        about: sentences.headline(),
        titles: vec!["", "Code", "Description", "The same for"],
        to_do: sentences.to_do,
        notes,
        citations: event.citations(old, new),
        ..Draft::default()
    };
    for (word, family) in rows(event) {
        let others: Vec<String> = family.others.iter().map(|entry| entry.display()).collect();
        let cells = vec![
            SlideCell::text(word),
            SlideCell::code(family.first.display()),
            SlideCell::text(family.first.shown_long()),
            SlideCell::text(others.join(", ")),
        ];
        draft.row(cells, Vec::new());
    }
    // Only what a page shows is cited there, but for what its title is about.
    if draft.rows.len() > 1 {
        draft.citations = cited_by_rows(event, report, &mut draft.rows);
    }
    draft
}

/// Moves the citations of codes to their rows; returns the others.
fn cited_by_rows(
    event: &Event<'_, '_>,
    report: &TeachReport<'_>,
    rows: &mut [(Vec<SlideCell>, Vec<Citation>)],
) -> Vec<Citation> {
    let mut left = Vec::new();
    for citation in event.citations(report.teaching.old, report.teaching.new) {
        let of_row = |cells: &[SlideCell]| {
            cells[1].text == citation.code || cells[3].text.split(", ").any(|code| code == citation.code)
        };
        match rows.iter_mut().find(|(cells, _)| of_row(cells)) {
            Some((_, citations)) => citations.push(citation),
            None => left.push(citation),
        }
    }
    left
}

/// Returns a slide for each question that decides between codes. Where a code is only suggested, nothing is asked.
fn asked(report: &TeachReport<'_>, event: &Event<'_, '_>) -> Vec<Draft> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let questions = event.asked.iter().filter(|asked| asked.stated_by != StatedBy::Nobody);
    let questions = questions.filter(|asked| !repeats(asked));
    let draft = |asked: &Asked<'_>| {
        let code = asked.source.display();
        let described = asked.source.shown_long();
        let end = if described.is_empty() { "" } else { ". " };
        let lead = format!("{described}{end}{}", asked.question);
        let mut draft = Draft {
            title: format!("{code}: what the record must specify"),
            lead,
            about: format!("{code}: {}", asked.question),
            titles: vec!["If the record says", "Report"],
            notes: vec![format!("{code}: {}", asked.question)],
            citations: vec![asked.citation.clone()],
            ..Draft::default()
        };
        for answer in &asked.answers {
            let cited = |code: &String| {
                let target = event.targets.iter().find(|target| target.entry.display() == *code)?;
                Some(Citation::of(target.entry, new).with_rows([target]))
            };
            let citations = answer.codes.iter().filter_map(cited).collect();
            let cells = vec![SlideCell::text(answer_text(answer)), SlideCell::code(answer.codes.join(", "))];
            draft.row(cells, citations);
        }
        draft.citations.push(Citation::of(asked.source, old));
        draft
    };
    questions.map(draft).collect()
}

/// Returns the changed descriptions.
fn wording(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Slide> {
    let new = report.teaching.new;
    // Abbreviations are left out of slides.
    let is_shown =
        |change: &&Change<'_>| match [change.old, change.new].map(|entry| entry?.shown(TextKind::Long)) {
            [Some(before), Some(now)] => before != now || change.kind == Kind::Reused,
            _ => false,
        };
    let shown: Vec<&Change<'_>> = lesson.reworded.iter().filter(is_shown).collect();
    let families = Family::of(shown.iter().map(|change| change.entry()));
    let is_first =
        |change: &&Change<'_>| families.iter().any(|family| family.first.code() == change.entry().code());
    let changes: Vec<Change<'_>> = shown.into_iter().filter(is_first).cloned().collect();
    let hidden: usize = families.iter().map(|family| family.others.len()).sum();
    let lead = if hidden > 0 { MARKS_OF_FIRST } else { MARKS };
    let mut draft = Draft {
        title: "Same code, new wording".to_owned(),
        lead: lead.to_owned(),
        about: format!("{}: changed descriptions", report.name(lesson)),
        titles: vec!["Code", "Before", "Now"],
        to_do: "Correct the descriptions in your own lists, templates and order sets.".to_owned(),
        ..Draft::default()
    };
    let words = changes.iter().flat_map(|change| {
        rewordings(std::slice::from_ref(change), new).into_iter().map(move |row| (change, row))
    });
    for (change, row) in words {
        let old = change.old.map(|entry| Citation::of(entry, report.teaching.old));
        let cells =
            vec![SlideCell::code(row.code), SlideCell::words(&row.before), SlideCell::words(&row.now)];
        draft.row(cells, old.into_iter().chain([row.citation]).collect());
    }
    if draft.rows.is_empty() { Vec::new() } else { draft.slides() }
}

/// Returns the changed notes of the tabular list.
fn notes_of(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Slide> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    let mut draft = Draft {
        title: "Notes changed".to_owned(),
        lead: "Notes of the tabular list say how a code may be used and with which other codes.".to_owned(),
        about: format!("{}: changed notes", report.name(lesson)),
        titles: vec!["Code", "Change", "Note", "On the job"],
        ..Draft::default()
    };
    for change in &lesson.renoted {
        let citation = Citation::of(change.entry(), new);
        let before = change.old.map(|entry| Citation::of(entry, old));
        for row in note_lines(change) {
            let cells = vec![
                SlideCell::code(change.entry().display()),
                SlideCell::text(row.word()),
                SlideCell::text(row.line()),
                SlideCell::text(row.to_do()),
            ];
            draft.row(cells, before.clone().into_iter().chain([citation.clone()]).collect());
        }
    }
    if draft.rows.is_empty() { Vec::new() } else { draft.slides() }
}

/// Maximum number of characters of each text on a slide about guidelines.
const SECTION: usize = 700;

/// Returns a slide for each changed section of the guidelines.
fn guidelines(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Slide> {
    let Some(diff) = report.teaching.guidelines else { return Vec::new() };
    let slides = lesson.sections.iter().flat_map(|change| {
        let row = GuidelineRow::of(change);
        let mut draft = Draft {
            title: format!("Guideline {}", change.section().heading()),
            lead: format!("{}, in force from {}", capital(&row.happened()), day(diff.new.first_day)),
            about: format!("{}: the text before and now", row.label()),
            titles: vec!["Before", "Now"],
            to_do: "Correct your coding policies where they quote the section.".to_owned(),
            citations: cited(change, diff),
            ..Draft::default()
        };
        let cells = [WordSide::Old, WordSide::New].map(|side| SlideCell::words(&shortened(row.side(side))));
        draft.row(cells.into(), Vec::new());
        draft.slides()
    });
    slides.collect()
}

/// Cuts words that are too many for a slide.
fn shortened(words: Vec<Word>) -> Vec<Word> {
    let mut left = SECTION;
    let mut kept = Vec::new();
    for word in words {
        if left == 0 {
            break;
        }
        let text = words_cut(&word.text, left);
        left = left.saturating_sub(word.text.chars().count());
        kept.push(Word { text, ..word });
    }
    kept
}

/// Returns the last slides: the chapters without changes, and the files.
fn closing(report: &TeachReport<'_>) -> Vec<Slide> {
    let mut slides = Vec::new();
    if let Some(untouched) = report.untouched() {
        let draft = Draft { title: "Unchanged".to_owned(), lead: untouched, ..Draft::default() };
        slides.extend(draft.slides());
    }
    let mut draft = Draft {
        title: "Sources".to_owned(),
        lead: "The notes of each slide name the release, the file and the rows of what it states.".to_owned(),
        about: "Releases and their files".to_owned(),
        titles: vec!["Release", "Effective", "File"],
        ..Draft::default()
    };
    for release in [&report.old, &report.new] {
        for source in &release.sources {
            let effective = release.effective.map_or_else(String::new, day);
            let cells = vec![
                SlideCell::text(&*release.id),
                SlideCell::text(effective),
                SlideCell::text(&*source.name),
            ];
            draft.row(cells, Vec::new());
        }
    }
    let files = [&report.old, &report.new].into_iter().flat_map(|release| &release.sources);
    let files: Vec<String> =
        files.map(|source| format!("{} sha256 {}", source.name, source.sha256)).collect();
    if !draft.rows.is_empty() {
        slides.extend(draft.slides());
    }
    for slide in &mut slides {
        slide.sources.extend(releases(report));
        slide.sources.extend(files.iter().cloned());
    }
    slides
}
