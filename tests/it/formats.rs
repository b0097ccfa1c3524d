//! Every fixture, read and written down: tests/fixtures/FORMAT/{ok,bad}/* against snapshots/formats/.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use codeset::formats::{self, Options, Part};
use codeset::model::{
    Addenda, CodeMap, Companion, ConversionTable, Entry, Problem, Release, Scenario, SourceFile, TextKind,
    sets,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn told_problems(told: &mut String, problems: &[Problem]) {
    for problem in problems {
        writeln!(told, "{problem}").unwrap();
    }
}

fn told_details(told: &mut String, entry: Entry<'_>) {
    let texts =
        TextKind::ALL[2..].iter().filter_map(|kind| Some((kind.word(), entry.text(*kind)?.to_owned())));
    let days =
        entry.details().into_iter().flat_map(|details| details.added).map(|day| ("added", day.to_string()));
    let last = entry.last_day().map(|day| ("last day", day.to_string()));
    let parent = entry.parent_code().map(|parent| ("parent", parent.to_owned()));
    for (name, value) in texts.chain(parent).chain(days).chain(last) {
        writeln!(told, "    {name}: {value}").unwrap();
    }
    let properties: Vec<_> =
        entry.properties().map(|(definition, value)| format!("{}={value}", definition.name)).collect();
    if !properties.is_empty() {
        writeln!(told, "    {}", properties.join(" ")).unwrap();
    }
}

fn told_release(told: &mut String, release: &Release) {
    let coverage = release.coverage;
    writeln!(told, "{}, headers: {}, whole: {}", release.set.title, coverage.headers, coverage.whole)
        .unwrap();
    if let Some(edition) = release.edition {
        writeln!(told, "edition: {edition}").unwrap();
    }
    if !release.unreadable.is_empty() {
        writeln!(told, "unreadable: {}", release.unreadable.join(" ")).unwrap();
    }
    release.edition.iter().for_each(|edition| writeln!(told, "edition: {edition}").unwrap());
    release.facts.iter().for_each(|fact| writeln!(told, "{}: {}", fact.name, fact.value).unwrap());
    for entry in release.in_publisher_order() {
        let short = entry.short().unwrap_or("-");
        writeln!(told, "{} {} | {short} | {}", entry.code(), entry.level().word(), entry.long()).unwrap();
        told_details(told, entry);
    }
    told_problems(told, &release.problems);
}

fn told_addenda(told: &mut String, addenda: &Addenda) {
    writeln!(told, "columns: {:?}", addenda.columns).unwrap();
    for line in &addenda.lines {
        let short = line.short.as_deref().unwrap_or("-");
        let (number, action, code) = (line.line, line.action.word(), &line.code);
        writeln!(told, "{number}: {action} {} {code} | {short} | {}", line.level.word(), line.long).unwrap();
    }
    writeln!(told, "headers: {:?}\ncodes: {:?}", addenda.totals.headers, addenda.totals.codes).unwrap();
    told_problems(told, &addenda.problems);
}

fn told_table(told: &mut String, table: &ConversionTable) {
    for row in &table.rows {
        let alternatives: Vec<String> = row
            .previous
            .alternatives()
            .iter()
            .map(|operands| operands.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "))
            .collect();
        let (number, current, effective) = (row.row, &row.current, row.effective);
        writeln!(told, "{number}: {current} {effective} | {} | {alternatives:?}", row.previous).unwrap();
    }
    for retired in &table.retired {
        writeln!(told, "{}: {} {} | no successor", retired.row, retired.code, retired.effective).unwrap();
    }
    told_problems(told, &table.problems);
}

fn told_map(told: &mut String, map: &CodeMap) {
    let release = map.release.as_deref().unwrap_or("-");
    writeln!(told, "{} -> {}, {release}", map.source.title(), map.target.title()).unwrap();
    for row in map.rows() {
        let (source, target, closeness) = (&row.source, &row.target, row.closeness);
        let level = if row.is_code { "code" } else { "header" };
        writeln!(told, "{}: {source} {level} {target:?} {closeness:?}", row.row).unwrap();
    }
    let mut sources: Vec<_> = map.rows().iter().map(|row| &row.source).collect();
    sources.dedup();
    for source in sources {
        let list = |list: &Vec<&codeset::model::MapRow>| {
            list.iter().filter_map(|row| row.target.code()).collect::<Vec<_>>().join(" or ")
        };
        let scenario =
            |scenario: &Scenario<'_>| scenario.choices.iter().map(list).collect::<Vec<_>>().join(" + ");
        let alternatives: Vec<_> = map.alternatives(source).iter().map(scenario).collect();
        writeln!(told, "{source} = {alternatives:?}").unwrap();
    }
    told_problems(told, &map.problems);
}

/// Reads a file by the format it must be recognized as, and tells everything about it.
fn told(id: &str, file: &Path) -> String {
    let bytes = fs::read(file).unwrap();
    let wanted = formats::FORMATS.iter().find(|format| format.id() == id).unwrap();
    let set = wanted.sets().first().and_then(|set| sets::by_id(set)).filter(|_| wanted.on_request());
    let options = Options { set, ..Options::default() };
    let format =
        formats::recognize_as(&bytes, set).unwrap_or_else(|| panic!("{} is not recognized", file.display()));
    assert_eq!(format.id(), id, "{}", file.display());
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let source = SourceFile::new(name, bytes);
    let mut told = String::new();
    match format.read(source.clone(), &options) {
        Part::Concepts(concepts) => match formats::read(vec![source], &options) {
            Ok(release) => told_release(&mut told, &release),
            Err(error) => {
                writeln!(told, "error[no-codes]: {error}\n  = help: {}", error.hint()).unwrap();
                told_problems(&mut told, &concepts.problems);
            }
        },
        Part::Companion(Companion::Addenda(addenda)) => told_addenda(&mut told, &addenda),
        Part::Companion(Companion::Transition(_)) => unreachable!("only described sets have transitions"),
        Part::Companion(Companion::Conversion(table)) => told_table(&mut told, &table),
        Part::Decisions(table) => {
            for row in &table.rows {
                let (target, more) = (row.target.as_deref().unwrap_or("-"), [&row.note, &row.who, &row.when]);
                let more = more.map(|text| text.as_deref().unwrap_or("-")).join(" | ");
                let (number, source, verdict) = (row.row, &row.source, row.verdict.word());
                writeln!(told, "{number}: {verdict} {source} {target} | {more}").unwrap();
            }
            told_problems(&mut told, &table.problems);
        }
        Part::Companion(Companion::PcsDefinitions(definitions)) => {
            for (section, axis, value, definition) in definitions.all() {
                writeln!(told, "{section} {axis} {value}: {definition:?}").unwrap();
            }
            told_problems(&mut told, &definitions.problems);
        }
        Part::Companion(Companion::Index(index)) => {
            writeln!(told, "{}: {} terms", index.title, index.len()).unwrap();
            for code in ["E1010", "G35", "T510X1", "C798", "Z590", "0UT9"] {
                writeln!(told, "{code}: {:?}", index.terms(code)).unwrap();
            }
            told_problems(&mut told, &index.problems);
        }
        Part::Companion(Companion::PcsTables(tables)) => {
            for table in &tables.tables {
                let definition = table.definition.as_deref().unwrap_or("-");
                writeln!(told, "{} | {definition}", table.prefix()).unwrap();
                for row in &table.rows {
                    writeln!(told, "    line {}: {}", row.line, row.suffixes().join(" ")).unwrap();
                }
            }
            tables
                .codes()
                .filter_map(|code| tables.explained(&code).map(|axes| (code, axes)))
                .for_each(|(code, axes)| writeln!(told, "{code} {axes:?}").unwrap());
            told_problems(&mut told, &tables.problems);
        }
        Part::Companion(Companion::Tabular(list)) => {
            for place in &list.places {
                let above = place.parent.map_or("-", |at| list.places[at as usize].name.as_str());
                let leaf = if place.is_leaf { "" } else { ", not a leaf" };
                writeln!(told, "{:?} {} in {above}{leaf} | {}", place.kind, place.name, place.title).unwrap();
                place
                    .notes
                    .iter()
                    .for_each(|(kind, text)| writeln!(told, "    {}: {text}", kind.title()).unwrap());
            }
            match formats::read(vec![source], &options) {
                Ok(release) => told_release(&mut told, &release),
                Err(error) => writeln!(told, "error[no-codes]: {error}").unwrap(),
            }
        }
        Part::Companion(Companion::Map(map)) => told_map(&mut told, &map),
        Part::Companion(Companion::Notes(list)) => {
            for (number, text) in &list.notes {
                writeln!(told, "{number} {text}").unwrap();
            }
            told_problems(&mut told, &list.problems);
        }
        Part::Companion(Companion::Actions(report)) => {
            for action in &report.actions {
                writeln!(told, "{} {} {}", action.code, action.level.word(), action.words).unwrap();
            }
            told_problems(&mut told, &report.problems);
        }
    }
    told
}

#[test]
fn fixtures_read_as_written_down() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots/formats"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for format in formats::FORMATS {
        for kind in ["ok", "bad"] {
            let folder = root().join("tests/fixtures").join(format.id()).join(kind);
            let mut files: Vec<_> =
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            files.sort();
            for file in files {
                let told = told(format.id(), &file);
                let sound = !told.contains("error[") && !told.contains("warning[");
                assert_eq!(kind == "ok", sound, "{}:\n{told}", file.display());
                let stem = file.file_stem().unwrap().to_string_lossy();
                settings.bind(|| insta::assert_snapshot!(format!("{}__{kind}__{stem}", format.id()), told));
            }
        }
    }
}
