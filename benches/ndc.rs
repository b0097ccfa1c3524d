//! The NDC directory: reading and comparing two issues of its full size, made up here.
//!
//! `cargo bench --bench ndc`. The same issues as files: `cargo run --release --example generate_ndc DIR`.

#[path = "made_up/ndc_directory.rs"]
mod ndc_directory;

use codeset::formats::{self, Options};
use codeset::model::{Release, SourceFile};
use codeset::view::Format;
use codeset::{diff, interchange, report};
use divan::{Bencher, black_box};
use ndc_directory::{PRODUCTS, directory};

fn main() {
    divan::main();
}

fn files(new: bool) -> Vec<SourceFile> {
    let directory = directory(new, PRODUCTS);
    let [packages, products] = [("package.txt", directory.packages), ("product.txt", directory.products)]
        .map(|(name, bytes)| SourceFile::new(name, bytes));
    vec![packages, products]
}

fn release(files: Vec<SourceFile>) -> Release {
    formats::read(files, &Options::default()).expect("the files are sound")
}

#[divan::bench(sample_count = 10)]
fn read_a_directory(bencher: Bencher<'_, '_>) {
    let files = files(false);
    bencher.with_inputs(|| files.clone()).bench_values(release);
}

#[divan::bench(sample_count = 10)]
fn compare_two_directories(bencher: Bencher<'_, '_>) {
    let (old, new) = (release(files(false)), release(files(true)));
    bencher.bench(|| diff::diff(black_box(&old), black_box(&new)).changes.len());
}

#[divan::bench(sample_count = 10)]
fn write_the_difference_as_json(bencher: Bencher<'_, '_>) {
    let (old, new) = (release(files(false)), release(files(true)));
    let diff = diff::diff(&old, &new);
    let report = report::DiffReport::new(&diff, None, &report::Selection::default());
    bencher.bench(|| {
        let mut out = Vec::new();
        interchange::render(&report, Format::Json, false, &mut out).expect("memory can be written");
        out.len()
    });
}
