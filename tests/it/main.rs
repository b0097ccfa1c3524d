//! Integration tests, one module per topic.
//!
//! They share one binary, because each binary links the whole library and its dependencies again.

mod common;

mod attributes;
mod bad_input;
mod browser;
mod canary;
mod cmd;
mod code_lists;
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
mod fees;
mod fetch;
mod formats;
mod forms;
mod fuzz_corpus;
mod gems;
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
mod pcs_conversion;
mod properties;
mod scan;
mod scripts;
mod store;
mod suggestions;
mod table_notes;
mod tabular;
mod teach;
mod tidy;
mod usage;
mod verdicts;
mod via;
mod who_map;
mod words;
mod workbook;
