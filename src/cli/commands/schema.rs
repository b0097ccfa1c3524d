//! `codeset schema NAME`

use crate::cli::ExitStatus;
use crate::cli::args::SchemaArgs;
use crate::cli::error::Error;
use crate::cli::output;

/// The schemas, by the name of their report.
static SCHEMAS: &[(&str, &str)] = &[
    ("crosswalk", include_str!("../../../schemas/crosswalk.schema.json")),
    ("diff", include_str!("../../../schemas/diff.schema.json")),
    ("evaluate", include_str!("../../../schemas/evaluate.schema.json")),
    ("history", include_str!("../../../schemas/history.schema.json")),
    ("impact", include_str!("../../../schemas/impact.schema.json")),
    ("list", include_str!("../../../schemas/list.schema.json")),
    ("lookup", include_str!("../../../schemas/lookup.schema.json")),
    ("map", include_str!("../../../schemas/map.schema.json")),
    ("migrate", include_str!("../../../schemas/migrate.schema.json")),
    ("scan", include_str!("../../../schemas/scan.schema.json")),
    ("sets", include_str!("../../../schemas/sets.schema.json")),
    ("verify", include_str!("../../../schemas/verify.schema.json")),
];

pub(in crate::cli) fn names() -> Vec<&'static str> {
    SCHEMAS.iter().map(|(name, _)| *name).collect()
}

pub(in crate::cli) fn run(args: &SchemaArgs) -> Result<ExitStatus, Error> {
    let schema = SCHEMAS.iter().find(|(name, _)| *name == args.name);
    let (_, text) =
        schema.ok_or_else(|| Error::argument("there is no such schema", "see codeset schema --help"))?;
    output::write(None, |out| out.write_all(text.as_bytes()))?;
    Ok(ExitStatus::Done)
}
