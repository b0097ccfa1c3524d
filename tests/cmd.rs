//! Transcripts of the command line: the README and everything in tests/cmd, run as they stand.

#[test]
fn the_transcripts_are_true() {
    trycmd::TestCases::new().case("README.md").case("tests/cmd/*.md");
}
