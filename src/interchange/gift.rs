//! The quiz in GIFT, the text form that Moodle imports: <https://docs.moodle.org/en/GIFT_format>.

use std::io::{self, Write};

use crate::base::safe;
use crate::report::TeachReport;
use crate::teach::QuizQuestion;

/// Writes the questions, a category for each lesson.
pub(super) fn write(report: &TeachReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut category = None;
    for question in &report.questions {
        if category != Some(&question.lesson) {
            writeln!(out, "$CATEGORY: codeset/{}/{}\n", escaped(&report.new.id), escaped(&question.lesson))?;
            category = Some(&question.lesson);
        }
        // Without its form Moodle would take a text for HTML.
        writeln!(out, "::{}::[plain]{} {{", escaped(&question.name), escaped(&question.text))?;
        for (at, answer) in question.answers.iter().enumerate() {
            let mark = if at == question.right { '=' } else { '~' };
            writeln!(out, "  {mark}{}#{}", escaped(&answer.text), escaped(&answer.rationale))?;
        }
        writeln!(out, "  ####{}\n}}\n", escaped(&described(question)))?;
    }
    Ok(())
}

/// Describes a question for the one who teaches: difficulty, objective and source.
pub(super) fn described(question: &QuizQuestion) -> String {
    let kind = question.kind;
    format!("{} ({}) Source: {}", kind.meaning(), kind.difficulty(), question.citation)
}

/// Escapes a text so that no character of it is syntax of the format.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in safe(text).chars() {
        if matches!(char, '\\' | '~' | '=' | '#' | '{' | '}' | ':') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_form_are_escaped() {
        assert_eq!(escaped("a ~ {b} = #c: \\"), "a \\~ \\{b\\} \\= \\#c\\: \\\\");
    }
}
