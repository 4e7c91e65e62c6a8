//! Where and how things are printed, and how a command ends.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use knative_lambda_codegen::diagnostics::Colour;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Fine,
    /// Something was found: errors of the spec, invalid events, files that differ.
    Findings,
    /// Wrong use, or files that cannot be read or written.
    Misuse,
}

impl Exit {
    /// The process' exit code.
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::Misuse => 2,
        }
    }

    /// [`Exit::Findings`] if something was found.
    pub(crate) fn findings(found: bool) -> Self {
        if found { Self::Findings } else { Self::Fine }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    help: Vec<String>,
    exit: Exit,
}

impl Failure {
    /// Wrong use, or something about files; ends with [`Exit::Misuse`].
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: Vec::new(),
            exit: Exit::Misuse,
        }
    }

    /// What could not be done (`cannot read `x``) and the system's answer.
    pub(crate) fn io(what: impl std::fmt::Display, error: &io::Error) -> Self {
        Self::new(format!("{what}: {error}"))
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Ends with another code.
    #[must_use]
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set; CLICOLOR_FORCE colours elsewhere too.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColourChoice {
    /// What the arguments ask for, before they are read in earnest.
    pub(super) fn asked_for(arguments: &[OsString]) -> Self {
        let mut words = arguments.iter().filter_map(|a| a.to_str());
        while let Some(word) = words.next() {
            let value = match word.strip_prefix("--color") {
                Some("") => words.next(),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            match value {
                Some("always") => return Self::Always,
                Some("never") => return Self::Never,
                _ => {}
            }
        }
        Self::Auto
    }

    pub(super) fn for_clap(self) -> clap::ColorChoice {
        match self {
            Self::Auto => clap::ColorChoice::Auto,
            Self::Always => clap::ColorChoice::Always,
            Self::Never => clap::ColorChoice::Never,
        }
    }

    fn on(self, stream: &impl anstream::stream::RawStream) -> Colour {
        let coloured = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        };
        if coloured {
            Colour::Always
        } else {
            Colour::Never
        }
    }
}

/// The two streams.
#[derive(Debug)]
pub(crate) struct Output {
    /// Whether data are coloured.
    pub(crate) stdout: Colour,
    /// Whether findings and notes are coloured.
    pub(crate) stderr: Colour,
}

impl Output {
    /// Decides for each stream whether it is coloured.
    pub(super) fn new(choice: ColourChoice) -> Self {
        Self {
            stdout: choice.on(&io::stdout()),
            stderr: choice.on(&io::stderr()),
        }
    }

    /// Prints data. A reader that went away (`klambda list | head`) is no failure.
    ///
    /// # Errors
    /// When stdout cannot be written to for another reason.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::io("cannot write to stdout", &error))
            }
            _ => Ok(()),
        }
    }

    /// Prints findings or a note: text that ends with a line break.
    pub(crate) fn note(&self, text: &str) {
        // There is no other place to report that stderr is gone.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints why a command could not do its work.
    pub(super) fn failure(&self, failure: &Failure) -> Exit {
        let mut text = format!("{}: {}\n", self.heading("error"), failure.message);
        for help in &failure.help {
            let _ = writeln!(text, "  {}: {help}", self.strong("help"));
        }
        self.note(&text);
        failure.exit
    }

    /// A word in the colour of errors, on stderr.
    pub(crate) fn heading(&self, word: &str) -> String {
        self.styled("\x1b[1m\x1b[91m", word)
    }

    /// A word in bold, on stderr.
    pub(crate) fn strong(&self, word: &str) -> String {
        self.styled("\x1b[1m", word)
    }

    fn styled(&self, style: &str, word: &str) -> String {
        match self.stderr {
            Colour::Always => format!("{style}{word}\x1b[0m"),
            Colour::Never => word.to_owned(),
        }
    }
}
