//! The `klambda` command.

use std::path::Path;
use std::process::ExitCode;

use knative_lambda_codegen::diagnostics::{self, Colour, Format};

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or("spec".into());
    match knative_lambda_codegen::compile(Path::new(&folder), |_| ()) {
        Ok((checked, _)) => {
            let text = diagnostics::render(
                &checked.findings,
                &checked.sources,
                Format::Human,
                Colour::Never,
            );
            let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
            ExitCode::from(u8::from(checked.has_errors()))
        }
        Err(_) => ExitCode::from(2),
    }
}
