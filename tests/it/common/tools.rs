//! Programs that some tests need and a machine may lack.

/// Reports that a test cannot run because a program is missing: skipped on a developer's machine, a failure in CI.
///
/// The caller returns after this. CI services set `CI=true`, and so does `.ci/run`, which installs the programs.
#[track_caller]
pub(crate) fn missing(programs: &str) {
    let in_ci = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0");
    assert!(!in_ci, "not installed: {programs}; set CI=false to skip this test");
    eprintln!("skipped: not installed: {programs}");
}
