//! Transcripts of the command line: every `console` block of the README, the documentation and tests/cmd, run as written.

#[test]
fn the_transcripts_are_true() {
    let empty = tempfile::tempdir().unwrap();
    let store = empty.path().to_str().unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("CODESET_STORE", store).case("README.md").case("docs/**/*.md").case("tests/cmd/*.md").run();
}
