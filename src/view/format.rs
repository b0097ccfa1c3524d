//! The closed list of formats.

use crate::base::closed_list;

closed_list! {
    /// The formats a report may be written in.
    pub enum Format {
        Text = "text", "For a terminal";
        Markdown = "markdown", "For a wiki page or a ticket";
        Csv = "csv", "For a spreadsheet: UTF-8 with a byte-order mark; no cell is run as a formula";
        Xlsx = "xlsx", "For Excel: sheets with filters, codes as text, changed words marked";
        Html = "html", "For a browser: one file with search and filters that works offline";
        Json = "json", "One JSON document; its schema: codeset schema COMMAND";
        Jsonl = "jsonl", "JSON Lines: one row per line";
        Review = "review", "A page to decide on: one HTML file that saves decisions";
        Addenda = "addenda", "The publisher's own layout";
        Sql = "sql", "A table of mappings, and statements that end-date codes";
        FhirR4 = "fhir-r4", "FHIR R4 ConceptMap";
        FhirR5 = "fhir-r5", "FHIR R5 ConceptMap";
        Sarif = "sarif", "SARIF 2.1.0, for code scanning";
        Github = "github", "Annotations of a GitHub workflow";
        Junit = "junit", "JUnit XML, for build servers";
    }
}
