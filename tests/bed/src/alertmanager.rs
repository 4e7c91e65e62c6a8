//! Alertmanager.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::place::{Place, listens, ready};
use crate::process::Process;
use crate::{Error, Sink};

/// Notifies of each alert alone, at once, when it fires and when it is resolved.
fn config(receiver: &str) -> String {
    // JSON is YAML.
    json!({
        "route": {
            "receiver": "sink",
            "group_by": ["..."],
            "group_wait": "50ms",
            "group_interval": "200ms",
        },
        "receivers": [{ "name": "sink", "webhook_configs": [{ "url": receiver }] }],
    })
    .to_string()
}

/// The server that alerts are sent to.
#[derive(Debug)]
pub struct Alertmanager {
    _server: Process,
    url: String,
    notified: Sink,
}

impl Alertmanager {
    pub(crate) async fn start(binaries: &Path, place: &Place) -> Result<Self, Error> {
        let [port] = place.ports.take()?;
        let notified = Sink::start().await?;
        let mut server = Command::new(binaries.join("alertmanager"));
        server
            .arg("--config.file")
            .arg(place.file("alertmanager.yml", &config(notified.url()))?);
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
            notified,
        })
    }

    /// Its address; the API is at `/api/v2`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The receiver of its notifications: one when an alert begins to fire, one when it is resolved.
    pub fn notified(&self) -> &Sink {
        &self.notified
    }
}
