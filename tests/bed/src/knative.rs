//! What Knative's webhooks say of objects.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Error;
use crate::part::say;
use crate::programs::Program;

/// The validation of Knative Serving, Eventing and the RabbitMQ broker, built from their published
/// sources.
#[derive(Debug)]
pub struct Knative {
    program: PathBuf,
}

impl Knative {
    /// Builds it unless it is there; says on stderr when it does.
    ///
    /// # Errors
    /// When Go is missing or the build fails.
    pub async fn build() -> Result<Self, Error> {
        let binaries = Program::KnativeValidation.built(say).await?;
        Ok(Self {
            program: binaries.join("knative-validation"),
        })
    }

    /// Those of the objects that would be refused at their creation, as `kind name: why`.
    ///
    /// # Errors
    /// When the program fails, or does not judge each of the objects.
    pub fn refused(&self, objects: &[Value]) -> Result<Vec<String>, Error> {
        let failed = |error| Error::file(&self.program, error);
        let text: String = objects.iter().map(|object| format!("{object}\n")).collect();
        let mut program = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        // It reads all before it prints.
        if let Some(mut input) = program.stdin.take() {
            input.write_all(text.as_bytes()).map_err(failed)?;
        }
        let output = program.wait_with_output().map_err(failed)?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let mut refused: Vec<_> = printed.lines().map(str::to_owned).collect();
        let valid = refused.pop().unwrap_or_default();
        if valid != format!("{} valid", objects.len().saturating_sub(refused.len())) {
            let why = String::from_utf8_lossy(&output.stderr);
            let what = format!("{valid} of {} objects; {why}", objects.len());
            return Err(Error::request("knative-validation", what));
        }
        Ok(refused)
    }
}
