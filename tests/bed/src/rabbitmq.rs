//! RabbitMQ.

use std::path::Path;
use std::process::Command;

use lapin::{Connection, ConnectionProperties};
use serde_json::Value;

use crate::definitions::definitions;
use crate::place::{Place, listens, ready};
use crate::process::Process;
use crate::{Error, http};

/// Where packages put the start script. The one in `PATH` is a wrapper that changes the user.
const SCRIPTS: [&str; 3] = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
];

/// User and password `guest`, who may do everything from this machine.
const GUEST: &str = "Basic Z3Vlc3Q6Z3Vlc3Q=";

/// A message broker with one node.
#[derive(Debug)]
pub struct RabbitMq {
    // Ended in this order.
    _server: Process,
    _names: Process,
    url: String,
    management: String,
}

impl RabbitMq {
    pub(crate) async fn start(place: &Place) -> Result<Self, Error> {
        let script = script()?;
        let folder = place.folder("rabbitmq")?;
        let [amqp, management, nodes, names] = place.ports.take()?;

        // Erlang would leave a name server behind that all nodes of the machine share.
        let mut epmd = Command::new("epmd");
        epmd.args(["-port", &names.to_string(), "-address", "127.0.0.1"]);
        let mut epmd = place.start("epmd", &epmd)?;
        ready("epmd", &mut epmd, || listens(names)).await?;

        let mut server = Command::new(script);
        server
            .env("ERL_EPMD_PORT", names.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            // Its cookie lies there.
            .env("HOME", &folder)
            .env("RABBITMQ_NODENAME", "testbed@localhost")
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", amqp.to_string())
            .env("RABBITMQ_DIST_PORT", nodes.to_string())
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}",
            )
            .env("RABBITMQ_MNESIA_BASE", folder.join("data"))
            .env("RABBITMQ_LOG_BASE", folder.join("logs"))
            .env("RABBITMQ_LOGS", "-")
            .env("RABBITMQ_PID_FILE", folder.join("pid"))
            // Nothing of the machine's own node.
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env(
                "RABBITMQ_CONFIG_FILE",
                place.file(
                    "rabbitmq.conf",
                    &format!(
                        "management.tcp.ip = 127.0.0.1\n\
                         management.tcp.port = {management}\n\
                         log.console.level = warning\n"
                    ),
                )?,
            )
            .env(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                place.file("rabbitmq-plugins", "[rabbitmq_management].")?,
            );
        let mut server = place.start("rabbitmq", &server)?;
        let url = format!("amqp://guest:guest@127.0.0.1:{amqp}/%2f");
        ready("rabbitmq", &mut server, || async {
            listens(amqp).await && listens(management).await && connection(&url).await.is_ok()
        })
        .await?;
        Ok(Self {
            _server: server,
            _names: epmd,
            url,
            management: format!("http://127.0.0.1:{management}"),
        })
    }

    /// Its address, with the user and the virtual host.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Address of its user interface and HTTP API, for user and password `guest`.
    pub fn management(&self) -> &str {
        &self.management
    }

    /// Makes exchanges, queues, bindings and policies from a document as RabbitMQ exports them.
    ///
    /// # Errors
    /// When the server refuses them.
    pub async fn define(&self, definitions: &Value) -> Result<(), Error> {
        let url = format!("{}/api/definitions", self.management);
        let headers = [
            ("Authorization", GUEST),
            ("Content-Type", "application/json"),
        ];
        let answer = http::post(&url, &headers, definitions.to_string()).await?;
        succeeded(&answer)
    }

    /// Makes what manifests of `rabbitmq.com` describe: Exchange, Queue, Binding and Policy.
    ///
    /// # Errors
    /// When one is of another kind, or the server refuses it.
    pub async fn apply(&self, manifests: &[Value]) -> Result<(), Error> {
        self.define(&definitions(manifests)?).await
    }

    /// Asks the HTTP API, such as for `queues/%2f/events`.
    ///
    /// # Errors
    /// When there is no such thing.
    pub async fn ask(&self, path: &str) -> Result<Value, Error> {
        let url = format!("{}/api/{path}", self.management);
        let answer = http::get(&url, &[("Authorization", GUEST)]).await?;
        succeeded(&answer)?;
        serde_json::from_slice(&answer.body).map_err(|error| Error::request("rabbitmq", error))
    }

    /// A new connection.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn connection(&self) -> Result<Connection, Error> {
        connection(&self.url).await
    }
}

fn succeeded(answer: &http::Response) -> Result<(), Error> {
    if answer.status.is_success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&answer.body).into_owned();
    Err(Error::request("rabbitmq", why))
}

/// A new connection to an address with user and virtual host.
pub(crate) async fn connection(url: &str) -> Result<Connection, Error> {
    Connection::connect(url, ConnectionProperties::default())
        .await
        .map_err(|error| Error::request("rabbitmq", error))
}

/// The start script, where RabbitMQ is installed.
pub(crate) fn script() -> Result<&'static Path, Error> {
    SCRIPTS
        .into_iter()
        .map(Path::new)
        .find(|path| path.is_file())
        .ok_or(Error::Missing {
            what: "rabbitmq-server",
            help: "install it with `apt-get install rabbitmq-server` or `brew install rabbitmq`",
        })
}
