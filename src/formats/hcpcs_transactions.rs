//! The transaction report of HCPCS Level II: for every code in the file, its action code in words.
//!
//! Source: CMS, HCPC2019_Trans_Alpha.xlsx and HCPC2020_TRANS_ALPHA_w_disclaimer.xlsx. Columns: code or modifier (`HCPC/MOD`,
//! `HCPCS/MOD`), `TYPE OF CHANGE` or `ACTION CD`, short and long description. Two sheets have the same rows in two orders. The
//! text form (.prn) cuts columns off and is not read.

use super::rows::{Layout, Row, workbook_rows};
use super::workbook::{Cell, is_workbook};
use super::{Format, Options, Part, Sample};
use crate::model::Companion;
use crate::model::sets::HCPCS;
use crate::model::{ActionReport, Level, Place, Problem, ProblemCode, Problems, ReportedAction, SourceFile};
use crate::tables::WorkbookError;

/// The end of the first title.
const CODE: &str = "/MOD";

/// The titles that the second column may have.
const ACTIONS: [&str; 2] = ["TYPE OF CHANGE", "ACTION CD"];

/// See the module.
pub(super) struct HcpcsTransactions;

impl Format for HcpcsTransactions {
    fn id(&self) -> &'static str {
        "hcpcs_transactions"
    }

    fn title(&self) -> &'static str {
        "HCPCS Level II transaction report"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["hcpcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        ACTIONS.iter().any(|title| sample.is_workbook_with(&[CODE, title, "LONG DESCRIPTION"]))
            || sample.lines().take(15).any(|line| is_title_line(line.text))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let name = file.source.name.clone();
        let unreadable = |error: ReportError| {
            let problem = Problem::new(ProblemCode::BadRecord, Place::file(&name), error.to_string());
            ActionReport { name: name.clone(), actions: Vec::new(), problems: vec![problem] }
        };
        Companion::Actions(match rows(&file) {
            Ok(rows) => report(&name, &rows),
            Err(error) => unreadable(error),
        })
        .into()
    }
}

const LAYOUT: Layout<'static> = Layout { title_rows: 60, columns: 4, is_titles: &is_titles };

fn is_titles(row: &Row) -> bool {
    let (Cell::Text(code), Cell::Text(action)) = (row.cell(0), row.cell(1)) else { return false };
    code.ends_with(CODE) && ACTIONS.contains(&action.as_str())
}

fn is_title_line(line: &str) -> bool {
    let mut cells = line.split(',');
    cells.next().is_some_and(|code| code.ends_with(CODE))
        && cells.next().is_some_and(|cell| ACTIONS.contains(&cell))
}

/// The reason why a report has no rows.
#[derive(Debug, thiserror::Error)]
enum ReportError {
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    #[error("the titles `{CODE}` and `{}` are missing", ACTIONS[1])]
    NoTitles,
}

fn rows(file: &SourceFile) -> Result<Vec<Row>, ReportError> {
    if !is_workbook(&file.bytes) {
        let file = super::text::TextFile::decode(file.clone());
        return Ok(super::rows::text_rows(&file.name, &file.text, b','));
    }
    workbook_rows(file, &LAYOUT)?.ok_or(ReportError::NoTitles)
}

fn report(name: &str, rows: &[Row]) -> ActionReport {
    let titles = LAYOUT.titles(rows).map_or(rows.len(), |titles| titles + 1);
    let mut actions = Vec::new();
    let mut problems = Problems::default();
    for row in rows[titles..].iter().filter(|row| !row.is_empty()) {
        let code = row.cell(0).to_string();
        let level = if code.len() == 2 { Level::Modifier } else { Level::Code };
        if (HCPCS.normalize)(&code).is_some_and(|same| same == code) {
            actions.push(ReportedAction { code, level, words: row.cell(1).to_string(), place: row.place() });
            continue;
        }
        problems.add(ProblemCode::BadRecord, || {
            let fact = format!("{} is not an HCPCS code", row.cell(0).shown());
            Problem::new(ProblemCode::BadRecord, row.place(), fact).hint("the row was left out")
        });
    }
    ActionReport { name: name.to_owned(), actions, problems: problems.finish(name) }
}
