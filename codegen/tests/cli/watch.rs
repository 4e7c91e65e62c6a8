//! `klambda generate --watch`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::{Folder, klambda};

/// A command that watches; it ends with the test.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn new(folder: &Folder) -> Self {
        let mut child = klambda()
            .current_dir(&folder.0)
            .args(["generate", "--watch"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// What is printed until it waits for the next save.
    fn until_idle(&self) -> String {
        let mut text = String::new();
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .expect("nothing happened for too long");
            if line.starts_with("watching `spec`") {
                return text;
            }
            text.push_str(&line);
            text.push('\n');
        }
    }

    fn is_quiet(&self) -> bool {
        self.lines.recv_timeout(Duration::from_millis(300)).is_err()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_save_is_generated_and_a_half_saved_file_is_survived() {
    let folder = Folder::with_catalogue();
    let watch = Watch::new(&folder);
    let first = watch.until_idle();
    assert!(first.contains(" files written, 0 unchanged in "), "{first}");

    folder.edit(
        "spec/events/lifecycle.yaml",
        "An order was placed",
        "An order has come",
    );
    let second = watch.until_idle();
    assert!(second.contains(" unchanged in "), "{second}");
    let page = "docs/reference/events/lifecycle.order.placed.md";
    assert!(folder.read(page).contains("An order has come"));
    // What it writes itself, below `spec/schema` too, is no reason to run again.
    assert!(watch.is_quiet());

    let whole = folder.read("spec/events/lifecycle.yaml");
    folder.write("spec/events/lifecycle.yaml", "category: [");
    let broken = watch.until_idle();
    assert!(broken.contains("error[KL0001]"), "{broken}");
    assert!(folder.read(page).contains("An order has come"));

    folder.write(
        "spec/events/lifecycle.yaml",
        &whole.replace("has come", "came"),
    );
    watch.until_idle();
    assert!(folder.read(page).contains("An order came"));

    // Editors that write beside the file and rename.
    folder.write("spec/events/.swap", &whole.replace("has come", "arrived"));
    std::fs::rename(
        folder.path("spec/events/.swap"),
        folder.path("spec/events/lifecycle.yaml"),
    )
    .unwrap();
    watch.until_idle();
    assert!(folder.read(page).contains("An order arrived"));
}
