//! The quiz in GIFT, the text form that Moodle imports: <https://docs.moodle.org/en/GIFT_format>.

use std::io::{self, Write};

use crate::base::safe;
use crate::report::TeachReport;

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
            writeln!(out, "  {mark}{}", escaped(answer))?;
        }
        let described = format!("{} ({})", question.explanation, question.citation);
        writeln!(out, "  ####{}\n}}\n", escaped(&described))?;
    }
    Ok(())
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
