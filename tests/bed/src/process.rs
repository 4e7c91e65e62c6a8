//! Programs that end when their owner does, however it ends.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs `"$@"`, and kills its process group when standard input ends: the owner holds the other
/// end of that pipe, and the system closes it even when the owner is killed.
const GUARD: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- & program=$!
{ cat <&3 >/dev/null; kill -KILL 0; } &
exec 3<&-
wait $program
echo "ended with exit code $?" >&2
kill -KILL 0
"#;

/// A program that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command`; what it prints goes to `log`.
    pub(crate) fn start(command: &Command, log: &Path) -> io::Result<Self> {
        let output = File::create(log)?;
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]);
        guard.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => guard.env(name, value),
                None => guard.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            guard.current_dir(folder);
        }
        let child = guard
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Self {
            child,
            log: log.to_path_buf(),
        })
    }

    /// Whether it is still running.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Where its output is.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It was killed: there is no answer to wait for but its end.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::{Duration, Instant};

    use super::*;

    fn sleeper(folder: &Path) -> (Process, u32) {
        let mut command = Command::new("sh");
        // A program that starts another, as servers do.
        command.args(["-c", "sleep 60 & echo $!; wait"]);
        let log = folder.join("log");
        let process = Process::start(&command, &log).unwrap();
        let started = Instant::now();
        loop {
            let text = std::fs::read_to_string(&log).unwrap();
            if let Ok(pid) = text.trim().parse() {
                return (process, pid);
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{text:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_alive(pid: u32) -> bool {
        let pid = pid.to_string();
        let status = Command::new("ps")
            .args(["-o", "stat=", "-p", &pid])
            .output();
        let status = String::from_utf8(status.unwrap().stdout).unwrap();
        !status.trim().is_empty() && !status.starts_with('Z')
    }

    #[test]
    fn everything_that_a_program_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (mut process, pid) = sleeper(folder.path());
        assert!(process.is_running());
        assert!(is_alive(pid));
        drop(process);
        assert!(!is_alive(pid));
    }
}
