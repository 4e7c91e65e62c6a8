//! RabbitMQ.

use std::path::Path;
use std::process::Command;

use lapin::{Connection, ConnectionProperties};

use crate::Error;
use crate::place::{Place, listens, ports, ready};
use crate::process::Process;

/// Where packages put the start script. The one in `PATH` is a wrapper that changes the user.
const SCRIPTS: [&str; 3] = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
];

/// A message broker with one node.
#[derive(Debug)]
pub struct RabbitMq {
    // Ended in this order.
    _server: Process,
    _names: Process,
    url: String,
}

impl RabbitMq {
    pub(crate) async fn start(place: &Place) -> Result<Self, Error> {
        let script = script()?;
        let folder = place.folder("rabbitmq")?;
        let [amqp, nodes, names] = ports()?;

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
            .env("RABBITMQ_CONFIG_FILE", place.file("rabbitmq.conf", "")?)
            .env(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                place.file("rabbitmq-plugins", "[].")?,
            );
        let mut server = place.start("rabbitmq", &server)?;
        let url = format!("amqp://guest:guest@127.0.0.1:{amqp}/%2f");
        ready("rabbitmq", &mut server, || async {
            listens(amqp).await && connect(&url).await.is_ok()
        })
        .await?;
        Ok(Self {
            _server: server,
            _names: epmd,
            url,
        })
    }

    /// Its address, with the user and the virtual host.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A new connection.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn connection(&self) -> Result<Connection, Error> {
        connect(&self.url)
            .await
            .map_err(|error| Error::request("rabbitmq", error))
    }
}

async fn connect(url: &str) -> lapin::Result<Connection> {
    Connection::connect(url, ConnectionProperties::default()).await
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
