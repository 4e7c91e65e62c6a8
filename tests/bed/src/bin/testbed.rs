//! `cargo testbed`: the bed on a laptop, for trying things by hand.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command prints"
)]

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};
use knative_lambda_testbed::{Bed, Part, answers, state_folder};
use serde::{Deserialize, Serialize};
use std::os::unix::process::CommandExt as _;

/// Real servers on loopback: Kubernetes, Flux, RabbitMQ, Knative's broker, Alertmanager
#[derive(Parser)]
#[command(
    name = "cargo testbed",
    after_help = "\
Examples:
  cargo testbed up                    build what is needed, start all parts, wait until they answer
  cargo testbed up kubernetes         only the API server
  eval \"$(cargo testbed env)\"         let kubectl find it
  cargo testbed down"
)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Start the bed and leave it running
    Up {
        /// Parts to start, and what they need; all where none is named.
        #[arg(value_parser = part_names())]
        parts: Vec<String>,
    },
    /// End the bed
    Down,
    /// Ask each server whether it runs, and say where; the exit code is 1 where one does not
    Status,
    /// Print variables for the shell
    Env,
    /// Print the servers' logs
    Logs {
        /// Names of servers, such as `kube-apiserver`; all where none is named.
        servers: Vec<String>,
    },
    /// Hold the bed until a signal ends this process
    #[command(hide = true)]
    Hold {
        #[arg(value_parser = part_names())]
        parts: Vec<String>,
    },
}

fn part_names() -> PossibleValuesParser {
    Part::ALL.map(Part::name).into()
}

/// What `up` leaves for the other commands.
#[derive(Serialize, Deserialize)]
struct State {
    pid: u32,
    logs: PathBuf,
    environment: Vec<(String, String)>,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Task::Up { parts } => up(&parts),
        Task::Down => down(),
        Task::Status => status(),
        Task::Env => env(),
        Task::Logs { servers } => logs(&servers),
        Task::Hold { parts } => hold(&parts),
    };
    match done {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

type Done = Result<ExitCode, Box<dyn std::error::Error>>;

fn selected(names: &[String]) -> Vec<Part> {
    match names {
        [] => Part::ALL.to_vec(),
        names => names.iter().filter_map(|name| Part::named(name)).collect(),
    }
}

fn state_file() -> PathBuf {
    state_folder().join("up.json")
}

/// The bed that runs; a file left by one that was killed is removed.
fn running() -> io::Result<Option<State>> {
    let text = match fs::read(state_file()) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if lock()?.is_none() {
        return Ok(Some(serde_json::from_slice(&text)?));
    }
    fs::remove_file(state_file())?;
    Ok(None)
}

/// The lock that says who holds the bed, where nobody does.
fn lock() -> io::Result<Option<File>> {
    fs::create_dir_all(state_folder())?;
    let path = state_folder().join("up.lock");
    let file = File::options().create(true).append(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn up(parts: &[String]) -> Done {
    if running()?.is_some() {
        eprintln!("it is up already; `cargo testbed down` ends it");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(why) = selected(parts).iter().find_map(|part| part.missing()) {
        return Err(why.into());
    }
    fs::create_dir_all(state_folder())?;
    let log = state_folder().join("up.log");
    let output = File::create(&log)?;
    let started = Instant::now();
    let mut holder = Command::new(std::env::current_exe()?)
        .arg("hold")
        .args(parts)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()?;
    let mut told = File::open(&log)?;
    loop {
        let mut news = String::new();
        told.read_to_string(&mut news)?;
        eprint!("{news}");
        if running()?.is_some() {
            eprintln!("up after {:.1} s", started.elapsed().as_secs_f32());
            return status();
        }
        if holder.try_wait()?.is_some() {
            return Ok(ExitCode::FAILURE);
        }
        sleep(Duration::from_millis(100));
    }
}

fn down() -> Done {
    let Some(state) = running()? else {
        eprintln!("it is not up");
        return Ok(ExitCode::SUCCESS);
    };
    Command::new("kill").arg(state.pid.to_string()).status()?;
    while running()?.is_some() {
        sleep(Duration::from_millis(50));
    }
    Ok(ExitCode::SUCCESS)
}

fn status() -> Done {
    let Some(state) = running()? else {
        eprintln!("it is not up; `cargo testbed up` starts it");
        return Ok(ExitCode::FAILURE);
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut all_up = true;
    for (name, value) in &state.environment {
        match runtime.block_on(answers(name, value)) {
            Ok(()) => println!("up    {name}={value}"),
            Err(why) => {
                all_up = false;
                println!("down  {name}={value}  {why}");
            }
        }
    }
    println!("logs: {}", state.logs.display());
    Ok(if all_up {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn env() -> Done {
    let Some(state) = running()? else {
        return Err("it is not up; `cargo testbed up` starts it".into());
    };
    for (name, value) in &state.environment {
        println!("export {name}='{value}'");
    }
    Ok(ExitCode::SUCCESS)
}

fn logs(servers: &[String]) -> Done {
    let Some(state) = running()? else {
        return Err("it is not up; logs of earlier beds are in target/testbed/logs".into());
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&state.logs)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default();
        files.insert(name.to_string_lossy().into_owned(), path);
    }
    if let Some(unknown) = servers.iter().find(|name| !files.contains_key(*name)) {
        let known: Vec<_> = files.keys().map(String::as_str).collect();
        let known = known.join(", ");
        return Err(format!("there is no log of `{unknown}`, but of {known}").into());
    }
    for (name, path) in &files {
        if servers.is_empty() || servers.contains(name) {
            println!("== {name}\n{}", String::from_utf8_lossy(&fs::read(path)?));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn hold(parts: &[String]) -> Done {
    let Some(_lock) = lock()? else {
        return Err("it is up already".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let mut terminated =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        let bed = Bed::start_with(&selected(parts), |what| eprintln!("{what}")).await?;
        let environment = bed.environment();
        let state = State {
            pid: std::process::id(),
            logs: bed.logs().to_path_buf(),
            environment: environment
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        };
        // Whoever reads it finds all of it.
        let new = state_file().with_extension("new");
        fs::write(&new, serde_json::to_vec_pretty(&state)?)?;
        fs::rename(new, state_file())?;
        terminated.recv().await;
        drop(bed);
        Ok(ExitCode::SUCCESS)
    })
}
