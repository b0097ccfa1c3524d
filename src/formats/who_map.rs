//! The maps of the WHO from ICD-10 to ICD-11, to one category or to several.
//!
//! Source: WHO, 10To11MapToOneCategory.txt and 10To11MapToMultipleCategories.txt: cells between tabs, a row of titles
//! that ends with the day of the release, which is not a column. The file of 2020 has six columns more than the twelve of 2024,
//! and there are two spellings of the title of the entity.

use super::tabs::{Cells, split};
use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample};
use crate::model::Companion;
use crate::model::sets::ICD11;
use crate::model::{
    Classification, Closeness, CodeMap, Counterpart, MapRow, Place, Problem, ProblemCode, Problems,
    SourceFile,
};

/// The titles of the columns that are read, except for the entity.
const KIND: &str = "10ClassKind";
const SOURCE: &str = "icd10Code";
const TARGET: &str = "icd11Code";
const TARGET_KIND: &str = "11ClassKind";

/// The text in place of an entity if the mapping is missing.
const NONE: &str = "No Mapping";

/// See the module.
pub(super) struct WhoMap;

impl Format for WhoMap {
    fn id(&self) -> &'static str {
        "who_map"
    }

    fn title(&self) -> &'static str {
        "WHO map from ICD-10 to ICD-11"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd11"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.lines().next().is_some_and(|line| Columns::of(&line).is_some())
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Companion::Map(parse(&TextFile::decode(file))).into()
    }
}

/// The positions of the columns.
struct Columns {
    kind: usize,
    source: usize,
    entity: usize,
    target: usize,
    target_kind: usize,
    release: Option<String>,
}

impl Columns {
    fn of(titles: &Line<'_>) -> Option<Self> {
        let (pieces, _) = split(titles.text);
        let titles: Vec<String> = pieces.iter().map(|piece| piece.read().into_owned()).collect();
        let find = |test: &dyn Fn(&str) -> bool| titles.iter().position(|title| test(title));
        let is_foundation = |title: &str| title.starts_with("ICD-11 Foundation") && title.ends_with("URI");
        let is_day = |title: &&String| jiff::civil::Date::strptime("%Y-%b-%d", title).is_ok();
        Some(Self {
            kind: find(&|title| title == KIND)?,
            source: find(&|title| title == SOURCE)?,
            entity: find(&is_foundation)?,
            target: find(&|title| title == TARGET)?,
            target_kind: find(&|title| title == TARGET_KIND)?,
            release: titles.last().filter(is_day).cloned(),
        })
    }
}

fn parse(file: &TextFile) -> CodeMap {
    let mut lines = file.lines().filter(|line| !line.text.trim_ascii().is_empty());
    let columns = lines.next().as_ref().and_then(Columns::of);
    let mut problems = Problems::default();
    let mut rows = Vec::new();
    if columns.is_none() {
        problems.add(ProblemCode::BadRecord, || {
            let fact = format!("the titles `{KIND}`, `{SOURCE}` and `{TARGET}` are missing");
            Problem::new(ProblemCode::BadRecord, Place::file(&file.name), fact)
        });
    }
    if let Some(columns) = &columns {
        for line in lines {
            match row(&line, columns) {
                Ok(row) => rows.push(row),
                Err((byte, fact)) => problems.add(ProblemCode::BadRecord, || {
                    file.left_out(ProblemCode::BadRecord, &line, line.text[..byte].chars().count() + 1, fact)
                }),
            }
        }
    }
    let mut map = CodeMap::new(file.name.clone(), Classification::Icd10, Classification::Icd11, rows);
    map.release = columns.and_then(|columns| columns.release);
    map.problems = file.problems.iter().cloned().chain(problems.finish(&file.name)).collect();
    map
}

/// A fault in a row: the byte, and a sentence.
type Fault = (usize, String);

fn row(line: &Line<'_>, columns: &Columns) -> Result<MapRow, Fault> {
    let (pieces, fault) = split(line.text);
    if let Some(fault) = fault {
        return Err((pieces.last().map_or(0, |piece| piece.start), fault.to_owned()));
    }
    if pieces.len() <= columns.target {
        let fact = format!("the row has {} cells, but the layout needs {}", pieces.len(), columns.target + 1);
        return Err((0, fact));
    }
    let cells = Cells::Line(&pieces);
    let [kind, source, entity, target] =
        [columns.kind, columns.source, columns.entity, columns.target].map(|column| cells.get(column));
    let at = |column: usize, fact: String| Err((pieces[column].start, fact));
    let is_code = match &*kind {
        "category" | "modifiedcategory" => true,
        "block" | "chapter" => false,
        _ => return at(columns.kind, format!("`{}` is not a kind of class", kind.escape_debug())),
    };
    if source.is_empty() {
        return at(columns.source, "the row has no ICD-10 code".to_owned());
    }
    let target = match (&*target, &*entity) {
        ("", NONE) => Counterpart::None,
        ("", "") => {
            return at(columns.entity, "the row has no entity and is not marked `No Mapping`".to_owned());
        }
        // A chapter has its number in the column of codes.
        (_, entity) if cells.get(columns.target_kind) == "chapter" => Counterpart::Chapter(entity.to_owned()),
        ("", entity) => Counterpart::Block(entity.to_owned()),
        (code, _) => match (ICD11.normalize)(code) {
            Some(code) => Counterpart::Code(code),
            None => {
                let fact = format!("`{}` is not a code or cluster of ICD-11", code.escape_debug());
                return at(columns.target, fact);
            }
        },
    };
    let source = source.replace('.', "");
    Ok(MapRow {
        source,
        is_code,
        target,
        closeness: Closeness::Unstated,
        combination: None,
        row: line.number,
    })
}
