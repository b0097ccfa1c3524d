//! Integration tests, one module per topic.
//!
//! They share one binary, because each binary links the whole library and its dependencies again.

mod common;

mod adbc;
mod attributes;
mod bad_input;
mod browser;
mod canary;
mod cmd;
mod code_lists;
mod command_line;
mod conformance;
mod course;
mod cpt;
mod cross_references;
mod crosswalk;
mod crosswalk_outputs;
mod cut_files;
mod days;
mod decide;
mod demo;
mod described;
mod evaluate;
mod examples;
mod fees;
mod fetch;
mod formats;
mod forms;
mod fuzz_corpus;
mod gems;
mod guidelines;
mod hcpcs;
mod html;
mod icd11;
mod impact;
mod map;
mod migrate;
mod migrate_databases;
mod migrate_lists;
mod migrate_properties;
mod migrate_uses;
mod migrate_workbooks;
mod ndc;
#[cfg(feature = "parquet")]
mod parquet;
mod pcs_conversion;
mod prepare;
mod project;
mod properties;
mod review;
mod scan;
mod scripts;
mod store;
mod suggestions;
mod table_notes;
mod tabular;
mod teach;
mod tidy;
mod usage;
mod usage_sql;
mod verdicts;
mod via;
mod who_map;
mod words;
mod workbook;
