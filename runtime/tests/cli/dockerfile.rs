//! `dockerfile`.

use std::path::Path;
use std::process::Command;

use knative_lambda_runtime::language::GO;
use serde_json::json;

use crate::image::{Image, build};
use crate::program::{folder, free_port, output, post, result, text};

fn image(language: &str, code: &Path) -> Image {
    let written = output(&["dockerfile", language, "--output", code.to_str().unwrap()]);
    assert!(written.status.success(), "{}", text(&written.stderr));
    let image = build(code);
    let (user, group) = image.user.split_once(':').unwrap();
    assert!(user.parse::<u32>().unwrap() > 0 && group.parse::<u32>().unwrap() > 0);
    assert_eq!(image.exposed, "8080");
    assert!(!image.has("app/.git") && !image.has("app/.env") && !image.has("app/Dockerfile"));
    image
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn python_has_its_requirements() {
    let handler = "import greeting\nfrom shop import prices\ndef handler(event):\n    return greeting.of(event['name']) + prices.TEXT\n";
    let code = folder(&[
        ("main.py", handler),
        ("shop/prices.py", "TEXT = '!'"),
        (
            "requirements.txt",
            "--no-index\n--find-links vendor\ngreeting==1.0\n",
        ),
        (".git/config", ""),
        (".env", "SECRET=1"),
        ("venv/x.py", ""),
        ("shop/__pycache__/old.pyc", ""),
        ("vendor/make.py", WHEEL),
    ]);
    run(&code.path().join("vendor"), "python3", &["make.py"]);
    let image = image("python", code.path());
    assert!(image.has("app/site-packages/greeting.py"));
    assert!(!image.has("app/venv") && !image.has("app/shop/__pycache__/old.pyc"));
    let port = free_port();
    let running = image.start(port);
    running.wait_for("The function is served.");
    assert_eq!(result(port, r#"{"name": "Ada"}"#), "Hello, Ada!");
}

/// Makes a wheel of a module with one function.
const WHEEL: &str = r#"
import zipfile
with zipfile.ZipFile("greeting-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("greeting.py", "def of(name):\n    return 'Hello, ' + name\n")
    info = "greeting-1.0.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(info + "RECORD", "greeting.py,,\n" + info + "METADATA,,\n" + info + "WHEEL,,\n" + info + "RECORD,,\n")
"#;

#[test]
fn nodejs_has_its_packages() {
    let package = r#"{"name": "hello", "version": "1.0.0", "dependencies": {"greeting": "file:vendor/greeting"}}"#;
    let code = folder(&[
        (
            "main.js",
            "exports.handler = async (event) => require('greeting')(event.name);",
        ),
        ("package.json", package),
        (
            "vendor/greeting/package.json",
            r#"{"name": "greeting", "version": "1.0.0"}"#,
        ),
        (
            "vendor/greeting/index.js",
            "module.exports = (name) => 'Hello, ' + name;",
        ),
        (
            "node_modules/greeting/index.js",
            "throw new Error('of another machine');",
        ),
        (".git/config", ""),
    ]);
    run(
        code.path(),
        "npm",
        &["install", "--package-lock-only", "--offline", "--no-audit"],
    );
    let image = image("nodejs", code.path());
    let port = free_port();
    let running = image.start(port);
    running.wait_for("The function is served.");
    assert_eq!(result(port, r#"{"name": "Ada"}"#), "Hello, Ada");
}

#[test]
fn go_has_its_program_and_nothing_else() {
    let handler = "package main\n\nimport \"example.com/greeting\"\n\nfunc Handler(event map[string]interface{}) (map[string]interface{}, error) {\n\tname, _ := event[\"name\"].(string)\n\treturn map[string]interface{}{\"text\": greeting.Of(name)}, nil\n}\n";
    let code = folder(&[
        ("main.go", handler),
        (
            "go.mod",
            "module hello\n\ngo 1.21\n\nrequire example.com/greeting v1.0.0\n",
        ),
        // A package of the name that the program gets.
        ("handler/handler.go", "package handler\n"),
        (
            "vendor/modules.txt",
            "# example.com/greeting v1.0.0\n## explicit\nexample.com/greeting\n",
        ),
        (
            "vendor/example.com/greeting/greeting.go",
            "package greeting\n\nfunc Of(name string) string { return \"Hello, \" + name }\n",
        ),
    ]);
    let image = image("go", code.path());
    assert!(image.has("app/handler") && !image.has("app/main.go"));
    assert!(
        GO.iter()
            .all(|(name, _)| !image.has(&format!("app/{name}")))
    );
    let port = free_port();
    let running = image.start(port);
    running.wait_for("The function is served.");
    assert_eq!(
        result(port, r#"{"name": "Ada"}"#),
        json!({ "text": "Hello, Ada" })
    );
}

#[test]
fn a_function_without_dependencies_needs_no_file_for_them() {
    for (language, name, handler) in [
        ("python", "main.py", "def handler(event):\n    return 1\n"),
        ("nodejs", "main.mjs", "export const handler = () => 1;\n"),
        (
            "go",
            "main.go",
            "package main\nfunc Handler(event map[string]interface{}) (int, error) { return 1, nil }\n",
        ),
    ] {
        let code = folder(&[(name, handler)]);
        let image = image(language, code.path());
        let port = free_port();
        let running = image.start(port);
        running.wait_for("The function is served.");
        let (status, answer) = post(port, "{}");
        assert_eq!(
            (status, &answer["result"]["body"]),
            (200, &json!(1)),
            "{answer}"
        );
    }
}

#[test]
fn base_images_are_chosen_and_pinned() {
    for language in ["python", "nodejs", "go", "rust"] {
        let printed = text(&output(&["dockerfile", language]).stdout);
        let base = printed
            .lines()
            .find(|line| line.starts_with("ARG BASE_IMAGE="))
            .unwrap();
        let (_, digest) = base.split_once("@sha256:").expect(base);
        assert!(
            digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()),
            "{base}"
        );
        assert!(!printed.contains(":latest"), "{printed}");
        let version = concat!("lambda-runtime:", env!("CARGO_PKG_VERSION"), "\n");
        assert_eq!(printed.contains(version), language != "rust", "{printed}");
        let chosen = text(&output(&["dockerfile", language, "--base-image", "mine:1"]).stdout);
        assert_eq!(chosen, printed.replace(base, "ARG BASE_IMAGE=mine:1"));
    }
    let refused = output(&["dockerfile", "python", "--base-image", "a\nRUN x"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn files_of_others_are_not_replaced() {
    let code = folder(&[("Dockerfile", "FROM mine\n")]);
    let path = code.path().to_str().unwrap();
    let refused = output(&["dockerfile", "go", "--output", path]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--force"));
    assert!(GO.iter().all(|(name, _)| !code.path().join(name).exists()));
    for arguments in [vec!["--force"], vec![]] {
        let written = program_with(path, &arguments);
        assert!(written, "{arguments:?}");
    }
    for (name, text) in GO {
        let written = std::fs::read_to_string(code.path().join(name)).unwrap();
        assert_eq!(written, text, "{name}");
    }
}

fn program_with(path: &str, arguments: &[&str]) -> bool {
    let all = [&["dockerfile", "go", "--output", path], arguments].concat();
    output(&all).status.success()
}
