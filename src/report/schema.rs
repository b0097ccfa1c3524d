//! The JSON Schemas in schemas/, generated from the types and checked by a test.

use std::fs;
use std::path::PathBuf;

use schemars::{JsonSchema, generate::SchemaSettings};

use super::{
    CrosswalkReport, DiffReport, EvaluateReport, HistoryReport, ImpactReport, ListReport, LookupReport,
    MapReport, MigrateReport, Report, ScanReport, SetsReport, VerifyReport,
};

fn schema<R: Report + JsonSchema>() -> (&'static str, String) {
    // The output always has every field that is not marked as optional.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = serde_json::to_value(generator.into_root_schema_for::<R>()).unwrap();
    schema["title"] = format!("codeset {}", R::NAME).into();
    (R::NAME, serde_json::to_string_pretty(&schema).unwrap() + "\n")
}

/// With `UPDATE_SCHEMAS` set this test writes the files instead of comparing them.
#[test]
fn the_schemas_are_those_of_the_types() {
    let schemas = [
        schema::<CrosswalkReport<'_>>(),
        schema::<DiffReport<'_>>(),
        schema::<EvaluateReport>(),
        schema::<HistoryReport<'_>>(),
        schema::<ImpactReport<'_>>(),
        schema::<ListReport>(),
        schema::<LookupReport<'_>>(),
        schema::<MapReport<'_>>(),
        schema::<MigrateReport>(),
        schema::<ScanReport<'_>>(),
        schema::<SetsReport>(),
        schema::<VerifyReport>(),
    ];
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for (name, schema) in &schemas {
        let file = folder.join(format!("{name}.schema.json"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::write(&file, schema).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap();
        assert!(written == *schema, "{} is not up to date: run UPDATE_SCHEMAS=1 cargo test", file.display());
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), schemas.len(), "a schema without a report");
}
