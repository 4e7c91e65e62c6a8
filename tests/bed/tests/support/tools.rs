//! Programs that tests need and that are installed, not built.

use std::process::{Command, Output, Stdio};
use std::sync::Once;

/// Whether `program` is there; says how to get it where it is not, once in a process.
///
/// # Panics
/// With `CI=true`, where nothing may be skipped.
pub(crate) fn available(program: &str, version: &str, how: &str) -> bool {
    static TOLD: Once = Once::new();
    let quiet =
        |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if quiet(Command::new(program).arg(version)).is_ok_and(|status| status.success()) {
        return true;
    }
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!ci, "nothing is skipped in CI: {program} is missing; {how}");
    TOLD.call_once(|| {
        use std::io::Write as _;
        // Not `eprintln!`, whose output passing tests do not show.
        let _ = writeln!(std::io::stderr(), "skipped: {program} is missing; {how}");
    });
    false
}

/// What a program printed, if it succeeded; if it failed, that is the error.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = [stdout, stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    if status.success() {
        Ok(text)
    } else {
        Err(text)
    }
}
