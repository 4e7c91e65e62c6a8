//! `dockerfile`: how the image of a function is built.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use knative_lambda_runtime::language::GO;
use knative_lambda_runtime::process::Unserved;

use super::{misuse, print, say};

/// Prints the Dockerfile of a function
///
/// The image runs `lambda-runtime serve` as a user without rights. Dependencies come from
/// requirements.txt, package.json, go.mod or Cargo.toml. What a Go function needs beside the
/// Dockerfile, `--output` writes.
#[derive(Args)]
#[command(after_help = "Examples:
  lambda-runtime dockerfile python > Dockerfile
  lambda-runtime dockerfile go --output . && docker build -t hello .
  lambda-runtime dockerfile nodejs --base-image node:24-bookworm-slim

Exit codes: 0 fine, 2 a file is there already with something else in it, or cannot be written")]
pub(crate) struct Dockerfile {
    language: Image,
    /// Folder of the function, in which the files are written instead.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Image that the function's is based on.
    #[arg(long, value_name = "IMAGE", value_parser = image)]
    base_image: Option<String>,
    /// Replaces files that are there with something else in them.
    #[arg(long, requires = "output")]
    force: bool,
}

/// Languages of images.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Image {
    Python,
    #[value(name = "nodejs")]
    NodeJs,
    Go,
    Rust,
}

/// What does not belong into an image.
const IGNORE: &str = include_str!("dockerfile/dockerignore");

impl Dockerfile {
    pub(crate) fn run(self) -> Result<(), Unserved> {
        let dockerfile = self.text();
        // A package of others may have this name.
        let ignored = match self.language {
            Image::Rust => IGNORE.to_owned(),
            _ => IGNORE.replace("\ntarget\n", "\n"),
        };
        let Some(folder) = &self.output else {
            return print(dockerfile.as_bytes());
        };
        let mut files = vec![
            ("Dockerfile", dockerfile.as_str()),
            (".dockerignore", ignored.as_str()),
        ];
        if self.language == Image::Go {
            files.extend(GO);
        }
        if !self.force {
            for (name, text) in &files {
                self.check(&folder.join(name), text)?;
            }
        }
        fs::create_dir_all(folder)
            .map_err(|error| misuse(format!("{}: {error}", folder.display())))?;
        for (name, text) in files {
            let path = folder.join(name);
            fs::write(&path, text)
                .map_err(|error| misuse(format!("{}: {error}", path.display())))?;
            say(&format!("wrote {}", path.display()));
        }
        Ok(())
    }

    fn text(&self) -> String {
        let text = match self.language {
            Image::Python => include_str!("dockerfile/python.Dockerfile"),
            Image::NodeJs => include_str!("dockerfile/nodejs.Dockerfile"),
            Image::Go => include_str!("dockerfile/go.Dockerfile"),
            Image::Rust => include_str!("dockerfile/rust.Dockerfile"),
        };
        let text = text.replace("{version}", env!("CARGO_PKG_VERSION"));
        let Some(base) = &self.base_image else {
            return text;
        };
        let lines = text
            .lines()
            .map(|line| match line.starts_with("ARG BASE_IMAGE=") {
                true => format!("ARG BASE_IMAGE={base}\n"),
                false => format!("{line}\n"),
            });
        lines.collect()
    }

    /// Nothing of others is replaced.
    fn check(&self, path: &Path, text: &str) -> Result<(), Unserved> {
        match fs::read_to_string(path) {
            Ok(there) if there != text => Err(misuse(format!(
                "{} is there with something else in it; --force replaces it",
                path.display()
            ))),
            _ => Ok(()),
        }
    }
}

/// An image's name stands in a line of its own.
fn image(name: &str) -> Result<String, String> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-/:@".contains(&b);
    match !name.is_empty() && name.bytes().all(fits) {
        true => Ok(name.to_owned()),
        false => Err("this is no name of an image".into()),
    }
}
