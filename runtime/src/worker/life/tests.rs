//! Whatever a worker sends, every call is answered once or waits for the next worker.

#![allow(clippy::unwrap_used)]

use bytes::{BufMut, Bytes};
use knative_lambda_events::environment::LogFormat;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;

use super::*;
use crate::log::Logger;
use crate::worker::frame::DataKind;
use crate::worker::{Job, Launch, Settings};

/// Calls that wait when the worker says that it is ready.
const CALLS: usize = 6;

fn pool(concurrency: usize) -> Arc<Pool> {
    let settings = Settings {
        launch: Launch {
            command: Vec::new(),
            code: "/".into(),
            handler: "handler".into(),
            variables: Vec::new(),
            hidden: Vec::new(),
            concurrency,
            result_limit: 1024,
        },
        workers: 1,
        timeout: Duration::from_secs(60),
        startup_timeout: Duration::from_secs(60),
        queue_limit: CALLS,
        folder: "/".into(),
    };
    let logger = Logger::new(LogLevel::Debug, LogFormat::Json, io::sink());
    Pool::new(settings, logger)
}

fn job() -> Job {
    Job {
        context: Bytes::from_static(b"{}"),
        kind: DataKind::Absent,
        data: Bytes::new(),
        invocation_id: String::new(),
        deadline: None,
    }
}

/// A frame, right in its form.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let payload = prop_oneof![
        Just(b"{\"a\":1}".to_vec()),
        Just(b"\"\x80\"".to_vec()),
        Just(b"{\"class\":\"TransientError\",\"message\":\"m\",\"retryAfter\":1e300}".to_vec()),
        Just(b"{\"level\":\"info\",\"message\":\"m\",\"fields\":{}}".to_vec()),
        Just(b"{\"concurrency\":18446744073709551615}".to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    (15u8..23, 0..CALLS as u64 + 2, payload).prop_map(|(kind, id, payload)| {
        let mut bytes = Vec::new();
        bytes.put_u32(9 + payload.len() as u32);
        bytes.put_u8(kind);
        bytes.put_u64(id);
        bytes.extend(payload);
        bytes
    })
}

/// Lets a worker send `pieces`, and end. How many calls were answered, and how many wait.
async fn converse(concurrency: usize, pieces: &[Vec<u8>]) -> (usize, usize) {
    let pool = pool(concurrency);
    let mut calls: Vec<_> = (0..CALLS).map(|_| pool.submit(job()).unwrap()).collect();
    let (stream, mut worker) = UnixStream::pair().unwrap();
    let mut session = Session {
        pool: &pool,
        index: 0,
        stream,
        incoming: BytesMut::new(),
        begun: Instant::now(),
        asked: None,
        loaded: false,
        over: false,
        more: false,
    };
    let mut end = End::Exited(None);
    for piece in pieces {
        worker.write_all(piece).await.unwrap();
        session.stream.readable().await.unwrap();
        if let Some(seen) = session.read(&mut None) {
            end = seen;
            break;
        }
    }
    session.stop();
    let _ = session.read(&mut None);
    session.close(end, None, &Tail::default()).await;
    let mut answered = 0;
    for call in &mut calls {
        if let Ok(outcome) = call.try_recv() {
            answered += 1;
            if let Ok(json) = outcome.ending {
                serde_json::from_slice::<Value>(&json).unwrap();
            }
        }
    }
    let (waiting, sent) = pool.load();
    assert_eq!(sent, 0);
    (answered, waiting)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_call_is_lost_whatever_a_worker_sends(
        concurrency in 1usize..4,
        frames in prop::collection::vec(frame(), 0..12),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        cut in 1usize..100,
    ) {
        let mut bytes = frames.concat();
        for (index, byte) in changes {
            if !bytes.is_empty() {
                let index = index.index(bytes.len());
                bytes[index] = byte;
            }
        }
        // Most workers say first that they are ready.
        let mut pieces = vec![b"\0\0\0\x0b\x10\0\0\0\0\0\0\0\0{}".to_vec()];
        pieces.extend(bytes.chunks(cut).map(<[u8]>::to_vec));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (answered, waiting) = runtime.block_on(converse(concurrency, &pieces));
        prop_assert_eq!(answered + waiting, CALLS);
    }

    #[test]
    fn no_call_is_lost_to_a_worker_that_sends_noise(
        noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..80), 0..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (answered, waiting) = runtime.block_on(converse(1, &noise));
        prop_assert_eq!((answered, waiting), (0, CALLS));
    }
}
