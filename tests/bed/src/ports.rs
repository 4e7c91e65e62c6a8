//! Ports that one bed has to itself.

use std::io;
use std::net::TcpListener;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::Error;

/// Below the ports that systems give to whoever wants any, such as clients.
const ALL: Range<u16> = 26_000..30_000;

/// How many belong to a bed, the first of them its mark.
const BLOCK: u16 = 100;

/// A block of ports on loopback, until this is dropped. Servers that are not of a bed may hold some
/// of them.
#[derive(Debug)]
pub(crate) struct Ports {
    /// Listens at the first, so that no other bed takes the block, of whatever user it is.
    _mark: TcpListener,
    first: u16,
    taken: AtomicU16,
}

impl Ports {
    /// Takes the first block that no bed has.
    pub(crate) fn new() -> Result<Self, Error> {
        for first in ALL.step_by(BLOCK.into()) {
            if let Ok(mark) = listen(first) {
                return Ok(Self {
                    _mark: mark,
                    first,
                    taken: AtomicU16::new(0),
                });
            }
        }
        Err(none())
    }

    /// Free ports, all different.
    pub(crate) fn take<const N: usize>(&self) -> Result<[u16; N], Error> {
        let mut ports = [0; N];
        for port in &mut ports {
            let mut next = (1..BLOCK).map(|_| self.next());
            *port = next.find(|port| listen(*port).is_ok()).ok_or_else(none)?;
        }
        Ok(ports)
    }

    /// One after the other, so that a server has time to listen before its port is offered again.
    fn next(&self) -> u16 {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        self.first + 1 + taken % (BLOCK - 1)
    }
}

fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
}

fn none() -> Error {
    Error::file("127.0.0.1", io::ErrorKind::AddrInUse.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn beds_share_no_ports() {
        let beds = [Ports::new().unwrap(), Ports::new().unwrap()];
        let mut seen = BTreeSet::new();
        for bed in &beds {
            for _ in 1..BLOCK {
                let [port] = bed.take().unwrap();
                assert!(ALL.contains(&port));
                seen.insert(port);
            }
        }
        let blocks: BTreeSet<_> = seen.iter().map(|port| port / BLOCK).collect();
        assert_eq!(blocks.len(), 2, "{seen:?}");
        assert!(beds.iter().all(|bed| !seen.contains(&bed.first)));
    }

    #[test]
    fn ports_at_which_somebody_listens_are_passed_over() {
        let bed = Ports::new().unwrap();
        let [first, second] = bed.take().unwrap();
        let _others = [listen(first).unwrap(), listen(second).unwrap()];
        for _ in 1..BLOCK {
            let [port] = bed.take().unwrap();
            assert!(port != first && port != second);
        }
    }
}
