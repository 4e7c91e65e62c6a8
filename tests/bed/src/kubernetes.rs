//! etcd, kube-apiserver and kube-controller-manager.

use std::path::{Path, PathBuf};
use std::process::Command;

use kube::Client;
use kube::config::{Config, Kubeconfig};

use crate::place::{Place, listens, ready};
use crate::process::Process;
use crate::{Crds, Error, apply};

/// The user that the operator runs as: its ServiceAccount.
pub const OPERATOR: &str = "system:serviceaccount:knative-lambda:lambda-operator";

/// A token of this bed only; the API server listens on loopback.
const TOKEN: &str = "testbed";

/// The API server with its store and the controllers that jobs and deletion need.
pub struct Kubernetes {
    // Ended in this order.
    _controllers: Process,
    _server: Process,
    _etcd: Process,
    url: String,
    kubeconfig: PathBuf,
    client: Client,
}

impl Kubernetes {
    pub(crate) async fn start(binaries: &Path, place: &Place) -> Result<Self, Error> {
        let programs = Programs {
            program: binaries.join("controlplane"),
            folder: place.folder("kubernetes")?,
            place,
        };
        let [port] = place.ports.take()?;
        let url = format!("https://127.0.0.1:{port}");
        let kubeconfig = kubeconfig(&url, place)?;
        let client = client(&kubeconfig, None).await?;

        let (etcd, store) = programs.etcd().await?;
        let mut server = programs.server(&store, port)?;
        ready("kube-apiserver", &mut server, || async {
            is_ready(&client).await.is_ok()
        })
        .await?;
        Ok(Self {
            _controllers: programs.controllers(&kubeconfig)?,
            _server: server,
            _etcd: etcd,
            url,
            kubeconfig,
            client,
        })
    }

    /// A client with all rights.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// A client with the rights of `user`, such as [`OPERATOR`].
    ///
    /// # Errors
    /// When the client cannot be made.
    pub async fn client_as(&self, user: &str) -> Result<Client, Error> {
        client(&self.kubeconfig, Some(user)).await
    }

    /// Makes the API server serve a system's resources. Asking twice does no harm.
    ///
    /// # Errors
    /// When they cannot be downloaded, or the API server refuses them.
    pub async fn crds(&self, system: Crds) -> Result<(), Error> {
        apply::crds(&self.client, &system.path().await?).await
    }

    /// Address of the API server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A kubeconfig file with all rights.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }
}

/// The three programs, which are one.
struct Programs<'p> {
    program: PathBuf,
    folder: PathBuf,
    place: &'p Place,
}

impl Programs<'_> {
    /// The program by one of its names.
    fn named(&self, name: &str) -> Result<Command, Error> {
        let link = self.folder.join(name);
        std::os::unix::fs::symlink(&self.program, &link)
            .map_err(|error| Error::file(&link, error))?;
        Ok(Command::new(link))
    }

    /// Starts etcd and waits until it listens; gives its address too.
    async fn etcd(&self) -> Result<(Process, String), Error> {
        let [client_port, peer_port] = self.place.ports.take()?;
        let [store, peer] = [client_port, peer_port].map(|port| format!("http://127.0.0.1:{port}"));
        let mut etcd = self.named("etcd")?;
        etcd.arg("--data-dir").arg(self.folder.join("etcd-data"));
        etcd.args(["--listen-client-urls", &store]);
        etcd.args(["--advertise-client-urls", &store]);
        etcd.args(["--listen-peer-urls", &peer]);
        etcd.args(["--initial-advertise-peer-urls", &peer]);
        etcd.arg(format!("--initial-cluster=default={peer}"));
        etcd.args(["--unsafe-no-fsync", "--log-level=warn"]);
        let mut etcd = self.place.start("etcd", &etcd)?;
        ready("etcd", &mut etcd, || listens(client_port)).await?;
        Ok((etcd, store))
    }

    fn server(&self, store: &str, port: u16) -> Result<Process, Error> {
        let key = key(&self.program, self.place)?;
        let tokens = format!("{TOKEN},admin,admin,\"system:masters\"\n");
        let mut server = self.named("kube-apiserver")?;
        server.arg(format!("--etcd-servers={store}"));
        server
            .arg("--cert-dir")
            .arg(self.folder.join("certificates"));
        server.arg(format!("--secure-port={port}"));
        server
            .arg("--token-auth-file")
            .arg(self.place.file("tokens.csv", &tokens)?);
        server.arg("--service-account-key-file").arg(&key);
        server.arg("--service-account-signing-key-file").arg(&key);
        server.args([
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--allow-privileged",
            "--authorization-mode=RBAC",
            // Pods need no tokens here: nothing runs in them.
            "--disable-admission-plugins=ServiceAccount",
            "--service-account-issuer=https://kubernetes.default.svc",
        ]);
        self.place.start("kube-apiserver", &server)
    }

    fn controllers(&self, kubeconfig: &Path) -> Result<Process, Error> {
        let mut controllers = self.named("kube-controller-manager")?;
        controllers.arg("--kubeconfig").arg(kubeconfig);
        controllers.args([
            "--leader-elect=false",
            "--secure-port=0",
            "--controllers=job-controller,garbage-collector-controller,ttl-after-finished-controller,\
             namespace-controller,serviceaccount-controller,validatingadmissionpolicy-status-controller",
        ]);
        self.place.start("kube-controller-manager", &controllers)
    }
}

/// Whether the API server of a kubeconfig file is ready.
pub(crate) async fn answers(kubeconfig: &Path) -> Result<(), Error> {
    is_ready(&client(kubeconfig, None).await?).await
}

async fn is_ready(client: &Client) -> Result<(), Error> {
    let request = kube::core::Request::new("/readyz").list(&Default::default());
    let request = request.map_err(|error| Error::request("kube-apiserver", error))?;
    let answer = client.request_text(request).await;
    answer
        .map(drop)
        .map_err(|error| Error::request("kube-apiserver", error))
}

/// A key that the API server signs tokens of ServiceAccounts with.
fn key(program: &Path, place: &Place) -> Result<PathBuf, Error> {
    let output = Command::new(program)
        .arg("new-key")
        .output()
        .map_err(|error| Error::file(program, error))?;
    place.file(
        "service-account.key",
        &String::from_utf8_lossy(&output.stdout),
    )
}

fn kubeconfig(url: &str, place: &Place) -> Result<PathBuf, Error> {
    // JSON is YAML.
    let text = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "testbed",
        // Its certificate is made at its start, and it listens on loopback.
        "clusters": [{ "name": "testbed", "cluster": { "server": url, "insecure-skip-tls-verify": true } }],
        "contexts": [{ "name": "testbed", "context": { "cluster": "testbed", "user": "testbed" } }],
        "users": [{ "name": "testbed", "user": { "token": TOKEN } }],
    });
    place.file("kubeconfig", &text.to_string())
}

async fn client(kubeconfig: &Path, user: Option<&str>) -> Result<Client, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::request("kube-apiserver", error);
    let file = Kubeconfig::read_from(kubeconfig).map_err(|e| failed(&e))?;
    let mut config = Config::from_custom_kubeconfig(file, &Default::default())
        .await
        .map_err(|e| failed(&e))?;
    config.auth_info.impersonate = user.map(str::to_owned);
    Client::try_from(config).map_err(|e| failed(&e))
}
