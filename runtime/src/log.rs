//! Log lines on standard output: JSON for machines, or one line for people.
//!
//! A thread of its own writes them, so that a reader that does not read stops no call: lines that
//! find its queue full are dropped and counted.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use knative_lambda_events::environment::{LogFormat, LogLevel};
use knative_lambda_events::support::Timestamp;
use serde_json::{Map, Value};

/// Lines that wait to be written, and their bytes.
const QUEUE: usize = 4096;
const BYTES: usize = 16 << 20;

/// Writes log lines. Clones write to the same place.
#[derive(Clone, Debug)]
pub struct Logger {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    level: LogLevel,
    style: Style,
    dropped: AtomicU64,
    waiting: Arc<Waiting>,
    lines: SyncSender<Entry>,
}

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Json,
    Plain,
    Coloured,
}

/// What waits to be written.
#[derive(Debug, Default)]
struct Waiting {
    lines: AtomicUsize,
    bytes: AtomicUsize,
}

impl Waiting {
    /// Adds a line if there is room.
    fn add(&self, bytes: usize) -> bool {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.lines.fetch_add(1, Ordering::Relaxed);
        let fits = before + bytes <= BYTES;
        if !fits {
            self.remove(bytes);
        }
        fits
    }

    fn remove(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.lines.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
enum Entry {
    Line(String),
    Flush(SyncSender<()>),
}

impl Logger {
    /// Writes lines of `level` and above to `output`.
    pub fn new(level: LogLevel, format: LogFormat, output: impl Write + Send + 'static) -> Self {
        let style = match format {
            LogFormat::Json => Style::Json,
            LogFormat::Human => Style::Plain,
        };
        Self::styled(level, style, output)
    }

    /// As [`new`](Self::new), in colour for people at a terminal, unless `NO_COLOR` is set or the
    /// terminal has none.
    pub fn to_stream(
        level: LogLevel,
        format: LogFormat,
        stream: impl Write + IsTerminal + Send + 'static,
    ) -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let has_colours = stream.is_terminal()
            && set("NO_COLOR").is_none()
            && set("TERM").is_some_and(|terminal| terminal != "dumb");
        match format {
            LogFormat::Human if has_colours => Self::styled(level, Style::Coloured, stream),
            _ => Self::new(level, format, stream),
        }
    }

    fn styled(level: LogLevel, style: Style, output: impl Write + Send + 'static) -> Self {
        let (lines, queue) = sync_channel(QUEUE);
        let waiting = Arc::<Waiting>::default();
        let written = Arc::clone(&waiting);
        std::thread::spawn(move || write_all(&queue, output, &written));
        let dropped = AtomicU64::new(0);
        Self {
            shared: Arc::new(Shared {
                level,
                style,
                dropped,
                waiting,
                lines,
            }),
        }
    }

    /// Whether a person reads along.
    pub fn is_for_people(&self) -> bool {
        !matches!(self.shared.style, Style::Json)
    }

    /// Whether lines of this level are written.
    pub fn writes(&self, level: LogLevel) -> bool {
        level >= self.shared.level
    }

    /// Writes a line, its fields in their order.
    pub fn line(&self, level: LogLevel, message: &str, fields: Map<String, Value>) {
        if !self.writes(level) {
            return;
        }
        let shared = &*self.shared;
        // A line that would be dropped need not be made.
        if shared.waiting.lines.load(Ordering::Relaxed) < QUEUE {
            let line = match shared.style {
                Style::Json => json(level, message, fields),
                Style::Plain => human(level, message, &fields, ["", "", ""]),
                Style::Coloured => human(level, message, &fields, colours(level)),
            };
            let length = line.len();
            if shared.waiting.add(length) {
                if shared.lines.try_send(Entry::Line(line)).is_ok() {
                    return;
                }
                shared.waiting.remove(length);
            }
        }
        shared.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Lines that were dropped because nobody read fast enough.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Waits until everything before is written, at most for a second.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.shared.lines.try_send(Entry::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(std::time::Duration::from_secs(1));
        }
    }
}

fn write_all(queue: &Receiver<Entry>, mut output: impl Write, waiting: &Waiting) {
    while let Ok(entry) = queue.recv() {
        // Nothing can be done about an output that is gone.
        let _ = match entry {
            Entry::Line(line) => {
                let written = output.write_all(line.as_bytes());
                waiting.remove(line.len());
                written
            }
            Entry::Flush(done) => {
                let flushed = output.flush();
                let _ = done.send(());
                flushed
            }
        };
    }
}

fn json(level: LogLevel, message: &str, fields: Map<String, Value>) -> String {
    let mut line = Map::new();
    line.insert("time".into(), Timestamp::now().as_str().into());
    line.insert("level".into(), level.as_str().into());
    line.insert("message".into(), message.into());
    for (name, value) in fields {
        match line.contains_key(&name) {
            // A handler's, beside what the line is about.
            true => line.insert(format!("_{name}"), value),
            false => line.insert(name, value),
        };
    }
    let mut line = Value::Object(line).to_string();
    line.push('\n');
    line
}

/// What begins the level, what begins the fields, and what ends both, on a terminal with colours.
fn colours(level: LogLevel) -> [&'static str; 3] {
    let level = match level {
        LogLevel::Error => "\x1b[1;31m",
        LogLevel::Warn => "\x1b[33m",
        LogLevel::Info => "\x1b[32m",
        LogLevel::Debug | LogLevel::Trace => "\x1b[2m",
    };
    [level, "\x1b[2m", "\x1b[0m"]
}

fn human(
    level: LogLevel,
    message: &str,
    fields: &Map<String, Value>,
    [of_level, of_fields, end]: [&str; 3],
) -> String {
    let message = visible(message);
    let mut line = format!("{of_level}{:5}{end} {message}{of_fields}", level.as_str());
    let mut below = String::new();
    for (name, value) in fields {
        let _ = match value {
            // Stack traces, mostly.
            Value::String(text) if text.contains('\n') => text
                .lines()
                .try_for_each(|text| writeln!(below, "      {}", visible(text))),
            Value::String(text)
                if !text.contains(|c: char| c.is_control() || " \"".contains(c)) =>
            {
                write!(line, " {name}={text}")
            }
            value => write!(line, " {name}={value}"),
        };
    }
    line.push_str(end);
    line.push('\n');
    line.push_str(&below);
    line
}

/// A text without what would steer a terminal: events and handlers write it.
fn visible(text: &str) -> Cow<'_, str> {
    // Among them those that turn the direction of writing.
    let steers = |c: char| match c {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    if !text.contains(steers) {
        return text.into();
    }
    let shown = |c: char| match steers(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// The fields of a line: `fields! { "port" => 8080 }`.
macro_rules! fields {
    ($($name:literal => $value:expr),* $(,)?) => {{
        #[allow(unused_mut, reason = "there may be none")]
        let mut fields = serde_json::Map::new();
        $(fields.insert($name.into(), serde_json::Value::from($value));)*
        fields
    }};
}
pub(crate) use fields;

#[cfg(test)]
mod tests {
    use knative_lambda_events::environment::LogLevel;

    use super::{colours, human};

    #[test]
    fn what_is_logged_does_not_steer_a_terminal() {
        let fields = fields! { "a" => "\x1b[2J", "trace" => "x\n\x07" };
        let line = human(
            LogLevel::Info,
            "\u{9b}31m\tred\u{202e}",
            &fields,
            ["", "", ""],
        );
        let expected = "info  \\u{9b}31m\tred\\u{202e} a=\"\\u001b[2J\"\n      x\n      \\u{7}\n";
        assert_eq!(line, expected);
    }

    #[test]
    fn people_read_a_line_and_what_has_several_below_it() {
        let fields = fields! { "port" => 8080, "text" => "two words", "trace" => "a\n  b" };
        let plain = human(LogLevel::Warn, "Hm.", &fields, ["", "", ""]);
        let expected = "warn  Hm. port=8080 text=\"two words\"\n      a\n        b\n";
        assert_eq!(plain, expected);
        let coloured = human(LogLevel::Warn, "Hm.", &fields, colours(LogLevel::Warn));
        assert!(coloured.starts_with("\x1b[33mwarn \x1b[0m Hm.\x1b[2m port=8080"));
        let codes = ["\x1b[33m", "\x1b[2m", "\x1b[0m"];
        let stripped = codes
            .iter()
            .fold(coloured, |text, code| text.replace(code, ""));
        assert_eq!(stripped, expected);
    }
}
