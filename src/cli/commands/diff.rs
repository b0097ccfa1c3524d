//! `codeset diff OLD NEW`

use std::mem::ManuallyDrop;
use std::path::Path;

use crate::cli::Ending;
use crate::cli::args::DiffArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::diff::{Groups, Kind, diff_in, ours, verify_own};
use crate::model::CodeSet;
use crate::report::{DiffReport, Selection};
use crate::sources;

pub(in crate::cli) fn run(args: &DiffArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.codes.iter().chain(&args.ours));
    let output = Output::new(&args.output, &inputs)?;
    // The system takes memory back as a whole, faster than it could be freed in a million pieces.
    let [old, new] = loader.pair(&args.old, &args.new)?.map(ManuallyDrop::new);
    let codes = args.codes.as_deref().map(|file| codes(file, new.set, talk)).transpose()?;
    let selection = Selection { kinds: kinds(&args.only), codes };
    let groups = Groups { shown: args.show.clone(), left_out: args.hide.clone() };
    let diff = diff_in(&old, &new, &groups);
    let mut report = DiffReport::new(&diff, verify_own(&diff), &selection);
    let table = args.ours.as_deref().map(|path| loader.table(path)).transpose()?;
    if let Some(table) = &table {
        report.problems.extend(table.problems.clone());
        report = report.with_ours(&ours(&diff, table));
    }
    talk.problems(&report.problems);
    output.write(&report)?;
    let fail_on = kinds(&args.fail_on);
    let watched = Selection { kinds: fail_on.clone(), ..selection };
    let matched = !fail_on.is_empty() && diff.changes.iter().any(|change| watched.takes(change));
    Ok(if matched { Ending::Matched } else { Ending::Done })
}

fn kinds(words: &[String]) -> Vec<Kind> {
    words.iter().filter_map(|word| Kind::from_word(word)).collect()
}

/// The codes in a file: one a line, or the first column of a table. Lines that begin with `#` are comments.
pub(in crate::cli) fn codes(file: &Path, set: &CodeSet, talk: &Talk) -> Result<Vec<String>, Error> {
    let text = sources::read_text(file)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let tokens =
        lines.map(|line| line.split([',', ';', '\t', '|']).next().unwrap_or(line).trim().trim_matches('"'));
    let (codes, others): (Vec<_>, Vec<_>) =
        tokens.map(|token| (set.normalise)(token)).partition(Option::is_some);
    if codes.is_empty() {
        let fact = format!("`{}` holds no {} code", file.display(), set.title);
        return Err(Error::argument(fact, "write one code a line, or codes in the first column of a table"));
    }
    if !others.is_empty() {
        talk.note(&format!(
            "{} lines of `{}` hold no {} code and were passed over",
            others.len(),
            file.display(),
            set.title
        ));
    }
    Ok(codes.into_iter().flatten().collect())
}
