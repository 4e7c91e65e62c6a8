//! Takes what a function sends: to its broker, its dead-letter sink and its scheduler.

use std::collections::HashMap;
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use knative_lambda_events::Envelope;
use serde_json::Value;

use crate::wire::{self, Message};

/// A server that remembers what it has taken. The path says what it is: `/broker`, `/dead` and
/// `/callback`, its real path and `/v1/traces` take everything, `/refuse/503` answers so, and `/late/N/broker` refuses each
/// message N times before it takes it.
#[derive(Clone)]
pub(crate) struct Sink {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    refused: Arc<Mutex<HashMap<String, usize>>>,
}

/// What was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// Last part of the path.
    pub(crate) by: String,
    /// The event in the JSON format, or the JSON that is none.
    pub(crate) json: Value,
    pub(crate) message: Message,
}

impl Sink {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Self {
            port: listener.local_addr()?.port(),
            taken: Arc::default(),
            refused: Arc::default(),
        };
        let own = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = own.clone();
                // Connections end with the function.
                std::thread::spawn(move || sink.serve(&stream));
            }
        });
        Ok(sink)
    }

    /// What was taken of a case.
    pub(crate) fn of(&self, case: &str) -> Vec<Taken> {
        let taken = self.taken.lock().unwrap();
        let of_case = taken
            .iter()
            .filter(|taken| taken.json.to_string().contains(case));
        of_case.cloned().collect()
    }

    fn serve(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        while let Some(message) = wire::read(&mut reader, true)? {
            let status = self.take(&message);
            let answer = format!("HTTP/1.1 {status} Some\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes())?;
        }
        Ok(())
    }

    fn take(&self, message: &Message) -> u16 {
        let parts: Vec<_> = message.start[1]
            .trim_start_matches('/')
            .split('/')
            .collect();
        let json = to_json(message);
        match parts[..] {
            ["refuse", status] => return status.parse().unwrap_or(500),
            ["late", times, _] => {
                let mut refused = self.refused.lock().unwrap();
                let count = refused.entry(json.to_string()).or_default();
                *count += 1;
                if *count <= times.parse().unwrap_or_default() {
                    return 503;
                }
            }
            _ => {}
        }
        let by = match parts[..] {
            ["fusion", "execution", "response"] => "callback",
            _ => parts.last().copied().unwrap_or_default(),
        }
        .to_owned();
        self.taken.lock().unwrap().push(Taken {
            by,
            json,
            message: message.clone(),
        });
        202
    }
}

/// The event of a message in the JSON format, by a reader that is not the runtime's own; else its
/// body.
pub(crate) fn to_json(message: &Message) -> Value {
    let headers = message
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()));
    match Envelope::from_http(headers, &message.body) {
        Ok(event) => event.to_value(),
        Err(_) => serde_json::from_slice(&message.body)
            .unwrap_or_else(|_| String::from_utf8_lossy(&message.body).into()),
    }
}
