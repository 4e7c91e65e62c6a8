//! Frames between the runtime and its workers: `docs/worker-protocol.md`.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Length of a frame without payload, after the length itself.
const HEAD: usize = 9;

/// Longest frame: the largest body that can be configured, and its context.
pub(super) const FRAME_LIMIT: usize = (64 << 20) + (64 << 10);

/// What a worker sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The handler is loaded.
    Ready,
    /// A call succeeded.
    Result,
    /// A call failed.
    Error,
    /// A line for the log.
    Log,
    /// The handler cannot be loaded.
    Failed,
    /// Answers a ping.
    Pong,
}

impl Kind {
    fn read(byte: u8) -> Option<Self> {
        Some(match byte {
            16 => Self::Ready,
            17 => Self::Result,
            18 => Self::Error,
            19 => Self::Log,
            20 => Self::Failed,
            21 => Self::Pong,
            _ => return None,
        })
    }
}

/// A frame of a worker.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    /// What it says.
    pub kind: Kind,
    /// The call that it belongs to; 0 for none.
    pub id: u64,
    /// The rest.
    pub payload: Bytes,
}

/// Bytes that are no frame: the connection is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The length is too small or too large.
    Length(u32),
    /// No such kind.
    Kind(u8),
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Length(length) => write!(f, "a frame of {length} bytes"),
            Self::Kind(kind) => write!(f, "a frame of kind {kind}"),
        }
    }
}

/// Takes the next frame out of what was read; `None` where more must be read. What is still to
/// come of a frame whose length is known is reserved, so that a large one is not copied again and
/// again.
///
/// # Errors
/// When the bytes are no frame.
pub(super) fn take(buffer: &mut BytesMut) -> Result<Option<Frame>, Broken> {
    let Some(head) = buffer.first_chunk::<4>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*head);
    let size = length as usize;
    if !(HEAD..=FRAME_LIMIT).contains(&size) {
        return Err(Broken::Length(length));
    }
    if buffer.len() < 4 + size {
        buffer.reserve(4 + size - buffer.len());
        return Ok(None);
    }
    let mut frame = buffer.split_to(4 + size).freeze();
    frame.advance(4);
    let kind = frame.get_u8();
    let id = frame.get_u64();
    let kind = Kind::read(kind).ok_or(Broken::Kind(kind))?;
    Ok(Some(Frame {
        kind,
        id,
        payload: frame,
    }))
}

/// Kinds of data in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DataKind {
    /// None.
    Absent = 0,
    /// JSON.
    Json = 1,
    /// Text in UTF-8.
    Text = 2,
    /// Bytes.
    Binary = 3,
}

/// Writes a call.
pub(super) fn put_invoke(
    buffer: &mut BytesMut,
    id: u64,
    context: &[u8],
    kind: DataKind,
    data: &[u8],
) {
    let size = HEAD + 1 + 4 + context.len() + data.len();
    buffer.reserve(4 + size);
    // Bodies are bounded far below 4 GiB.
    buffer.put_u32(size as u32);
    buffer.put_u8(1);
    buffer.put_u64(id);
    buffer.put_u8(kind as u8);
    buffer.put_u32(context.len() as u32);
    buffer.put_slice(context);
    buffer.put_slice(data);
}

/// Asks a worker to end what runs, and itself.
pub(super) fn put_drain(buffer: &mut BytesMut) {
    put_empty(buffer, 2);
}

/// Asks an idle worker for a sign of life.
pub(super) fn put_ping(buffer: &mut BytesMut) {
    put_empty(buffer, 3);
}

fn put_empty(buffer: &mut BytesMut, kind: u8) {
    buffer.put_u32(HEAD as u32);
    buffer.put_u8(kind);
    buffer.put_u64(0);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn frame(kind: u8, id: u64, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.put_u32((HEAD + payload.len()) as u32);
        bytes.put_u8(kind);
        bytes.put_u64(id);
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        let mut short = BytesMut::from(&[0, 0, 0, 8, 16][..]);
        assert_eq!(take(&mut short), Err(Broken::Length(8)));
        let mut long = BytesMut::from(&[0xff; 4][..]);
        assert_eq!(take(&mut long), Err(Broken::Length(u32::MAX)));
        let mut odd = BytesMut::from(&frame(99, 1, b"")[..]);
        assert_eq!(take(&mut odd), Err(Broken::Kind(99)));
    }

    proptest! {
        #[test]
        fn frames_are_read_however_they_arrive(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..8),
            cut in 1usize..64,
        ) {
            let bytes: Vec<u8> = payloads.iter().zip(1..).flat_map(|(p, id)| frame(17, id, p)).collect();
            let mut buffer = BytesMut::new();
            let mut read = Vec::new();
            for piece in bytes.chunks(cut) {
                buffer.extend_from_slice(piece);
                while let Some(frame) = take(&mut buffer).unwrap() {
                    read.push(frame.payload.to_vec());
                }
            }
            prop_assert_eq!(read, payloads);
            prop_assert!(buffer.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut buffer = BytesMut::from(&bytes[..]);
            while let Ok(Some(_)) = take(&mut buffer) {}
        }
    }
}
