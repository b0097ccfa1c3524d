//! The sheets of an impact: automatic replacements, codes that need review, reworded codes, new codes, owners.

use super::rows::{ItemRow, UnknownRow, lines, share};
use super::{ImpactReport, attributes};
use crate::crosswalk::Disposition;
use crate::report::Report;
use crate::report::crosswalk::{TargetRow, each};
use crate::report::decided::answer_text;
use crate::report::document::{Block, Cell, Table};
use crate::report::workbook::{Contents, FillIn, NOTE, STATUS, WHEN, WHO, Workbook, sources};

/// The columns that a team fills in next to its worklist; they are read back with --map.
const TO_DECIDE: [FillIn; 5] = [
    FillIn { title: "target", words: &[], meaning: "The code to use, one of those to the left or another." },
    STATUS,
    NOTE,
    WHO,
    WHEN,
];

/// A sheet of rows.
struct Part {
    name: &'static str,
    meaning: &'static str,
    codes: usize,
    table: Table,
}

/// Returns the workbook of an impact.
pub(super) fn workbook(report: &ImpactReport<'_>) -> Workbook {
    let parts = parts(report);
    let mut contents = Contents::new("codes");
    for part in &parts {
        contents.sheet(part.name, part.codes as u64, part.table.rows.len(), part.meaning);
    }
    contents.sheet("Problems", 0, report.problems.len(), "Problems in the files.");
    let mut workbook =
        Workbook::new(report.title(), report.new.effective).page("Summary", summary(report, contents));
    for part in parts {
        let fill_in = if part.name == "Worklist" { &TO_DECIDE[..] } else { &[] };
        workbook = workbook.to_fill_in(part.name, part.table, fill_in);
    }
    workbook.page("Sources", method(report)).with_problems(&report.problems)
}

fn summary(report: &ImpactReport<'_>, contents: Contents) -> Vec<Block> {
    let mut blocks = report.overview();
    blocks.extend(contents.blocks());
    blocks
}

fn parts<'r>(report: &'r ImpactReport<'_>) -> Vec<Part> {
    let of = |decision: Disposition| -> Vec<&'r ItemRow<'_>> {
        report.items.iter().filter(|item| item.decision == Some(decision)).collect()
    };
    let all = |items: &'r [ItemRow<'_>]| -> Vec<&'r ItemRow<'_>> { items.iter().collect() };
    let (must, choose, none) = (of(Disposition::Automatic), of(Disposition::Choose), of(Disposition::None));
    let narrowed = all(&report.narrowed);
    let replaced = |name, meaning, items: &[&ItemRow<'_>]| Part {
        name,
        meaning,
        codes: items.len(),
        table: item_table(items),
    };
    let plain = |name, meaning, table: Table| Part { name, meaning, codes: table.rows.len(), table };
    let mut parts = vec![
        plain("Worklist", "What needs to be done, most lines first.", report.worklist_table()),
        replaced(
            "Replace these codes",
            "One official replacement of equal meaning: may be replaced without looking.",
            &must,
        ),
        replaced("Choose", "Needs review: several replacements, or a suggestion.", &choose),
        replaced("No successor", "Neither a publisher's row nor a suggestion is there.", &none),
        replaced("Narrowed", "Still valid, but part of its meaning now has its own code.", &narrowed),
    ];
    let asked: Vec<_> = choose.iter().chain(&narrowed).filter(|item| !item.ask.is_empty()).copied().collect();
    parts.push(Part {
        name: "Questions",
        meaning: "What the record must specify to choose a code.",
        codes: asked.len(),
        table: question_table(&asked),
    });
    parts.extend([
        plain(
            "Wording",
            "Codes in use whose wording changed: deleted words are struck out, new words bold.",
            wording(report),
        ),
        plain(
            "Notes",
            "Notes of the tabular list that changed above codes in use; they hold for all that is below.",
            report.renoted_table(),
        ),
        plain(
            "Attributes",
            "What the tables of attributes say before and after, of the codes above and of codes that stay.",
            attributes::table(report),
        ),
        plain("New for you", "New codes in the categories that you use.", new_codes(report)),
        plain(
            "Unknown",
            "Category headers in use, and codes not found in any release, with the likely reason.",
            unknown(report),
        ),
    ]);
    let owners = report.owner_table();
    parts.push(Part {
        name: "Owners",
        meaning: "Use by owner. Lines without an owner are not included.",
        codes: 0,
        table: owners,
    });
    let changes = report.table();
    parts.push(plain("All changes", "Every code in use that changed, as in the CSV form.", changes));
    parts
}

/// Returns a row for each code with one of its replacements; only the first row has the numbers, so that they can be
/// summed.
fn item_table(items: &[&ItemRow<'_>]) -> Table {
    let titles = [
        "lines",
        "share",
        "amount",
        "code",
        "description",
        "change",
        "from",
        "use instead",
        "its description",
        "basis",
        "owners",
    ];
    let mut table = Table::new(&titles).numbers(&titles[..3]);
    for item in items {
        for (at, target) in each(&item.targets).enumerate() {
            table.row(item_row(item, target, at == 0));
        }
    }
    table
}

fn item_row(item: &ItemRow<'_>, target: Option<&TargetRow<'_>>, is_first: bool) -> Vec<Cell> {
    let once = |cell: Cell| if is_first { cell } else { Cell::Empty };
    let of = |field: fn(&TargetRow<'_>) -> Cell| target.map_or(Cell::Empty, field);
    vec![
        once(lines(item.lines)),
        once(share(item.share)),
        once(Cell::from(item.amount)),
        Cell::Code(item.display.clone()),
        Cell::from(item.long),
        Cell::Kind(item.status.word()),
        Cell::from(item.deadline),
        of(|target| Cell::Code(target.display.clone())),
        of(|target| Cell::from(target.long)),
        of(|target| Cell::from(target.provenance.basis().as_ref())),
        once(Cell::from(item.owners_text(", "))),
    ]
}

/// Returns a row for each answer to each question.
fn question_table(items: &[&ItemRow<'_>]) -> Table {
    let titles = ["code", "description", "asks for", "if the record says", "then"];
    let mut table = Table::new(&titles);
    for item in items {
        for (axis, value) in
            item.ask.iter().flat_map(|axis| axis.values.iter().map(move |value| (axis, value)))
        {
            table.row(vec![
                Cell::Code(item.display.clone()),
                Cell::from(item.long),
                Cell::from(axis.axis.word()),
                Cell::from(answer_text(value)),
                Cell::Code(value.targets.join(", ")),
            ]);
        }
    }
    table
}

fn wording(report: &ImpactReport<'_>) -> Table {
    let mut table = Table::new(&["lines", "code", "description", "kind", "wording"]).numbers(&["lines"]);
    for item in &report.reworded {
        let wording = item.change.as_ref().and_then(|change| change.revision.as_ref());
        table.row(vec![
            lines(item.lines),
            Cell::Code(item.display.clone()),
            item.describe(),
            Cell::Kind(item.status.word()),
            Cell::from(wording.map(|revision| revision.wording.word())),
        ]);
    }
    table
}

fn new_codes(report: &ImpactReport<'_>) -> Table {
    let titles = ["category lines", "code", "description"];
    let mut table = Table::new(&titles).numbers(&titles[..1]);
    for new in &report.new_for_you {
        table.row(vec![
            lines(new.category_lines),
            Cell::Code(new.display.clone()),
            Cell::from(new.texts.long),
        ]);
    }
    table
}

fn unknown(report: &ImpactReport<'_>) -> Table {
    let titles = ["lines", "code", "likely reason", "nearest", "nearest description"];
    let mut table = Table::new(&titles).numbers(&titles[..1]);
    let row = |code: &UnknownRow<'_>, reason: String| {
        let nearest = code.reason.as_ref().map_or(&[][..], |reason| &reason.nearest);
        let displays: Vec<_> = nearest.iter().map(|code| code.display.as_str()).collect();
        let longs: Vec<_> = nearest.iter().map(|code| code.long).collect();
        vec![
            lines(code.lines),
            Cell::Code(code.display.clone()),
            Cell::from(reason),
            Cell::Code(displays.join(", ")),
            Cell::from(longs.join("\n")),
        ]
    };
    for code in &report.headers {
        table.row(row(code, "a header used as if billable".to_owned()));
    }
    for code in &report.unknown {
        table.row(row(code, code.describe()));
    }
    table
}

fn method(report: &ImpactReport<'_>) -> Vec<Block> {
    let judged_by = if report.has_own_days() {
        "Lines with a date are judged by it: by the first and last day in the record of their code."
    } else {
        "Lines with a date are judged by it: before NEW takes effect by OLD, from then on by NEW."
    };
    let mut blocks: Vec<Block> = [
        "A code is affected if it was billable in OLD and is not in NEW: removed, demoted or terminated.",
        "Official replacements come from the publisher's conversion table. Anything else is a suggestion and is called so.",
        judged_by,
        "Only codes, counts, owners and sums of amounts were kept of the usage files.",
    ]
    .map(|line| Block::Text(line.to_owned()))
    .into();
    blocks.extend(sources(&report.old, &report.new));
    blocks
}
