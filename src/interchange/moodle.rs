//! The quiz in the XML that Moodle imports and exports: <https://docs.moodle.org/en/Moodle_XML_format>.

use std::io::{self, Write};

use super::gift::described;
use super::xml::{self, DECLARATION};
use crate::report::TeachReport;
use crate::teach::QuizQuestion;

/// Writes the questions, a category for each lesson. A question keeps its `idnumber` from edition to edition of the course.
pub(super) fn write(report: &TeachReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{DECLARATION}\n<quiz>")?;
    let mut category = None;
    for question in &report.questions {
        if category != Some(&question.lesson) {
            category = Some(&question.lesson);
            let parts = ["codeset", &report.new.id, &question.lesson].map(part);
            let path = format!("$course$/top/{}", parts.join("/"));
            writeln!(
                out,
                "  <question type=\"category\">\n    <category>{}</category>\n  </question>",
                texted(&path)
            )?;
        }
        write_question(question, out)?;
    }
    writeln!(out, "</quiz>")
}

fn write_question(question: &QuizQuestion, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  <question type=\"multichoice\">")?;
    writeln!(out, "    <name>{}</name>", texted(&question.name))?;
    // Without its format Moodle would take a text for HTML.
    writeln!(out, "    <questiontext format=\"plain_text\">{}</questiontext>", texted(&question.text))?;
    let feedback = texted(&described(question));
    writeln!(out, "    <generalfeedback format=\"plain_text\">{feedback}</generalfeedback>")?;
    writeln!(
        out,
        "    <defaultgrade>1</defaultgrade>\n    <penalty>0.3333333</penalty>\n    <hidden>0</hidden>"
    )?;
    writeln!(out, "    <idnumber>{}</idnumber>", xml::text(&question.subject.id()))?;
    writeln!(out, "    <single>true</single>\n    <shuffleanswers>true</shuffleanswers>")?;
    writeln!(out, "    <answernumbering>abc</answernumbering>")?;
    for (at, answer) in question.answers.iter().enumerate() {
        let fraction = if at == question.right { 100 } else { 0 };
        writeln!(out, "    <answer fraction=\"{fraction}\" format=\"plain_text\">{}", texted(&answer.text))?;
        let feedback = texted(&answer.rationale);
        writeln!(out, "      <feedback format=\"plain_text\">{feedback}</feedback>\n    </answer>")?;
    }
    let tags = ["codeset", question.kind.word(), question.kind.difficulty().word()];
    let tags: String = tags.iter().map(|tag| format!("<tag>{}</tag>", texted(tag))).collect();
    writeln!(out, "    <tags>{tags}</tags>\n  </question>")
}

fn texted(text: &str) -> String {
    format!("<text>{}</text>", xml::text(text))
}

/// Writes a part of the path of a category: a slash inside it is doubled.
fn part(text: &str) -> String {
    text.replace('/', "//")
}
