//! The short life between the runtime and a worker's own program.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getppid, setsid};

/// First argument by which this program knows that it is to become a worker.
pub const SHIM: &str = "__worker";

/// Becomes a worker, given the arguments after [`SHIM`]: the id of the runtime, and the program
/// with its arguments. The worker leads a session, and dies with the runtime.
///
/// # Errors
/// When the program cannot be run.
pub fn become_worker(mut arguments: impl Iterator<Item = OsString>) -> io::Result<Infallible> {
    let missing = || io::Error::other("arguments are missing");
    let runtime = arguments.next().and_then(|id| id.to_str()?.parse().ok());
    let runtime: i32 = runtime.ok_or_else(missing)?;
    let program = arguments.next().ok_or_else(missing)?;
    setsid()?;
    set_pdeathsig(Signal::SIGKILL)?;
    // The runtime may have died before it could be asked for.
    if getppid() != Pid::from_raw(runtime) {
        return Err(io::Error::other("the runtime has ended"));
    }
    let error = Command::new(&program).args(arguments).exec();
    Err(io::Error::new(
        error.kind(),
        format!("{}: {error}", program.display()),
    ))
}
