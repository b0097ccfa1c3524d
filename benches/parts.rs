//! The parts: reading and comparing releases of the size of ICD-10-CM, made up here.
//!
//! `cargo bench`. Whole commands are measured by `benches/ratios.sh`.

use std::fmt::Write as _;

use codeset::formats::{self, Options};
use codeset::model::{Release, SourceFile};
use codeset::view::Format;
use codeset::{diff, interchange, report};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// An order file of 97,000 rows; every `step`th row has another description.
fn order_file(step: usize) -> Vec<u8> {
    let mut text = String::new();
    let mut number = 0;
    let mut row = |code: &str, flag: u8, words: &str| {
        number += 1;
        writeln!(text, "{number:05} {code:<7} {flag} {words:<60} {words}, in full\r").expect("text grows");
    };
    for letter in 'A'..='Z' {
        for category in 0..100 {
            let stem = format!("{letter}{category:02}");
            row(&stem, 0, "Some category of diseases");
            for at in 0..37 {
                let word = if at % step == 0 { "reworded" } else { "unspecified" };
                row(&format!("{stem}{at:02}"), 1, &format!("Disease number {at} of this category, {word}"));
            }
        }
    }
    text.into_bytes()
}

fn release(bytes: &[u8]) -> Release {
    let file = SourceFile::new("order.txt", bytes.to_vec());
    formats::read(vec![file], &Options::default()).expect("the file is sound")
}

#[divan::bench]
fn hash_an_order_file(bencher: Bencher<'_, '_>) {
    let bytes = order_file(7);
    bencher.bench(|| SourceFile::new("order.txt", black_box(bytes.clone())));
}

#[divan::bench]
fn read_an_order_file(bencher: Bencher<'_, '_>) {
    let file = SourceFile::new("order.txt", order_file(7));
    bencher
        .with_inputs(|| file.clone())
        .bench_values(|file| formats::read(vec![file], &Options::default()).expect("the file is sound"));
}

#[divan::bench]
fn compare_releases_that_are_the_same(bencher: Bencher<'_, '_>) {
    let (old, new) = (release(&order_file(7)), release(&order_file(7)));
    bencher.bench(|| diff::diff(black_box(&old), black_box(&new)).changes.len());
}

#[divan::bench]
fn compare_releases_with_thousands_of_changes(bencher: Bencher<'_, '_>) {
    let (old, new) = (release(&order_file(7)), release(&order_file(9)));
    bencher.bench(|| diff::diff(black_box(&old), black_box(&new)).changes.len());
}

#[divan::bench]
fn write_thousands_of_changes_as_json(bencher: Bencher<'_, '_>) {
    let (old, new) = (release(&order_file(7)), release(&order_file(9)));
    let diff = diff::diff(&old, &new);
    let report = report::DiffReport::new(&diff, None, &report::Selection::default());
    bencher.bench(|| {
        let mut out = Vec::new();
        interchange::render(&report, Format::Json, false, &mut out).expect("memory can be written");
        out.len()
    });
}
