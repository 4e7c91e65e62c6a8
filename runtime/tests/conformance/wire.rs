//! HTTP/1.1 by hand: what is sent arrives as it was written, in wrong forms, too.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

/// Longest wait for an answer: longer than any of the runtime's own.
const PATIENCE: Duration = Duration::from_secs(40);

#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

/// A request or an answer as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The words of the first line.
    pub(crate) start: Vec<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn status(&self) -> u16 {
        self.start[1].parse().unwrap_or_default()
    }
}

/// Sends a request on a connection of its own.
pub(crate) fn exchange(port: u16, request: &Request) -> io::Result<Message> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.path).into_bytes();
    let mut headers = vec![("host".to_owned(), b"function".to_vec())];
    headers.extend_from_slice(&request.headers);
    if !headers.iter().any(|(name, _)| name == "transfer-encoding") {
        let length = request.body.len().to_string();
        headers.push(("content-length".to_owned(), length.into_bytes()));
    }
    for (name, value) in headers {
        head.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
    }
    head.extend(b"\r\n");
    (&stream).write_all(&head)?;
    // A body that is too long may not be read to its end.
    let _ = (&stream).write_all(&request.body);
    let has_body = request.method != "HEAD";
    let answer = read(&mut BufReader::new(&stream), has_body)?;
    answer.ok_or_else(|| io::Error::other("the connection ended without an answer"))
}

/// Reads a message; none where the other side has ended the connection.
pub(crate) fn read(stream: &mut impl BufRead, has_body: bool) -> io::Result<Option<Message>> {
    let mut start = String::new();
    if stream.read_line(&mut start)? == 0 {
        return Ok(None);
    }
    let mut headers = HeaderMap::new();
    loop {
        let mut line = Vec::new();
        stream.read_until(b'\n', &mut line)?;
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            break;
        };
        let name = HeaderName::from_bytes(&line[..colon]).map_err(io::Error::other)?;
        let value =
            HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).map_err(io::Error::other)?;
        headers.append(name, value);
    }
    let length = headers
        .get("content-length")
        .and_then(|text| text.to_str().ok()?.parse().ok());
    let mut body = vec![0; length.filter(|_| has_body).unwrap_or(0)];
    stream.read_exact(&mut body)?;
    let start = start.split_whitespace().map(str::to_owned).collect();
    Ok(Some(Message {
        start,
        headers,
        body,
    }))
}
