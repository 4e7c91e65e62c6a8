//! `run --watch`.
#![allow(clippy::print_stdout, reason = "how fast it was is for people to read")]

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::program::{Running, folder, post, program, result, write};

/// Far beyond what a reload takes on a machine that does nothing else.
const BOUND: Duration = Duration::from_secs(20);

fn start(code: &Path) -> Running {
    let mut command = program();
    command.arg("run").arg(code).arg("--watch");
    Running::start(command)
}

/// Waits until the handler answers so, and says how long that took.
fn until(port: u16, expected: &str) -> Duration {
    let begun = Instant::now();
    loop {
        let (_, answer) = post(port, "{}");
        if answer["result"]["body"] == expected {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < BOUND, "{answer}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_saved_file_is_loaded_at_once_and_the_port_stays() {
    let languages = [
        ("main.py", "def handler(event):\n    return 'TEXT'\n"),
        ("main.mjs", "export const handler = async () => 'TEXT';\n"),
    ];
    for (name, handler) in languages {
        let code = folder(&[(name, &handler.replace("TEXT", "first"))]);
        let mut running = start(code.path());
        let port = running.port();
        until(port, "first");
        // Equal lengths within one second are told apart as well.
        for text in ["second", "zweite", "deuxieme", "troisime"] {
            // Editors write the file, or another one that takes its place.
            let saved = code.path().join(name);
            let by_rename = text.starts_with('z');
            let written = match by_rename {
                true => code.path().join("4913~"),
                false => saved.clone(),
            };
            std::fs::write(&written, handler.replace("TEXT", text)).unwrap();
            if by_rename {
                std::fs::rename(written, saved).unwrap();
            }
            println!(
                "{name}: the save was answered after {:?}",
                until(port, text)
            );
        }
        running.wait_for("Reloaded in ");
        assert!(!running.has_ended());
    }
}

#[test]
fn files_in_new_folders_are_noticed_and_those_of_others_are_not() {
    let code = folder(&[("main.py", "def handler(event):\n    return 'first'\n")]);
    let running = start(code.path());
    let port = running.port();
    until(port, "first");
    let before = running.said();
    let others = [
        "main.log",
        ".git/x.py",
        "__pycache__/x.py",
        "node_modules/x.py",
        "data.json",
    ];
    write(code.path(), &others.map(|name| (name, "")));
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(running.said(), before);
    write(
        code.path(),
        &[
            ("shop/__init__.py", ""),
            (
                "main.py",
                "from shop import prices\ndef handler(event):\n    return prices.TEXT\n",
            ),
        ],
    );
    write(code.path(), &[("shop/prices.py", "TEXT = 'second'\n")]);
    until(port, "second");
    write(code.path(), &[("shop/prices.py", "TEXT = 'third'\n")]);
    until(port, "third");
}

#[test]
fn what_cannot_be_loaded_is_shown_and_the_next_save_mends_it() {
    let good = "def handler(event):\n    return 'TEXT'\n";
    let code = folder(&[("main.py", "def handler(event)\n")]);
    let running = start(code.path());
    running.wait_for("SyntaxError");
    let port = running.port();
    write(code.path(), &[("main.py", &good.replace("TEXT", "first"))]);
    until(port, "first");
    write(code.path(), &[("main.py", "import nothing_of_that_name\n")]);
    running.wait_for("the next save tries again");
    let said = running.wait_for("nothing_of_that_name");
    assert!(said.contains("Traceback"), "{said}");
    // The worker is tried again and again, and what it says is shown once, or twice where a save
    // came in two parts.
    std::thread::sleep(Duration::from_secs(1));
    let told = running.said().matches("error ModuleNotFoundError").count();
    assert!(told <= 2, "{told}");
    let (status, answer) = post(port, "{}");
    assert_eq!(status, 503, "{answer}");
    write(code.path(), &[("main.py", &good.replace("TEXT", "second"))]);
    until(port, "second");
}

#[test]
fn calls_in_flight_end_on_the_old_worker_and_new_ones_go_to_the_new() {
    let handler = "import os, time\ndef handler(event):\n    open(event['mark'], 'w').close() if 'mark' in event else None\n    while 'wait' in event and not os.path.exists(event['wait']): time.sleep(0.01)\n    return 'TEXT'\n";
    let code = folder(&[("main.py", &handler.replace("TEXT", "old"))]);
    let running = start(code.path());
    let port = running.port();
    let (mark, wait) = (code.path().join("mark"), code.path().join("wait"));
    let slow = json!({ "mark": mark, "wait": wait }).to_string();
    let slow = std::thread::spawn(move || result(port, &slow));
    let begun = Instant::now();
    while !mark.exists() {
        assert!(begun.elapsed() < BOUND, "{}", running.said());
        std::thread::sleep(Duration::from_millis(2));
    }
    write(code.path(), &[("main.py", &handler.replace("TEXT", "new"))]);
    // The slow call still runs while the new worker answers.
    running.wait_for("Reloaded in ");
    until(port, "new");
    assert!(!slow.is_finished());
    write(code.path(), &[("wait", "")]);
    assert_eq!(slow.join().unwrap(), "old");
    assert_eq!(result(port, "{}"), "new");
}

#[test]
fn go_keeps_the_last_program_until_a_save_compiles() {
    let handler = "package main\nfunc Handler(e map[string]interface{}) (interface{}, error) { return \"TEXT\", nil }\n";
    let code = folder(&[("main.go", "package main\nfunc Handler(\n")]);
    let running = start(code.path());
    running.wait_for("The next save tries again.");
    write(
        code.path(),
        &[("main.go", &handler.replace("TEXT", "first"))],
    );
    let port = running.port();
    until(port, "first");
    write(code.path(), &[("main.go", "package main\n")]);
    running.wait_for("The handler stays as it was.");
    assert_eq!(result(port, "{}"), "first");
    write(
        code.path(),
        &[("main.go", &handler.replace("TEXT", "second"))],
    );
    until(port, "second");
}
