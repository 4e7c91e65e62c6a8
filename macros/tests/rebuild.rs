//! What makes cargo compile a crate with the macros again.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LIB: &str = r#"
pub mod support {
    pub trait LambdaEvent {
        const TYPE: &'static str;
        const DATASCHEMA: &'static str;
        const DATACONTENTTYPE: &'static str;
        const REQUIRED_EXTENSIONS: &'static [&'static str];
    }
    pub mod support {
        pub trait Redact {}
    }
}

#[derive(knative_lambda_macros::LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
#[allow(non_snake_case)]
pub struct CancelOrder {
    pub orderId: String,
}
"#;

/// A crate of its own with a copy of the catalogue.
struct Crate(PathBuf);

impl Crate {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        let _ = fs::remove_dir_all(&folder);
        let this = Self(folder);
        let macros = Path::new(env!("CARGO_MANIFEST_DIR"));
        this.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"rebuild\"\nedition = \"2024\"\n\n\
                 [dependencies]\nknative-lambda-macros.path = {macros:?}\n\n[workspace]\n"
            ),
        );
        this.write("src/lib.rs", LIB);
        copy(&macros.join("tests/catalogue/spec"), &this.0.join("spec"));
        fs::copy(macros.join("../Cargo.lock"), this.0.join("Cargo.lock")).unwrap();
        this
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// What cargo says.
    fn check(&self) -> String {
        // The folder of the tests, where most of what the macros need is compiled already.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--color", "never"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // With a time of its own, unlike `fs::copy` on some systems.
            fs::write(target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

#[test]
fn changes_of_the_spec() {
    let user = Crate::new();
    let first = user.check();
    assert!(first.contains("Checking rebuild"), "{first}");
    assert!(first.contains("Finished"), "{first}");
    let unchanged = user.check();
    assert!(!unchanged.contains("Checking rebuild"), "{unchanged}");

    // A file that was read.
    let header = fs::read_to_string(user.0.join("spec/catalog.yaml")).unwrap();
    user.write("spec/catalog.yaml", "catalog: [");
    let changed = user.check();
    assert!(changed.contains("spec/catalog.yaml:1:"), "{changed}");
    user.write("spec/catalog.yaml", &header);

    // A new one, with the line that the documentation gives.
    let build = "fn main() {\n    println!(\"cargo::rerun-if-changed=spec\");\n}\n";
    user.write("build.rs", build);
    let mended = user.check();
    assert!(mended.contains("Finished"), "{mended}");
    let unchanged = user.check();
    assert!(!unchanged.contains("Checking rebuild"), "{unchanged}");
    user.write("spec/events/added.yaml", "category: [");
    let added = user.check();
    assert!(added.contains("spec/events/added.yaml:1:"), "{added}");
}
