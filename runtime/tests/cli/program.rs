//! The program, and a client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longest wait for anything. Go's compiler may be cold.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, without the variables that functions have.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-runtime"));
    for name in [
        "PORT",
        "HANDLER",
        "FUNCTION_NAME",
        "FUNCTION_NAMESPACE",
        "BROKER_URL",
        "K_SINK",
    ] {
        command.env_remove(name);
    }
    command
        .env_remove("LOG_FORMAT")
        .env_remove("LOG_LEVEL")
        .stdin(Stdio::null());
    command
}

pub(crate) fn output(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

pub(crate) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

/// A program that serves; it is killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        collect(child.stdout.take().unwrap(), &said);
        collect(child.stderr.take().unwrap(), &said);
        Self { child, said }
    }

    /// What it has printed.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until something is printed.
    pub(crate) fn wait_for(&self, needle: &str) -> String {
        let begun = Instant::now();
        loop {
            let said = self.said();
            if said.contains(needle) {
                return said;
            }
            assert!(begun.elapsed() < PATIENCE, "no {needle:?} in:\n{said}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The command that it proposes.
    pub(crate) fn proposal(&self) -> String {
        let said = self.wait_for("Ctrl-C ends.");
        let line = said
            .lines()
            .find(|line| line.starts_with("  curl "))
            .expect("a proposal");
        line.trim().to_owned()
    }

    pub(crate) fn port(&self) -> u16 {
        let proposal = self.proposal();
        let (_, rest) = proposal.split_once("http://127.0.0.1:").unwrap();
        rest.split(' ').next().unwrap().parse().unwrap()
    }

    /// Interrupts it, and waits for its end.
    pub(crate) fn interrupt(mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        self.signal();
        (self.child.wait().unwrap(), begun.elapsed())
    }

    pub(crate) fn signal(&self) {
        let mut kill = Command::new("kill");
        kill.args(["-INT", &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked to end, it leaves nothing behind.
        if self.has_ended() {
            return;
        }
        self.signal();
        let begun = Instant::now();
        while !self.has_ended() && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(stream: impl Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            said.lock().unwrap().push_str(&(line + "\n"));
        }
    });
}

/// Posts JSON, and does not wait for the answer.
pub(crate) fn send(port: u16, json: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = json.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{json}"
    )
    .unwrap();
    stream
}

/// Posts JSON; the status, and the JSON of the answer.
pub(crate) fn post(port: u16, json: &str) -> (u16, Value) {
    let mut stream = send(port, json);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (
        status,
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}")),
    )
}

/// What the handler made of JSON.
pub(crate) fn result(port: u16, json: &str) -> Value {
    let (status, answer) = post(port, json);
    assert_eq!(status, 200, "{answer}");
    answer["result"]["body"].clone()
}

/// A port that nobody has.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
