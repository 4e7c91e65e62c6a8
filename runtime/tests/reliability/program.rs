//! A function that runs, and what its clients and the kernel see of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use knative_lambda_events::environment::Environment;
use knative_lambda_events::support::metric::Metric;
use knative_lambda_events::types;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// Longest wait for anything that happens at once on a quiet machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A function's process.
pub(crate) struct Program {
    child: Child,
    pub(crate) port: u16,
    pub(crate) log: Arc<Mutex<Vec<String>>>,
}

/// An answer, and how long it took.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) took: Duration,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// What the handler returned.
    pub(crate) fn result(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["result"]["body"].clone()
    }

    /// Message of the error.
    pub(crate) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn python() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reliability/python")
}

pub(crate) fn node() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reliability/node")
}

/// The program that serves the handlers in a folder.
pub(crate) fn serve(language: &str, code: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-runtime"));
    command.args(["serve", "--language", language, "--code"]);
    command.arg(code);
    command
}

/// A port that nobody uses. Others may take it before it is used, which is rare.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

impl Program {
    /// Starts the Python handlers with these variables, and waits until they are loaded.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let program = Self::spawn(&mut serve("python", &python()), variables);
        program.until_ready();
        program
    }

    pub(crate) fn spawn(command: &mut Command, variables: &[(&str, &str)]) -> Self {
        let mut program = Self::spawn_unread(command, variables);
        let output = program.child.stdout.take().unwrap();
        let lines = Arc::clone(&program.log);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                lines.lock().unwrap().push(line);
            }
        });
        program
    }

    /// As [`spawn`](Self::spawn), but nobody reads its log.
    pub(crate) fn spawn_unread(command: &mut Command, variables: &[(&str, &str)]) -> Self {
        let port = free_port();
        let child = command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env(Environment::FUNCTION_NAME.name, "chaos")
            .env(Environment::FUNCTION_NAMESPACE.name, "tests")
            .env(Environment::PORT.name, port.to_string())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::default();
        Self { child, port, log }
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.get("/health/ready") == Some(200)
    }

    pub(crate) fn until_ready(&self) {
        until("the function is ready", || self.is_ready());
    }

    /// Status of a page; `None` without an answer.
    pub(crate) fn get(&self, path: &str) -> Option<u16> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: f\r\nconnection: close\r\n\r\n");
        exchange(self.port, head.as_bytes()).map(|answer| answer.status)
    }

    /// Posts JSON.
    pub(crate) fn call(&self, event: &Value) -> Answer {
        self.try_call(event).expect("an answer")
    }

    pub(crate) fn try_call(&self, event: &Value) -> Option<Answer> {
        exchange(self.port, &post(event.to_string().as_bytes()))
    }

    /// Asks it to do what `what` names.
    pub(crate) fn ask(&self, what: &str) -> Answer {
        self.call(&serde_json::json!({ "do": what }))
    }

    /// Posts a call for which nobody waits.
    pub(crate) fn invoke_async(&self) -> Answer {
        let request = format!(
            "POST / HTTP/1.1\r\nhost: f\r\nconnection: close\r\nce-specversion: 1.0\r\nce-id: 1\r\nce-source: /tests\r\nce-type: {}\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{{\"do\":\"hello\"}}",
            types::INVOKE_ASYNC
        );
        exchange(self.port, request.as_bytes()).expect("an answer")
    }

    /// The process that runs the handler now.
    pub(crate) fn worker(&self) -> i64 {
        self.ask("hello").result()["pid"].as_i64().unwrap()
    }

    /// Processes of the worker's life `life` (from 0) in place `index`.
    pub(crate) fn of_life(&self, index: usize, life: usize) -> Vec<i32> {
        let needle = format!("LAMBDA_WORKER={}-{index}-{life}\0", self.pid());
        running_with("environ", needle.as_bytes())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn end(&mut self, patience: Duration) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < patience, "it has not ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// MiB that the front has now, or has had at most.
    pub(crate) fn memory(&self, figure: &str) -> u64 {
        memory(self.pid(), figure)
    }

    pub(crate) fn metric(&self, metric: Metric) -> f64 {
        let head = "GET /metrics HTTP/1.1\r\nhost: f\r\nconnection: close\r\n\r\n";
        let answer = exchange(self.port, head.as_bytes()).unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        let line = text.lines().find(|line| line.starts_with(metric.name));
        let line = line.unwrap_or_else(|| panic!("{} in {text}", metric.name));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }

    pub(crate) fn logged(&self, text: &str) -> bool {
        self.log
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(text))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// MiB of a line of `/proc/PID/status`.
pub(crate) fn memory(pid: i32, figure: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with(figure))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

/// A request that posts `body` as JSON.
pub(crate) fn post(body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST / HTTP/1.1\r\nhost: f\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

pub(crate) fn connect(port: u16) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(200)))?;
    Ok(stream)
}

/// Sends a request and reads the answer.
pub(crate) fn exchange(port: u16, request: &[u8]) -> Option<Answer> {
    let begun = Instant::now();
    let mut stream = connect(port).ok()?;
    stream.write_all(request).ok()?;
    read_answer(&mut stream, begun)
}

/// Reads an answer until its end.
pub(crate) fn read_answer(stream: &mut TcpStream, begun: Instant) -> Option<Answer> {
    let mut text = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let end = text.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&text[..end]).to_lowercase();
            let status = head.split(' ').nth(1)?.parse().ok()?;
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            let mut body = text.split_off(end + 4);
            let read = body.len();
            body.resize(length, 0);
            stream.read_exact(&mut body[read..]).ok()?;
            let took = begun.elapsed();
            return Some(Answer {
                status,
                head,
                body,
                took,
            });
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(length) => text.extend_from_slice(&piece[..length]),
        }
    }
}

/// Living processes in whose file of `/proc` this stands.
pub(crate) fn running_with(file: &str, needle: &[u8]) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        let text = std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        text.windows(needle.len()).any(|part| part == needle)
    })
    .filter(|pid| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        !state.is_empty() && !state.starts_with(['Z', 'X'])
    })
    .collect()
}

/// Waits for something that must happen soon.
pub(crate) fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < SOON, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Reads a request and its body; its head in small letters, or `None` at the end.
pub(crate) fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |length| length.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).ok()?;
    Some(head)
}
