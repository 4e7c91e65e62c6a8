//! Alertmanager.

use std::path::Path;
use std::process::Command;

use crate::Error;
use crate::place::{Place, listens, ports, ready};
use crate::process::Process;

/// Keeps alerts and notifies nobody.
const CONFIG: &str = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

/// The server that alerts are sent to.
#[derive(Debug)]
pub struct Alertmanager {
    _server: Process,
    url: String,
}

impl Alertmanager {
    pub(crate) async fn start(binaries: &Path, place: &Place) -> Result<Self, Error> {
        let [port] = ports()?;
        let mut server = Command::new(binaries.join("alertmanager"));
        server
            .arg("--config.file")
            .arg(place.file("alertmanager.yml", CONFIG)?);
        server
            .arg("--storage.path")
            .arg(place.folder("alertmanager")?);
        server.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        // Alone: no cluster.
        server.arg("--cluster.listen-address=");
        let mut server = place.start("alertmanager", &server)?;
        ready("alertmanager", &mut server, || listens(port)).await?;
        Ok(Self {
            _server: server,
            url: format!("http://127.0.0.1:{port}"),
        })
    }

    /// Its address; the API is at `/api/v2`.
    pub fn url(&self) -> &str {
        &self.url
    }
}
