//! The commands about events and their types, as processes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

/// What a command printed and how it ended.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Json {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

fn klambda(arguments: &[&str], stdin: &str) -> Ran {
    klambda_of("tests/base", arguments, stdin)
}

/// Runs the command on the spec in a folder below this crate's.
fn klambda_of(spec: &str, arguments: &[&str], stdin: &str) -> Ran {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join(spec);
    let mut child = Command::new(env!("CARGO_BIN_EXE_klambda"))
        .args(arguments)
        .arg("--spec")
        .arg(spec)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn legacy() -> Json {
    json!({
        "specversion": "1.0",
        "id": "1",
        "type": "shop.order.new",
        "source": "com.example.shop/desk/shop/order-7",
        "subject": "shop/order-7",
        "data": { "key": "order-7", "pieces": 2 },
    })
}

#[test]
fn samples_validate_in_every_form() {
    let all = klambda(&["sample", "--all"], "");
    assert_eq!((all.code, all.stdout.lines().count()), (0, 3));
    let valid = klambda(&["validate", "-"], &all.stdout);
    assert_eq!((valid.code, valid.stdout.as_str()), (0, ""));
    assert_eq!(valid.stderr, "3 events valid\n");

    let one = klambda(&["sample", "com.example.shop.lifecycle.order.placed"], "");
    assert_eq!(
        one.json()["type"],
        "com.example.shop.lifecycle.order.placed"
    );
    assert_eq!(klambda(&["validate", "-"], &one.stdout).code, 0);

    let partner = klambda(&["sample", "org.example.bank.paid"], "");
    assert_eq!(klambda(&["validate", "-"], &partner.stdout).code, 0);

    let http = klambda(
        &["sample", "lifecycle.order.placed", "--form", "binary"],
        "",
    )
    .stdout;
    assert!(http.contains("\nce-subject: shop/order-7\n"), "{http}");
    let curl = klambda(&["sample", "lifecycle.order.placed", "--form", "curl"], "").stdout;
    assert!(curl.starts_with("curl -X POST 'http://shop-broker-ingress.shop.svc.cluster.local'"));
}

#[test]
fn a_member_of_a_family_is_sampled_shown_and_routed() {
    let run = |arguments: &[&str], stdin: &str| klambda_of("../spec", arguments, stdin);
    for name in [
        "notification.metric.cpu",
        "io.knative.lambda.notification.metric.cpu",
    ] {
        let sample = run(&["sample", name], "");
        assert_eq!(
            sample.json()["type"],
            "io.knative.lambda.notification.metric.cpu"
        );
        assert_eq!(run(&["validate", "-"], &sample.stdout).code, 0);
        assert_eq!(run(&["show", name], "").code, 0);
        let route = run(&["route", name, "--format", "json"], "").json();
        assert_eq!(route["type"], "io.knative.lambda.notification.metric.cpu");
        assert_eq!(route["receivers"][0]["name"], "agent-auditor");
    }
}

#[test]
fn findings_about_events_come_in_every_format() {
    let input = format!("{}\n{{\"id\": 'x'}}\n", legacy());
    let human = klambda(&["validate", "-"], &input);
    assert_eq!((human.code, human.stdout.as_str()), (1, ""));
    for part in [
        "error[KL1002]: `shop.order.new` is a legacy type; it is `com.example.shop.command.order.place` now",
        "--> -:1:",
        "error[KL1001]: text in single quotes",
        "--> -:2:8",
        "0 events valid",
    ] {
        assert!(human.stderr.contains(part), "{part}: {}", human.stderr);
    }
    let short = klambda(&["validate", "-", "--format", "short"], &input);
    let lines: Vec<_> = short.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", short.stderr);
    assert_eq!(lines[1], "-:2:8: error[KL1001]: text in single quotes");
    let json = klambda(&["validate", "-", "--format", "json"], &input);
    let json: Json = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(json["errors"], 2);
    assert_eq!(json["findings"][1]["place"]["line"], 2);
    let sarif = klambda(&["validate", "-", "--format", "sarif"], &input);
    let sarif: Json = serde_json::from_str(&sarif.stderr).unwrap();
    let place = &sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 2);
    let github = klambda(&["validate", "-", "--format", "github"], &input);
    assert!(
        github.stderr.contains("::error file=-,line=2,"),
        "{}",
        github.stderr
    );
}

#[test]
fn files_that_cannot_be_read_are_wrong_use() {
    for arguments in [
        &["validate", "no/such/file.json"][..],
        &["migrate", "."],
        &["validate", "-", "-"],
        &["validate"],
        &["route", "no/such/file.json"],
    ] {
        let ran = klambda(arguments, "");
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (2, ""),
            "{arguments:?}: {}",
            ran.stderr
        );
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn migration_keeps_the_form() {
    let live = klambda(&["sample", "command.order.place"], "").stdout;
    let live: Json = serde_json::from_str(&live).unwrap();
    let expected = json!({ "name": "order-7", "quantity": 2 });

    let lines = klambda(&["migrate", "-"], &format!("{live}\n{}\n", legacy()));
    assert_eq!(lines.code, 0, "{}", lines.stderr);
    assert_eq!(lines.stderr, "1 event translated, 1 left as they were\n");
    let printed: Vec<&str> = lines.stdout.lines().collect();
    assert_eq!(printed[0], live.to_string());
    assert_eq!(
        serde_json::from_str::<Json>(printed[1]).unwrap()["data"],
        expected
    );
    assert_eq!(klambda(&["validate", "-"], &lines.stdout).code, 0);

    let pretty = klambda(&["migrate", "-"], &format!("{:#}", legacy()));
    assert_eq!(pretty.json()["data"], expected);
    assert!(pretty.stdout.lines().count() > 5);

    let list = klambda(&["migrate", "-"], &format!("[{live}, {}]", legacy()));
    assert_eq!(list.json()[0], live);
    assert_eq!(list.json()[1]["data"], expected);

    let mut broken = legacy();
    broken["data"] = json!({});
    let some = klambda(&["migrate", "-"], &format!("{broken}\n{}\n", legacy()));
    assert_eq!((some.code, some.stdout.lines().count()), (1, 1));
    assert!(some.stderr.contains("--> -:1:"), "{}", some.stderr);
    assert!(
        some.stderr.contains("nothing fills `name`"),
        "{}",
        some.stderr
    );
    assert_eq!(
        klambda(&["migrate", "-"], &format!("[{broken}]")).json(),
        json!([])
    );

    let check = klambda(&["migrate", "--check", "-"], &legacy().to_string());
    assert_eq!((check.code, check.stdout.as_str()), (0, ""));
}

#[test]
fn types_are_listed() {
    let list = klambda(&["list"], "");
    assert_eq!(list.stdout.lines().count(), 3);
    assert_eq!(
        list.stdout.lines().next().unwrap(),
        "com.example.shop.command.order.place      order  Request to place an order"
    );
    let json = klambda(&["list", "--format", "json", "--category", "lifecycle"], "").json();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[0]["name"], "lifecycle.order.placed");
    let wrong = klambda(&["list", "--category", "comand"], "");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("did you mean `command`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_type_is_shown() {
    let shown = klambda(&["show", "command.order.place"], "");
    for part in [
        "com.example.shop.command.order.place\nRequest to place an order\n",
        "  must carry  idempotencykey\n",
        "Data order (https://shop.example.com/schemas/order/v1.0.0)\n",
        "\n  address.city   string                 required  City.\n",
        "Trigger shop-desk-place in shop",
        "Legacy names\n  shop.order.new\n",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    assert!(!shown.stdout.contains('\x1b'));
    let coloured = klambda(&["--color", "always", "show", "command.order.place"], "");
    assert!(
        coloured
            .stdout
            .starts_with("\x1b[1mcom.example.shop.command.order.place\x1b[0m\n")
    );
    let json = klambda(&["show", "command.order.place", "--format", "json"], "").json();
    assert_eq!(json["legacy"], json!(["shop.order.new"]));
    assert_eq!(json["members"][0]["path"], "name");
    assert_eq!(
        json["sample"]["type"],
        "com.example.shop.command.order.place"
    );
    let partner = klambda(&["show", "org.example.bank.paid", "--format", "json"], "").json();
    assert_eq!(partner["data"], "receipt");
    let wrong = klambda(&["show", "command.order.plase"], "");
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(
        wrong.stderr.contains("did you mean `command.order.place`?"),
        "{}",
        wrong.stderr
    );
    let legacy = klambda(&["show", "shop.order.new"], "");
    assert!(
        legacy
            .stderr
            .contains("it is `com.example.shop.command.order.place` now")
    );
}

#[test]
fn routes_lead_to_receivers() {
    let table = klambda(&["route", "lifecycle.order.placed"], "");
    assert!(
        table.stdout.contains("shop-orders  Flux Receiver"),
        "{}",
        table.stdout
    );
    let json = klambda(&["route", "lifecycle.order.placed", "--format", "json"], "").json();
    let names: Vec<_> = json["receivers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["name"])
        .collect();
    assert!(
        names.contains(&&json!("ledger")) && names.contains(&&json!("shop-orders")),
        "{json}"
    );
    let sample = klambda(&["sample", "lifecycle.order.placed"], "").stdout;
    let of_event = klambda(&["route", "-", "--format", "json"], &sample);
    assert_eq!(of_event.json()["receivers"], json["receivers"]);
    let unknown = klambda(&["route", "-"], "{\"type\": \"x\"}");
    assert_eq!(
        (unknown.code, unknown.stdout.as_str()),
        (1, "x \n  nobody\n\n")
    );
    assert_eq!(klambda(&["route", "lifecycle.order.plased"], "").code, 2);
}

#[test]
fn graphs_are_drawn() {
    let flow = klambda(&["graph", "order"], "").stdout;
    assert_eq!(
        flow,
        "flowchart LR\n  n0[/\"Customer\"/]\n  subgraph g0[\"The shop\"]\n    n1[\"Desk\"]\n    n2[\"Ledger\"]\n  end\n  \
         n0 -->|\"command.order.place\"| n1\n  n1 -->|\"lifecycle.*<br/>(HTTP POST)\"| n2\n"
    );
    let dot = klambda(&["graph", "command.order.place", "--format", "dot"], "").stdout;
    assert!(
        dot.starts_with("digraph events {\n") && dot.ends_with("}\n"),
        "{dot}"
    );
    assert!(
        dot.contains("n1 -> n2 [label=\"Trigger shop-desk-place\"];"),
        "{dot}"
    );
    let whole = klambda(&["graph", "--format", "json"], "").json();
    let nodes = whole["nodes"].as_array().unwrap();
    assert!(
        nodes.iter().any(|n| n["name"] == "org.example.bank.paid"),
        "{whole}"
    );
    for edge in whole["edges"].as_array().unwrap() {
        assert!(edge["to"].as_u64().unwrap() < nodes.len() as u64);
    }
    let wrong = klambda(&["graph", "ordre"], "");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("did you mean `order`?"),
        "{}",
        wrong.stderr
    );
}
