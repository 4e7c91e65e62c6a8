//! Plays the runtime for one worker.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use knative_lambda_runtime::language::{self, Code};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const INVOKE: u8 = 1;
pub(crate) const DRAIN: u8 = 2;
pub(crate) const PING: u8 = 3;
pub(crate) const READY: u8 = 16;
pub(crate) const RESULT: u8 = 17;
pub(crate) const ERROR: u8 = 18;
pub(crate) const LOG: u8 = 19;
pub(crate) const FAILED: u8 = 20;
pub(crate) const PONG: u8 = 21;

/// Bytes that a result may have in these tests.
pub(crate) const RESULT_LIMIT: usize = 1 << 20;

/// What an event may have as data.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Nothing,
    Json(Value),
    Text(&'static str),
    Bytes(&'static [u8]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Node,
    Go,
}

impl Language {
    /// The worker for a folder of fixtures, whose own files are written to `folder`.
    fn command(self, code: &str, folder: &Path) -> Command {
        let code = match self {
            Self::Python => Code::new(language::Language::Python, fixtures(code)),
            Self::Node => Code::new(language::Language::NodeJs, fixtures(code)),
            Self::Go => return Command::new(build(code)),
        };
        let words = code.command(folder).unwrap();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    }
}

pub(crate) fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/workers")
        .join(folder)
}

/// Compiles the Go worker with the user's folder, once for each.
fn build(folder: &str) -> &'static Path {
    static MAIN: OnceLock<PathBuf> = OnceLock::new();
    static MAP: OnceLock<PathBuf> = OnceLock::new();
    static NAMES: OnceLock<PathBuf> = OnceLock::new();
    static WRONG: OnceLock<PathBuf> = OnceLock::new();
    let built = match folder {
        "go" => &MAIN,
        "go-map" => &MAP,
        "go-names" => &NAMES,
        _ => &WRONG,
    };
    built.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        let _ = std::fs::remove_dir_all(&target);
        let copied = Command::new("cp")
            .arg("-r")
            .arg(fixtures(folder))
            .arg(&target)
            .status()
            .unwrap();
        assert!(copied.success());
        for (name, text) in language::GO {
            std::fs::write(target.join(name), text).unwrap();
        }
        let go = Command::new("go")
            .args(["build", "-o", "worker", "."])
            .current_dir(&target)
            .envs([
                ("GO111MODULE", "on"),
                ("GOFLAGS", "-mod=mod"),
                ("GOPROXY", "off"),
                ("CGO_ENABLED", "0"),
            ])
            .output()
            .unwrap();
        assert!(
            go.status.success(),
            "{}",
            String::from_utf8_lossy(&go.stderr)
        );
        target.join("worker")
    })
}

/// A frame of the worker.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) call: u64,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).unwrap()
    }
}

pub(crate) struct Host {
    pub(crate) child: Child,
    pub(crate) socket: UnixStream,
    outputs: Vec<JoinHandle<String>>,
    _folder: TempDir,
}

impl Host {
    /// Starts a worker and accepts its connection.
    pub(crate) fn start(language: Language, code: &str, handler: &str, concurrency: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let mut child = language
            .command(code, folder.path())
            .env("LAMBDA_SOCKET", &path)
            .env("LAMBDA_CODE", fixtures(code))
            .env("HANDLER", handler)
            .env("LAMBDA_CONCURRENCY", concurrency.to_string())
            .env("LAMBDA_RESULT_LIMIT", RESULT_LIMIT.to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("LOG_LEVEL")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let outputs = vec![
            collect(child.stdout.take().unwrap()),
            collect(child.stderr.take().unwrap()),
        ];
        let (socket, _) = listener.accept().unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        Self {
            child,
            socket,
            outputs,
            _folder: folder,
        }
    }

    /// Starts a worker that must load its handler.
    pub(crate) fn ready(language: Language, code: &str, handler: &str, concurrency: usize) -> Self {
        let mut host = Self::start(language, code, handler, concurrency);
        let (frame, _) = host.skip_logs();
        assert_eq!(
            (frame.kind, frame.call),
            (READY, 0),
            "{}",
            String::from_utf8_lossy(&frame.payload)
        );
        assert!(
            frame.json()["version"]
                .as_str()
                .unwrap()
                .starts_with(|c: char| c.is_ascii_digit())
        );
        host
    }

    /// The next frame; none when the worker has closed the socket.
    pub(crate) fn next(&mut self) -> Option<Frame> {
        let mut header = [0; 13];
        self.socket.read_exact(&mut header).ok()?;
        let length = u32::from_be_bytes(header[..4].try_into().unwrap()) as usize;
        let mut payload = vec![0; length - 9];
        self.socket.read_exact(&mut payload).unwrap();
        Some(Frame {
            kind: header[4],
            call: u64::from_be_bytes(header[5..].try_into().unwrap()),
            payload,
        })
    }

    /// The next frame that is no log, and the logs before it.
    pub(crate) fn skip_logs(&mut self) -> (Frame, Vec<Frame>) {
        let mut logs = Vec::new();
        loop {
            let frame = self.next().expect("the worker has closed the socket");
            if frame.kind != LOG {
                return (frame, logs);
            }
            logs.push(frame);
        }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    /// Runs one call and returns its outcome with its logs.
    pub(crate) fn call(&mut self, id: u64, data: &Data) -> (Frame, Vec<Frame>) {
        self.send(&invoke(id, data));
        let (outcome, logs) = self.skip_logs();
        assert_eq!(outcome.call, id);
        (outcome, logs)
    }

    /// Waits for the end of the process; its status and what it has written to its descriptors.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>) {
        let status = wait(&mut self.child);
        (
            status,
            self.outputs
                .into_iter()
                .map(|output| output.join().unwrap())
                .collect(),
        )
    }
}

fn collect(mut output: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        output.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("the worker does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A frame without payload that belongs to no call.
pub(crate) fn signal(kind: u8) -> Vec<u8> {
    frame(kind, 0, &[])
}

pub(crate) fn invoke(id: u64, data: &Data) -> Vec<u8> {
    let (kind, bytes) = match data {
        Data::Nothing => (0, Vec::new()),
        Data::Json(value) => (1, value.to_string().into_bytes()),
        Data::Text(text) => (2, text.as_bytes().to_vec()),
        Data::Bytes(bytes) => (3, bytes.to_vec()),
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    let context = json!({
        "invocationId": format!("call-{id}"),
        "attempt": 2,
        "deadline": now + 60_000,
        "timeout": 5000,
        "correlationId": "order-7",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "attributes": { "specversion": "1.0", "id": "1", "source": "/tests", "type": "test.type" },
    })
    .to_string();
    let mut payload = vec![kind];
    payload.extend((context.len() as u32).to_be_bytes());
    payload.extend(context.as_bytes());
    payload.extend(bytes);
    frame(INVOKE, id, &payload)
}

fn frame(kind: u8, call: u64, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32 + 9).to_be_bytes().to_vec();
    frame.push(kind);
    frame.extend(call.to_be_bytes());
    frame.extend(payload);
    frame
}
