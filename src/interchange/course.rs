//! The files of a course.

use std::io::{self, Write};

use super::{deck, gift, moodle, qti, slides};
use crate::render;
use crate::report::{TeachFile, TeachReport};

/// Writes one of the files of a course.
///
/// # Errors
///
/// If the output cannot be written.
pub fn write_course_file(report: &TeachReport<'_>, file: TeachFile, out: &mut dyn Write) -> io::Result<()> {
    match file {
        TeachFile::HandoutPage => render::write_html(&report.view(), out),
        TeachFile::Handout => render::write_markdown(&report.view(), out),
        TeachFile::Flashcards => render::csv::write_below(deck::ANKI, &deck::cards(&report.cards), out),
        TeachFile::Quiz => render::csv::write(&deck::questions(&report.questions), out),
        TeachFile::AnswerKey => render::write_html(&report.answer_key(), out),
        TeachFile::Gift => gift::write(report, out),
        TeachFile::Moodle => moodle::write(report, out),
        TeachFile::Qti => qti::write(report, out),
        TeachFile::Slides => slides::write_pptx(&report.deck(), out),
        TeachFile::SlidesPage => slides::write_html(&report.deck(), out),
    }
}
