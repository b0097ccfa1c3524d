//! The JSON Schemas of the reports, and of the project file.

/// The JSON Schema of a report or of a file that users write.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Schema {
    /// The name of the report; `project` for the project file.
    pub(in crate::cli) name: &'static str,
    /// The schema.
    pub(in crate::cli) text: &'static str,
}

const fn schema(name: &'static str, text: &'static str) -> Schema {
    Schema { name, text }
}

/// The schemas, by name.
pub(in crate::cli) static SCHEMAS: &[Schema] = &[
    schema("crosswalk", include_str!("../../schemas/crosswalk.schema.json")),
    schema("diff", include_str!("../../schemas/diff.schema.json")),
    schema("evaluate", include_str!("../../schemas/evaluate.schema.json")),
    schema("guidelines", include_str!("../../schemas/guidelines.schema.json")),
    schema("history", include_str!("../../schemas/history.schema.json")),
    schema("impact", include_str!("../../schemas/impact.schema.json")),
    schema("list", include_str!("../../schemas/list.schema.json")),
    schema("lookup", include_str!("../../schemas/lookup.schema.json")),
    schema("map", include_str!("../../schemas/map.schema.json")),
    schema("migrate", include_str!("../../schemas/migrate.schema.json")),
    schema("prepare", include_str!("../../schemas/prepare.schema.json")),
    schema("project", include_str!("../../schemas/codeset-toml.schema.json")),
    schema("scan", include_str!("../../schemas/scan.schema.json")),
    schema("sets", include_str!("../../schemas/sets.schema.json")),
    schema("verify", include_str!("../../schemas/verify.schema.json")),
];
