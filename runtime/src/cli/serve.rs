//! `serve`: what a container of a function runs.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use knative_lambda_events::environment::Environment;
use knative_lambda_runtime::language::{Code, Language};
use knative_lambda_runtime::{app, process};

use super::{CONFIGURATION, fail};

/// Serves a function, as its container does
///
/// The environment says what: `docs/reference/environment.md`. Wrong or missing variables are
/// all reported at once, with exit status 78.
#[derive(Args)]
#[command(after_help = "Examples:
  lambda-runtime serve --code /app
  FUNCTION_NAME=hello FUNCTION_NAMESPACE=default lambda-runtime serve --language python --code .

Exit codes: 0 ended by a signal, 1 the port or the system, or calls were cut off,
  78 the environment or the code")]
pub(crate) struct Serve {
    /// Folder with the user's code.
    #[arg(long, value_name = "DIR", default_value = ".")]
    code: PathBuf,
    /// Language of the handler; without it, that of the file `main` in the folder.
    #[arg(long)]
    language: Option<Language>,
}

impl Serve {
    pub(crate) fn run(self) -> ExitCode {
        let environment = match Environment::from_env() {
            Ok(environment) => environment,
            Err(error) => return fail(CONFIGURATION, &error.to_string()),
        };
        let code = match self.code() {
            Ok(code) => code,
            Err(why) => return fail(CONFIGURATION, &why),
        };
        let logger = process::logger(&environment);
        let outcome = process::supervise(|folder| {
            process::serve(&environment, logger.clone(), || {
                let made =
                    app::with_workers(&environment, &code, Vec::new(), logger.clone(), folder);
                made.map(|(service, _)| service)
            })
        });
        logger.flush();
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error.status, &error.message),
        }
    }

    fn code(&self) -> Result<Code, String> {
        let shown = self.code.display();
        let folder =
            std::fs::canonicalize(&self.code).map_err(|error| format!("{shown}: {error}"))?;
        let language = self.language.or_else(|| Language::of_folder(&folder)).ok_or_else(|| {
            format!("{shown} has no main.py, main.js, main.mjs or compiled Go handler: name the language with --language")
        })?;
        Ok(Code::new(language, folder))
    }
}
