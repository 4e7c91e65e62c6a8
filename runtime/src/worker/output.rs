//! What workers write to their file descriptors 1 and 2.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::yield_now;

/// Longest piece of a line.
const LINE: usize = 64 << 10;

/// Bytes of standard error that are kept to explain an end.
const TAIL: usize = 4 << 10;

/// Lines after which others get their turn: output may have no end.
const TURN: usize = 32;

/// Begins a line by which a worker says whose lines follow.
const SEPARATOR: u8 = 0x1e;

/// The last lines of standard error.
#[derive(Debug, Default)]
pub(super) struct Tail(Mutex<VecDeque<String>>);

impl Tail {
    /// Adds a line, and forgets the oldest ones.
    pub(super) fn push(&self, line: &str) {
        let Ok(mut lines) = self.0.lock() else { return };
        lines.push_back(line.chars().take(TAIL / 4).collect());
        while lines.len() > 1 && lines.iter().map(String::len).sum::<usize>() > TAIL {
            lines.pop_front();
        }
    }

    /// All that is kept; nothing is left.
    pub(super) fn take(&self) -> Option<String> {
        let lines = std::mem::take(&mut *self.0.lock().ok()?);
        let text = Vec::from(lines).join("\n");
        (!text.is_empty()).then_some(text)
    }
}

/// Reads lines until the end, and gives each with the call that the worker has named last. A line
/// that is too long comes in pieces: reading never stops, or the worker would.
pub(super) async fn read_lines(
    mut output: impl AsyncRead + Unpin,
    mut line: impl FnMut(&str, Option<u64>),
) {
    let mut call = None;
    let mut pending = Vec::new();
    let mut lines = 0usize;
    let mut piece = vec![0; 16 << 10];
    loop {
        let length = match output.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        let mut rest = &piece[..length];
        while let Some(end) = memchr::memchr(b'\n', rest) {
            pending.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            end_line(&mut pending, &mut call, &mut line);
            lines += 1;
            if lines.is_multiple_of(TURN) {
                yield_now().await;
            }
        }
        pending.extend_from_slice(rest);
        if pending.len() >= LINE {
            end_line(&mut pending, &mut call, &mut line);
        }
    }
    if !pending.is_empty() {
        end_line(&mut pending, &mut call, &mut line);
    }
}

fn end_line(
    pending: &mut Vec<u8>,
    call: &mut Option<u64>,
    line: &mut impl FnMut(&str, Option<u64>),
) {
    // It follows the text directly where the call before has ended without a newline.
    let named = memchr::memrchr(SEPARATOR, pending).and_then(|at| {
        let id = std::str::from_utf8(&pending[at + 1..]).ok()?;
        Some((at, id.parse().ok()?))
    });
    let text = &pending[..named.map_or(pending.len(), |(at, _)| at)];
    if named.is_none() || !text.is_empty() {
        line(&String::from_utf8_lossy(text), *call);
    }
    if let Some((_, id)) = named {
        *call = Some(id);
    }
    pending.clear();
}
