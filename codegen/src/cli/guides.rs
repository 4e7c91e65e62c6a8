//! Finds the guides written by hand whose regions the compiler fills.

use std::fs;
use std::io;
use std::path::Path;

use knative_lambda_codegen::emit::{OutputFile, docs};
use knative_lambda_codegen::ir::Catalog;

use super::{Exit, Failure};

/// Largest guide that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// Text that a guide with regions holds.
const MARK: &str = "<!-- klambda:";

/// Reads `README.md` and `docs/**/*.md`, generated pages aside, and keeps those with regions.
pub(super) fn read(root: &Path) -> Result<Vec<OutputFile>, Failure> {
    let mut guides = Vec::new();
    guide(root, "README.md", &mut guides)
        .and_then(|()| folder(root, "docs", &mut guides))
        .map_err(|(path, error)| Failure::io(format!("cannot read `{path}`"), &error))?;
    Ok(guides)
}

/// Fills the regions of all guides.
pub(super) fn fill(
    catalog: &Catalog<'_>,
    guides: Vec<OutputFile>,
) -> Result<Vec<OutputFile>, Failure> {
    let mut filled = Vec::with_capacity(guides.len());
    let mut wrong = Vec::new();
    for mut guide in guides {
        match docs::fill_regions(catalog, &guide.path, &guide.content) {
            Ok(Some(text)) => {
                guide.content = text;
                filled.push(guide);
            }
            Ok(None) => {}
            Err(error) => wrong.push(format!("`{}`, {error}", guide.path)),
        }
    }
    if wrong.is_empty() {
        Ok(filled)
    } else {
        Err(Failure::new(wrong.join("\n"))
            .exit(Exit::Findings)
            .help("nothing was written"))
    }
}

type ReadError = (String, io::Error);

fn folder(root: &Path, path: &str, guides: &mut Vec<OutputFile>) -> Result<(), ReadError> {
    let failed = |error| (path.to_owned(), error);
    let entries = match fs::read_dir(root.join(path)) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let inner = format!("{path}/{name}");
        // Links are not followed.
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() && inner != docs::TARGET.folder {
            folder(root, &inner, guides)?;
        } else if kind.is_file() && name.ends_with(".md") {
            guide(root, &inner, guides)?;
        }
    }
    Ok(())
}

/// Whether there is nothing; the project's folder itself may not be there yet.
fn is_missing(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

fn guide(root: &Path, path: &str, guides: &mut Vec<OutputFile>) -> Result<(), ReadError> {
    let failed = |error| (path.to_owned(), error);
    let on_disk = root.join(path);
    match fs::symlink_metadata(&on_disk) {
        Ok(meta) if meta.is_file() && meta.len() <= MAX_BYTES => {}
        Ok(_) => return Ok(()),
        Err(error) if is_missing(&error) => return Ok(()),
        Err(error) => return Err(failed(error)),
    }
    // A page that is not UTF-8 has no regions.
    if let Ok(content) = String::from_utf8(fs::read(&on_disk).map_err(failed)?)
        && content.contains(MARK)
    {
        guides.push(OutputFile {
            path: path.to_owned(),
            content,
        });
    }
    Ok(())
}
