//! An outline of slides in Markdown: `---` between them, a heading and a few lines each.

use std::io::{self, Write};

use crate::base::counted;
use crate::crosswalk::Target;
use crate::diff::Kind;
use crate::model::{Release, TextKind};
use crate::render::escaped;
use crate::report::{TeachReport, counts};
use crate::teach::{Citation, Lesson, LostCode, stated_by};

/// Maximum number of lines that are readable on a projected slide.
const LINES: usize = 6;

/// Maximum number of new codes on a slide; with more it names categories.
const CODES: usize = 24;

/// Writes the outline.
pub(super) fn write(report: &TeachReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut slides = Slides { out, count: 0 };
    let (old, new) = (&report.old, &report.new);
    let opening = [
        format!("{} to {}", old.title(), new.title()),
        "Every line ends with its code and release".to_owned(),
    ];
    slides.show(&report.heading(), &opening)?;
    for lesson in &report.teaching.lessons {
        write_lesson(report, lesson, &mut slides)?;
    }
    let untouched: Vec<String> = report.untouched().into_iter().collect();
    slides.show_all("Unchanged", &untouched)?;
    let files = old.sources.iter().chain(&new.sources);
    slides.show_all(
        "Sources",
        &files.map(|source| format!("{} sha256 {}", source.name, source.sha256)).collect::<Vec<_>>(),
    )
}

fn write_lesson(report: &TeachReport<'_>, lesson: &Lesson<'_>, slides: &mut Slides<'_>) -> io::Result<()> {
    let (name, old, new) = (report.name(lesson), report.teaching.old, report.teaching.new);
    let overview = counts(lesson).into_iter().filter(|(_, count, _)| *count > 0);
    let overview: Vec<_> = overview.map(|(word, count, about)| format!("{count} {word}: {about}")).collect();
    if lesson.is_empty() {
        return slides.show(&name, &[report.nothing()]);
    }
    slides.show_all(&name, &overview)?;
    slides.show_all(&format!("{name}: new"), &fresh(lesson, new))?;
    for lost in lesson.split() {
        let source = lost.mapping.source;
        slides.show_all(
            &format!("{} is split: {}", source.display(), source.shown_long()),
            &targets(lost, old),
        )?;
    }
    let whole = lesson.gone.iter().filter(|lost| !lost.is_split());
    slides.show_all(&format!("{name}: gone"), &whole.map(|lost| line(lost, old)).collect::<Vec<_>>())?;
    let narrowed = lesson.narrowed.iter().filter(|lost| !lost.is_split());
    slides
        .show_all(&format!("{name}: narrowed"), &narrowed.map(|lost| line(lost, old)).collect::<Vec<_>>())?;
    let asked = lesson.asked(old).into_iter().map(|asked| {
        let answers =
            asked.answers.iter().map(|answer| format!("{} -> {}", answer.words, answer.codes.join(", ")));
        let answers = answers.collect::<Vec<_>>().join("; ");
        format!("{} {} {answers} [{}]", asked.source.display(), asked.question, asked.citation)
    });
    slides.show_all(&format!("{name}: what the documentation must state"), &asked.collect::<Vec<_>>())?;
    let reworded = lesson.reworded.iter().filter_map(|change| {
        let [before, now] = [change.old?, change.new?].map(|entry| entry.shown(TextKind::Long).unwrap_or(""));
        let citation = Citation::of(change.new?, new);
        // Abbreviations are left out of slides.
        (before != now).then(|| format!("now \"{now}\", before \"{before}\" [{citation}]"))
    });
    slides.show_all(&format!("{name}: reworded"), &reworded.collect::<Vec<_>>())
}

/// Returns the new codes, or, where there are many, their categories.
fn fresh(lesson: &Lesson<'_>, new: &Release) -> Vec<String> {
    if lesson.fresh.len() <= CODES {
        let line = |fresh: &crate::teach::NewCode<'_>| {
            let citation = Citation::of(fresh.entry, new).with_rows(&fresh.before);
            format!("{} [{citation}]", fresh.entry.shown_long())
        };
        return lesson.fresh.iter().map(line).collect();
    }
    let set = new.set;
    let mut categories: Vec<(&str, u64)> = Vec::new();
    for fresh in &lesson.fresh {
        let category = set.category(fresh.entry.code());
        match categories.last_mut().filter(|(last, _)| *last == category) {
            Some((_, count)) => *count += 1,
            None => categories.push((category, 1)),
        }
    }
    let line = |(category, count): (&str, u64)| {
        let title = new.find(category).map_or("", crate::model::Entry::shown_long);
        format!(
            "{category} {title}: {} [{category} in {}]",
            counted(count, "new code", "new codes"),
            new.id()
        )
    };
    categories.into_iter().map(line).collect()
}

fn targets(lost: &LostCode<'_>, old: &Release) -> Vec<String> {
    let one = |target: &Target<'_>| {
        let citation = Citation::of(lost.mapping.source, old).with_rows([target]);
        format!(
            "{} {} ({}) [{citation}]",
            target.entry.display(),
            target.entry.shown_long(),
            stated_by(target)
        )
    };
    let elsewhere = lost.mapping.elsewhere.iter().map(|other| format!("{other} (official)"));
    lost.mapping.targets.iter().map(one).chain(elsewhere).collect()
}

fn line(lost: &LostCode<'_>, old: &Release) -> String {
    let source = lost.mapping.source;
    let codes = lost
        .mapping
        .targets
        .iter()
        .map(|target| format!("{} ({})", target.entry.display(), stated_by(target)));
    let elsewhere = lost.mapping.elsewhere.iter().map(|other| format!("{other} (official)"));
    let codes = codes.chain(elsewhere).collect::<Vec<_>>().join(" + ");
    let described = match lost.kind {
        Kind::Narrowed => format!("still valid; part of its meaning now has its own code: {codes}"),
        kind if codes.is_empty() => format!("{kind}; no successor is known"),
        kind => format!("{kind}; use {codes}"),
    };
    let citation = Citation::of(source, old).with_mapping(&lost.mapping);
    format!("{} {}: {described} [{citation}]", source.display(), source.shown_long())
}

/// A writer of slides.
struct Slides<'o> {
    out: &'o mut dyn Write,
    count: usize,
}

impl Slides<'_> {
    /// Writes a slide.
    fn show(&mut self, heading: &str, lines: &[String]) -> io::Result<()> {
        if self.count > 0 {
            writeln!(self.out, "\n---\n")?;
        }
        self.count += 1;
        writeln!(self.out, "# {}\n", escaped(heading))?;
        lines.iter().try_for_each(|line| writeln!(self.out, "- {}", escaped(line)))
    }

    /// Writes as many slides as the lines need; none where there are no lines.
    fn show_all(&mut self, heading: &str, lines: &[String]) -> io::Result<()> {
        let slides = lines.len().div_ceil(LINES);
        for (at, lines) in lines.chunks(LINES).enumerate() {
            let number = if slides > 1 { format!(" ({} of {slides})", at + 1) } else { String::new() };
            self.show(&format!("{heading}{number}"), lines)?;
        }
        Ok(())
    }
}
