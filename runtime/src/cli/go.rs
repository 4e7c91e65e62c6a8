//! Compiles handlers in Go.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use knative_lambda_runtime::language::{Code, GO, GO_PROGRAM, Language};
use tokio::process::Command;
use uuid::Uuid;

use super::{dim, say};

/// Where the program of a folder's handler is kept: in the user's cache, if there is one.
pub(super) fn program(folder: &Path) -> PathBuf {
    let set = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let cache = set("XDG_CACHE_HOME")
        .or_else(|| Some(set("HOME")?.join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, folder.as_os_str().as_encoded_bytes());
    cache
        .join("lambda-runtime")
        .join(id.to_string())
        .join(GO_PROGRAM)
}

/// Compiles a handler, if it is one in Go, and says so.
///
/// # Errors
/// What the compiler says.
pub(super) async fn build(code: &Code) -> Result<(), String> {
    if code.language != Language::Go {
        return Ok(());
    }
    let begun = Instant::now();
    say(&dim("Compiling the handler ..."));
    compile(code).await?;
    let text = format!("Compiled in {:.1} s.", begun.elapsed().as_secs_f64());
    say(&dim(&text));
    Ok(())
}

/// Compiles the handler in a folder, together with the worker's source, which the folder need not
/// have.
async fn compile(code: &Code) -> Result<(), String> {
    let cannot = |error: io::Error| format!("the handler cannot be compiled: {error}");
    let cache = code.program.parent().unwrap_or(&code.folder);
    std::fs::create_dir_all(cache).map_err(cannot)?;
    let mut replaced = serde_json::Map::new();
    for (name, text) in GO {
        let file = cache.join(name);
        std::fs::write(&file, text).map_err(cannot)?;
        let beside_the_handler = code.folder.join(name).to_string_lossy().into_owned();
        replaced.insert(beside_the_handler, file.to_string_lossy().into());
    }
    let overlay = cache.join("overlay.json");
    let files = serde_json::json!({ "Replace": replaced });
    std::fs::write(&overlay, files.to_string()).map_err(cannot)?;
    let mut command = Command::new("go");
    command.arg("build").arg("-overlay").arg(&overlay);
    command.arg("-o").arg(&code.program);
    if in_module(&code.folder) {
        command.arg(".");
    } else {
        command
            .args(sources(&code.folder).map_err(cannot)?)
            .args(GO.map(|(name, _)| name));
    }
    command
        .current_dir(&code.folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command.output().await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            "the handler cannot be compiled: there is no `go`; it comes from https://go.dev/dl"
                .to_owned()
        }
        _ => cannot(error),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.trim_end().to_owned())
}

/// Whether a folder belongs to a module of Go.
fn in_module(folder: &Path) -> bool {
    folder
        .ancestors()
        .any(|folder| folder.join("go.mod").is_file())
}

/// Files of the handler, without tests and the worker.
fn sources(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string());
    }
    let is_worker = |name: &str| GO.iter().any(|(of_worker, _)| *of_worker == name);
    names.retain(|name| name.ends_with(".go") && !name.ends_with("_test.go") && !is_worker(name));
    names.sort();
    Ok(names)
}
