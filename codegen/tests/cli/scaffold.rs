//! `klambda init` and `klambda new`.

use super::Folder;

/// Lines of `new` that are not in `old`, in order; all of `old` must be in `new`.
fn added(old: &str, new: &str) -> String {
    let mut rest = old.lines().peekable();
    let mut added = String::new();
    for line in new.lines() {
        if rest.peek() == Some(&line) {
            rest.next();
        } else {
            added.push_str(line);
            added.push('\n');
        }
    }
    assert_eq!(rest.next(), None, "a line was lost");
    added
}

#[test]
fn a_new_catalogue_is_valid_and_generates() {
    let folder = Folder::new();
    let run = folder.run(&["init", "trains", "--prefix", "org.acme.night-train"]);
    insta::assert_snapshot!(run.text(), @r"
    exit 0
    --- stdout
    --- stderr
    9 files written to `trains/spec`
      next: edit them, then run `klambda generate` in `trains`
    ");
    let check = folder.run_in("trains", &["check", "--deny-warnings", "--format", "short"]);
    assert_eq!(check.text(), "exit 0\n--- stdout\n--- stderr\n");
    assert_eq!(folder.run_in("trains", &["generate"]).code, 0);
    assert_eq!(folder.run_in("trains", &["generate", "--check"]).code, 0);
    for (path, text) in folder.snapshot() {
        let ours = path.starts_with("trains/spec/") && path.ends_with(".yaml");
        assert!(!ours || !text.contains("com.example"), "{path}");
    }
    let page = folder.read("trains/docs/reference/events/command.order.place.md");
    assert!(page.contains("org.acme.night-train.command.order.place"));
    assert!(page.contains("mod night_train {"), "{page}");
    assert!(!folder.path("trains/docs/reference/rules").exists());
    let data = folder.read("trains/generated/rust/data.rs");
    assert!(data.contains("use ::knative_lambda_events::support;"));
}

#[test]
fn the_names_follow_from_the_folder_where_none_are_given() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["init", "Web Shop"]).code, 0);
    let catalog = folder.read("Web Shop/spec/catalog.yaml");
    assert!(catalog.contains("\ncatalog: web-shop\n"), "{catalog}");
    assert!(
        catalog.contains("\nprefix: com.example.web-shop\n"),
        "{catalog}"
    );
    assert_eq!(
        folder
            .run_in("Web Shop", &["check", "--deny-warnings"])
            .code,
        0
    );
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = Folder::with_catalogue();
    let before = folder.snapshot();
    let run = folder.run(&["init"]);
    insta::assert_snapshot!(run.text(), @r"
    exit 2
    --- stdout
    --- stderr
    error: `spec` is not empty
      help: `klambda init DIR` starts a catalogue in another folder
      help: `klambda new event TYPE` adds to the one that is here
    ");
    assert_eq!(folder.snapshot(), before);
    let run = folder.run(&["init", "other", "--prefix", "Com"]);
    assert_eq!(run.code, 2);
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn an_empty_spec_folder_is_filled() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("spec")).unwrap();
    assert_eq!(folder.run(&["init", "--name", "shop"]).code, 0);
    assert_eq!(folder.run(&["check"]).code, 0);
}

#[test]
fn a_new_event_stands_beside_its_like_and_passes_the_check() {
    let folder = Folder::with_catalogue();
    let before = folder.read("spec/events/command.yaml");
    let run = folder.run(&["new", "event", "command.order.return"]);
    insta::assert_snapshot!(run.text(), @r"
    exit 0
    --- stdout
    --- stderr
    added `spec/data/order-return.yaml`
    changed `spec/events/command.yaml`
    ");
    insta::assert_snapshot!(added(&before, &folder.read("spec/events/command.yaml")), @r#"
      # New: edit the texts and the example.
      order.return:
        summary: Request to return order
        effect: Describe what the receiver does
        idempotent: true
        data: order-return
        examples:
          - event:
              id: command-order-return-1
              source: com.example.shop/web/eu/order-4711
              subject: eu/order-4711
              time: "2026-01-31T10:30:00Z"
              idempotencykey: command-order-return-1
              data:
                name: example
    "#);
    insta::assert_snapshot!("new-schema", folder.read("spec/data/order-return.yaml"));
    let check = folder.run(&["check", "--deny-warnings", "--format", "short"]);
    assert_eq!(check.text(), "exit 0\n--- stdout\n--- stderr\n");
    assert_eq!(folder.run(&["generate"]).code, 0);
}

#[test]
fn a_new_event_uses_a_schema_that_is_there() {
    let folder = Folder::with_catalogue();
    let full = "com.example.shop.lifecycle.order.returned";
    let run = folder.run(&["new", "event", full, "--data", "order-event"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stderr, "changed `spec/events/lifecycle.yaml`\n");
    assert!(
        folder
            .read("spec/events/lifecycle.yaml")
            .contains("amount: 4990\n")
    );
    // A family, and one that nobody receives.
    assert_eq!(folder.run(&["new", "event", "lifecycle.order.*"]).code, 0);
    folder.edit(
        "spec/catalog.yaml",
        "\nentities:\n",
        "\nentities:\n  parcel: { title: Parcel, summary: Goods under way. }\n",
    );
    let run = folder.run(&["new", "event", "command.parcel.send"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        folder
            .read("spec/events/command.yaml")
            .contains("unrouted: ")
    );
}

#[test]
fn the_first_event_of_a_category_gets_a_file() {
    let folder = Folder::with_catalogue();
    std::fs::remove_file(folder.path("spec/events/lifecycle.yaml")).unwrap();
    let run = folder.run(&[
        "new",
        "event",
        "lifecycle.order.placed",
        "--data",
        "order-event",
    ]);
    assert!(
        run.stderr
            .starts_with("added `spec/events/lifecycle.yaml`\n"),
        "{}",
        run.stderr
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn names_that_do_not_fit_are_refused_with_a_suggestion() {
    let folder = Folder::with_catalogue();
    let before = folder.snapshot();
    for (arguments, said) in [
        (
            &["event", "command.ordr.return"][..],
            "did you mean `order`?",
        ),
        (&["event", "comand.order.return"], "did you mean `command`?"),
        (
            &["event", "command.order.place"],
            "there is an event type `command.order.place` already",
        ),
        (&["event", "command.return"], "names no entity"),
        (&["event", "command"], "is no event type"),
        (&["event", "command.order.Return"], "cannot be an action"),
        (
            &["event", "command.order.return", "--data", "Order Event"],
            "cannot name a schema",
        ),
        (
            &["schema", "order-event"],
            "it stands in `spec/data/order-event.yaml`",
        ),
        (&["schema", "../escape"], "cannot name a schema"),
    ] {
        let run = folder.run(&[&["new"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn events_written_in_one_line_are_left_to_people() {
    let folder = Folder::with_catalogue();
    folder.write(
        "spec/events/lifecycle.yaml",
        "category: lifecycle\nevents: { order.placed: { summary: x } }\n",
    );
    let before = folder.snapshot();
    let run = folder.run(&[
        "new",
        "event",
        "lifecycle.order.returned",
        "--data",
        "order-event",
    ]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("by hand"), "{}", run.stderr);
    assert!(run.stderr.contains("order.returned:"), "{}", run.stderr);
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn a_new_schema_is_valid() {
    let folder = Folder::with_catalogue();
    let run = folder.run(&["new", "schema", "refund"]);
    assert_eq!(run.stderr, "added `spec/data/refund.yaml`\n");
    let check = folder.run(&["check", "--deny-warnings", "--format", "short"]);
    assert_eq!(check.text(), "exit 0\n--- stdout\n--- stderr\n");
}
