//! Transcripts of the command line: the README and everything in tests/cmd, run as they stand.

#[test]
fn the_transcripts_are_true() {
    let empty = tempfile::tempdir().unwrap();
    let store = empty.path().to_str().unwrap();
    trycmd::TestCases::new().env("CODESET_STORE", store).case("README.md").case("tests/cmd/*.md").run();
}
