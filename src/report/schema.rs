//! The JSON Schemas in schemas/, generated from the types and checked by tests.

use std::fs;
use std::path::PathBuf;

use schemars::{JsonSchema, generate::SchemaSettings};

use super::{
    CrosswalkReport, DiffReport, EvaluateReport, GuidelinesReport, HistoryReport, ImpactReport, ListReport,
    LookupReport, MapReport, MigrateReport, PrepareReport, Report, ScanReport, SetsReport, VerifyReport,
};

fn schema<R: Report + JsonSchema>() -> (&'static str, String) {
    named::<R>(R::NAME)
}

fn named<R: JsonSchema>(name: &'static str) -> (&'static str, String) {
    // The output always has every field that is not marked as optional.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = serde_json::to_value(generator.into_root_schema_for::<R>()).unwrap();
    schema["title"] = format!("codeset {name}").into();
    (name, serde_json::to_string_pretty(&schema).unwrap() + "\n")
}

/// Schemas of files that users write; the types are in `cli`, and so are their tests.
const OTHERS: [&str; 1] = ["codeset-toml"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

/// Compares a file in schemas/ with the schema of its type. With `UPDATE_SCHEMAS` set it is written instead.
pub(crate) fn assert_up_to_date(name: &str, schema: &str) {
    let file = folder().join(format!("{name}.schema.json"));
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(&file, schema).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap();
    assert!(written == schema, "{} is not up to date: run UPDATE_SCHEMAS=1 cargo test", file.display());
}

#[test]
fn the_schemas_are_those_of_the_types() {
    let schemas = [
        schema::<CrosswalkReport<'_>>(),
        schema::<DiffReport<'_>>(),
        schema::<EvaluateReport>(),
        schema::<GuidelinesReport>(),
        schema::<HistoryReport<'_>>(),
        schema::<ImpactReport<'_>>(),
        schema::<ListReport>(),
        schema::<LookupReport<'_>>(),
        schema::<MapReport<'_>>(),
        schema::<MigrateReport>(),
        named::<PrepareReport<'_>>("prepare"),
        schema::<ScanReport<'_>>(),
        schema::<SetsReport>(),
        schema::<VerifyReport>(),
    ];
    for (name, schema) in &schemas {
        assert_up_to_date(name, schema);
    }
    let files = fs::read_dir(folder()).unwrap().count();
    assert_eq!(files, schemas.len() + OTHERS.len(), "a schema without a report");
}
