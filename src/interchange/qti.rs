//! The quiz as a package of QTI 3: a manifest, and an item for each question.
//!
//! Source: 1EdTech, Question and Test Interoperability 3.0, Best Practices and Implementation Guide; schemas
//! `imsqti_asiv3p0_v1p0.xsd` for items and `imsqtiv3p0_imscpv1p2_v1p0.xsd` for the manifest.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::xml::{self, DECLARATION};
use crate::report::TeachReport;
use crate::teach::{QuizQuestion, Subject};

/// The names of the answers.
const CHOICES: [&str; 4] = ["A", "B", "C", "D"];

/// The attributes of the root of an item.
const ITEM: &str = "xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xsi:schemaLocation=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0 \
    https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd\"";

/// The attributes of the root of the manifest.
const MANIFEST: &str = "xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xsi:schemaLocation=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1 \
    https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd\"";

/// Writes the package. It has no timestamps, so it is the same every time.
pub(super) fn write(report: &TeachReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .system(zip::System::Unix);
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    package.start_file("imsmanifest.xml", options)?;
    package.write_all(manifest(report).as_bytes())?;
    for question in &report.questions {
        package.start_file(file(&question.subject), options)?;
        package.write_all(item(question).as_bytes())?;
    }
    out.write_all(&package.finish()?.into_inner())
}

fn manifest(report: &TeachReport<'_>) -> String {
    let resource = |question: &QuizQuestion| {
        let (name, file) = (identifier(&question.subject), file(&question.subject));
        format!(
            "    <resource identifier=\"{name}\" type=\"imsqti_item_xmlv3p0\" href=\"{file}\">\n      \
             <file href=\"{file}\"/>\n    </resource>\n"
        )
    };
    let resources: String = report.questions.iter().map(resource).collect();
    format!(
        "{DECLARATION}\n<manifest {MANIFEST} identifier=\"codeset-course\">\n  <metadata>\n    \
         <schema>QTI Package</schema>\n    <schemaversion>3.0.0</schemaversion>\n  </metadata>\n  <organizations/>\n  \
         <resources>\n{resources}  </resources>\n</manifest>\n"
    )
}

fn item(question: &QuizQuestion) -> String {
    let right = CHOICES[question.right];
    let answers = || CHOICES.iter().zip(&question.answers);
    let choices: String = answers()
        .map(|(name, answer)| {
            let text = xml::text(&answer.text);
            format!("      <qti-simple-choice identifier=\"{name}\">{text}</qti-simple-choice>\n")
        })
        .collect();
    let kind = question.kind;
    let source = format!("{} Source: {}", kind.meaning(), question.citation);
    let feedback: String = answers()
        .map(|(name, answer)| {
            format!(
                "  <qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"{name}\" show-hide=\"show\">\n    \
                 <qti-content-body>\n      <p>{}</p>\n      <p>{}</p>\n    </qti-content-body>\n  \
                 </qti-modal-feedback>\n",
                xml::text(&answer.rationale),
                xml::text(&source)
            )
        })
        .collect();
    format!(
        "{DECLARATION}\n<qti-assessment-item {ITEM} identifier=\"{}\" title=\"{}\" label=\"{}\" xml:lang=\"en-US\" \
         adaptive=\"false\" time-dependent=\"false\">\n\
         \x20 <qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\">\n\
         \x20   <qti-correct-response>\n      <qti-value>{right}</qti-value>\n    </qti-correct-response>\n\
         \x20 </qti-response-declaration>\n\
         \x20 <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>\n\
         \x20 <qti-outcome-declaration identifier=\"FEEDBACK\" cardinality=\"single\" base-type=\"identifier\"/>\n\
         \x20 <qti-item-body>\n\
         \x20   <qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"true\" max-choices=\"1\">\n      \
         <qti-prompt>{}</qti-prompt>\n{choices}    </qti-choice-interaction>\n  </qti-item-body>\n{PROCESSING}{feedback}\
         </qti-assessment-item>\n",
        identifier(&question.subject),
        xml::text(&question.name),
        kind.difficulty(),
        xml::text(&question.text),
    )
}

/// One point for the right answer; the feedback is that of the answer.
const PROCESSING: &str = "  <qti-response-processing>
    <qti-response-condition>
      <qti-response-if>
        <qti-match>
          <qti-variable identifier=\"RESPONSE\"/>
          <qti-correct identifier=\"RESPONSE\"/>
        </qti-match>
        <qti-set-outcome-value identifier=\"SCORE\">
          <qti-base-value base-type=\"float\">1</qti-base-value>
        </qti-set-outcome-value>
      </qti-response-if>
      <qti-response-else>
        <qti-set-outcome-value identifier=\"SCORE\">
          <qti-base-value base-type=\"float\">0</qti-base-value>
        </qti-set-outcome-value>
      </qti-response-else>
    </qti-response-condition>
    <qti-set-outcome-value identifier=\"FEEDBACK\">
      <qti-variable identifier=\"RESPONSE\"/>
    </qti-set-outcome-value>
  </qti-response-processing>
";

fn file(subject: &Subject) -> String {
    format!("items/{}.xml", identifier(subject))
}

/// Returns the id of a subject as a name of XML: other characters than letters, digits and hyphens are written as numbers.
fn identifier(subject: &Subject) -> String {
    let id = subject.id();
    let plain = id.chars().map(|char| match char {
        ':' | '@' => "-".to_owned(),
        '-' => "--".to_owned(),
        char if char.is_ascii_alphanumeric() => char.to_string(),
        char => format!("_{:x}", u32::from(char)),
    });
    plain.collect()
}
