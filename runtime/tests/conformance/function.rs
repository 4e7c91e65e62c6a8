//! A function that is served by a process of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::{Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use knative_lambda_runtime::language;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::case::{Environment, Language};
use crate::expand::Known;
use crate::sink::Sink;
use crate::wire::{Request, exchange};

/// Longest start and end of a function.
const PATIENCE: Duration = Duration::from_secs(30);

/// Variable by which this program knows that it is to be a function in Rust.
pub(crate) const RUST_HANDLER: &str = "CONFORMANCE_RUST_HANDLER";

pub(crate) struct Function {
    pub(crate) port: u16,
    pub(crate) sink: Sink,
    child: Mutex<Child>,
    /// Holds an environment's own code.
    _code: Option<TempDir>,
    output: Vec<Reader>,
    lines: Arc<Mutex<Vec<String>>>,
    errors: Arc<Mutex<Vec<String>>>,
}

type Reader = JoinHandle<()>;

impl Function {
    /// Starts a function and waits until it is ready, unless it never will be.
    pub(crate) fn start(language: Language, environment: &Environment) -> io::Result<Self> {
        let sink = Sink::start()?;
        let port = free_port();
        let own_code = environment.code.get(&language);
        let own_code = own_code
            .map(|files| self::own_code(language, files))
            .transpose()?;
        let mut command = command(language, own_code.as_ref().map(TempDir::path))?;
        command
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| ["PATH", "HOME"].contains(&name.as_str())))
            .env("PORT", port.to_string())
            .env("FUNCTION_NAME", "conformance")
            .env("FUNCTION_NAMESPACE", "tests")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if language == Language::Rust {
            command.env(RUST_HANDLER, "1");
        }
        let known = Known {
            id: String::new(),
            sink: format!("http://127.0.0.1:{}", sink.port),
        };
        for (name, value) in &environment.variables {
            match value {
                Some(value) => command.env(name, known.text(value)),
                None => command.env_remove(name),
            };
        }
        let mut child = command.spawn()?;
        let (lines, errors) = (Arc::default(), Arc::default());
        let output = [
            child.stdout.take().map(|stream| collect(stream, &lines)),
            child.stderr.take().map(|stream| collect(stream, &errors)),
        ];
        let function = Self {
            port,
            sink,
            child: Mutex::new(child),
            _code: own_code,
            output: output.into_iter().flatten().collect(),
            lines,
            errors,
        };
        if !environment.broken {
            function.wait_until_ready()?;
        }
        Ok(function)
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        let request = Request {
            method: "GET".into(),
            path: "/health/ready".into(),
            ..Request::default()
        };
        let begun = Instant::now();
        loop {
            if exchange(self.port, &request).is_ok_and(|answer| answer.status() == 200) {
                return Ok(());
            }
            let ended = self.child.lock().unwrap().try_wait()?;
            if ended.is_some() || begun.elapsed() > PATIENCE {
                // What it said last is on its way through a pipe.
                std::thread::sleep(Duration::from_millis(100));
                let said = [self.lines(), self.errors()].concat().join("\n");
                return Err(io::Error::other(format!(
                    "the function is not ready, {ended:?}:\n{said}"
                )));
            }
            sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.lock().unwrap().id()).unwrap();
        let _ = kill(Pid::from_raw(pid), signal);
    }

    /// Waits for its end.
    pub(crate) fn end(&self) -> Option<ExitStatus> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.lock().unwrap().try_wait() {
                while self.output.iter().any(|reader| !reader.is_finished())
                    && begun.elapsed() < PATIENCE
                {
                    sleep(Duration::from_millis(5));
                }
                return Some(status);
            }
            sleep(Duration::from_millis(5));
        }
        None
    }

    /// The lines of its log.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// What it wrote to standard error.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap().clone()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A port that nobody listens on, below those that the system gives to connections: one of these
/// could be taken again before the function opens it.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = std::process::id()
            .wrapping_mul(97)
            .wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = 10_000 + (next % 20_000) as u16;
        if TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).is_ok() {
            return port;
        }
    }
}

fn collect(stream: impl io::Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) -> Reader {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            lines.lock().unwrap().push(line);
        }
    })
}

fn command(language: Language, own_code: Option<&Path>) -> io::Result<Command> {
    if language == Language::Rust {
        return Ok(Command::new(std::env::current_exe()?));
    }
    let code = match own_code {
        Some(folder) => folder.to_owned(),
        None if language == Language::Go => compiled().clone(),
        None => handlers().join(language.name()),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-runtime"));
    command.arg("serve").arg("--code").arg(code);
    Ok(command)
}

fn handlers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/handlers")
}

pub(crate) fn temporary() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// A folder with an environment's own code.
fn own_code(language: Language, files: &BTreeMap<String, String>) -> io::Result<TempDir> {
    let folder = tempfile::Builder::new()
        .prefix("code-")
        .tempdir_in(temporary())?;
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, text)?;
    }
    if language == Language::Go {
        compile(folder.path())?;
    }
    Ok(folder)
}

/// The folder with the suite's handler in Go, which is compiled once.
pub(crate) fn compiled() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = temporary().join("conformance-go");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(handlers().join("go/main.go"), folder.join("main.go")).unwrap();
        compile(&folder).unwrap();
        folder
    })
}

/// Compiles the handler in a folder, together with the worker.
fn compile(folder: &Path) -> io::Result<()> {
    for (name, text) in language::GO {
        fs::write(folder.join(name), text)?;
    }
    fs::write(folder.join("go.mod"), "module conformance\n\ngo 1.21\n")?;
    let built = Command::new("go")
        .args(["build", "-o", language::GO_PROGRAM, "."])
        .current_dir(folder)
        .output()?;
    match built.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(
            String::from_utf8_lossy(&built.stderr).into_owned(),
        )),
    }
}
