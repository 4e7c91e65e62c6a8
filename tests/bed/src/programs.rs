//! The servers' programs, built from their published sources.

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Error;

/// A Go module of this crate that servers are built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Program {
    /// etcd, kube-apiserver and kube-controller-manager in one, by the name it is called by.
    ControlPlane,
    /// Flux's notification-controller.
    Flux,
    /// Ingress and dispatcher of Knative's RabbitMQ broker.
    RabbitMqBroker,
    /// Alertmanager.
    Alertmanager,
    /// kubectl and Helm.
    Clients,
    /// What Knative's webhooks judge objects by.
    KnativeValidation,
}

impl Program {
    /// Name of its folder below `go/`.
    fn name(self) -> &'static str {
        match self {
            Self::ControlPlane => "controlplane",
            Self::Flux => "flux",
            Self::RabbitMqBroker => "rabbitmq-broker",
            Self::Alertmanager => "alertmanager",
            Self::Clients => "clients",
            Self::KnativeValidation => "knative-validation",
        }
    }

    /// What `go build` builds.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::ControlPlane | Self::KnativeValidation => &["."],
            Self::Clients => &["./kubectl", "tool"],
            _ => &["tool"],
        }
    }

    fn source(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("go")
            .join(self.name())
    }

    /// Builds it unless it is there; returns the folder of its binaries.
    ///
    /// `note` is told when a build begins, for it can take minutes.
    ///
    /// # Errors
    /// When Go is missing or the build fails.
    pub(crate) async fn built(
        self,
        note: impl Fn(&str) + Send + 'static,
    ) -> Result<PathBuf, Error> {
        let built = tokio::task::spawn_blocking(move || self.build(note)).await;
        built.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    fn build(self, note: impl Fn(&str)) -> Result<PathBuf, Error> {
        let failed = |error| Error::file(self.source(), error);
        let version = go_version()?;
        let mut hasher = DefaultHasher::new();
        version.hash(&mut hasher);
        for file in ["go.mod", "go.sum", "main.go", "kubectl/main.go"] {
            match fs::read(self.source().join(file)) {
                Ok(content) => content.hash(&mut hasher),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let cache = state_folder();
        let folder = cache.join(format!("{}-{:016x}", self.name(), hasher.finish()));
        fs::create_dir_all(&cache).map_err(failed)?;
        // Beds that start at the same time build once.
        let lock = fs::File::create(cache.join(format!("{}.lock", self.name()))).map_err(failed)?;
        lock.lock().map_err(failed)?;
        if folder.is_dir() {
            return Ok(folder);
        }
        note(&format!(
            "building {} from source; this takes minutes, once",
            self.name()
        ));
        self.compile(&folder, note)?;
        Ok(folder)
    }

    fn compile(self, folder: &Path, note: impl Fn(&str)) -> Result<(), Error> {
        let failed = |error| Error::file(folder.to_path_buf(), error);
        let part = folder.with_extension("part");
        if part.exists() {
            fs::remove_dir_all(&part).map_err(failed)?;
        }
        fs::create_dir_all(&part).map_err(failed)?;
        let mut target = OsString::from(&part);
        target.push("/");
        // It names each package that it compiles.
        let mut build = Command::new("go")
            .args(["build", "-v", "-trimpath", "-ldflags", LINK, "-o"])
            .arg(&target)
            .args(self.packages())
            .current_dir(self.source())
            .env("CGO_ENABLED", "0")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut output = String::new();
        let mut told = Instant::now();
        for line in build
            .stderr
            .take()
            .into_iter()
            .flat_map(|s| BufReader::new(s).lines())
        {
            output.push_str(&line.map_err(failed)?);
            output.push('\n');
            if told.elapsed() > PROGRESS {
                told = Instant::now();
                let packages = output.lines().count();
                note(&format!("building {}: {packages} packages", self.name()));
            }
        }
        if !build.wait().map_err(failed)?.success() {
            return Err(Error::Build {
                program: self.name(),
                output,
            });
        }
        fs::rename(&part, folder).map_err(failed)
    }
}

/// How often a build says how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

/// The API server says which version it is, and clients look at it.
const LINK: &str = "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.4";

/// Of Go 1, the oldest release that builds the programs.
const GO: u32 = 26;

/// How to get it.
const GET_GO: &str = "install Go 1.26 or newer from https://go.dev/dl";

/// Version of Go that is installed, where it is new enough.
pub(crate) fn go_version() -> Result<String, Error> {
    let missing = || Error::Missing {
        what: "go",
        help: GET_GO,
    };
    let output = Command::new("go")
        .arg("version")
        .output()
        .map_err(|_| missing())?;
    if !output.status.success() {
        return Err(missing());
    }
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    if is_new_enough(&version) {
        return Ok(version);
    }
    Err(Error::Old {
        what: "go",
        version: version.trim().to_owned(),
        help: GET_GO,
    })
}

/// Reads lines such as `go version go1.26.8 linux/amd64`.
fn is_new_enough(version: &str) -> bool {
    let mut words = version.split_whitespace();
    let release = words.find_map(|word| word.strip_prefix("go1."));
    release.is_some_and(|release| {
        let digits = release.split(|c: char| !c.is_ascii_digit()).next();
        digits.and_then(|digits| digits.parse().ok()) >= Some(GO)
    })
}

/// Folder of a Go module's files, such as the CRDs of a project.
///
/// # Errors
/// When Go is missing or the module cannot be downloaded.
pub(crate) async fn module(name: &str, version: &str) -> Result<PathBuf, Error> {
    go_version()?;
    let module = format!("{name}@{version}");
    let mut command = Command::new("go");
    // Outside any module, whose own requirements would count.
    command
        .args(["mod", "download", "-json", &module])
        .current_dir(std::env::temp_dir());
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let output = output.map_err(|error| Error::file("go", error))?;
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    answer["Dir"]
        .as_str()
        .map(PathBuf::from)
        .ok_or_else(|| Error::Build {
            program: "go mod download",
            output: format!("{module}: {answer}"),
        })
}

/// Folder of built programs, logs and the state of `cargo testbed up`.
pub fn state_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    );
    target.join("testbed")
}

/// The last lines of a log, for messages.
pub(crate) fn tail(log: &Path) -> String {
    const BYTES: usize = 2000;
    let mut text = String::new();
    if let Ok(mut file) = fs::File::open(log) {
        let mut bytes = Vec::new();
        if file.read_to_end(&mut bytes).is_ok() {
            let start = bytes.len().saturating_sub(BYTES);
            text = String::from_utf8_lossy(&bytes[start..]).into_owned();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_of_go() {
        for (version, expected) in [
            ("go version go1.26.8 linux/amd64", true),
            ("go version go1.26 darwin/arm64", true),
            ("go version go1.27rc1 linux/amd64", true),
            ("go version devel go1.28-3f2a5b1 linux/amd64", true),
            ("go version go1.25.11 linux/amd64", false),
            ("go version go1.9 linux/amd64", false),
            ("gccgo", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
