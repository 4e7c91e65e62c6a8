//! Writes a catalogue of N event types for benchmarks: `synthetic-catalog N DIR [--proto DIR2]`.
//!
//! Each type has data of ten fields: two required texts, an enum of four values, a bounded
//! integer, a text with a pattern, two times, a map, a list and a nested object. `--proto` writes
//! the same types as Protocol Buffers, for tools that read those.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

const CATEGORIES: [&str; 5] = ["request", "change", "call", "answer", "notice"];
/// Actions of one entity; the rest of the types get entities of their own.
const ACTIONS: [&str; 8] = [
    "open", "close", "move", "split", "merge", "check", "store", "clear",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let parsed = match arguments.as_slice() {
        [count, folder] => Some((count, folder, None)),
        [count, folder, flag, proto] if flag == "--proto" => Some((count, folder, Some(proto))),
        _ => None,
    };
    let Some((Ok(count), folder, proto)) = parsed.map(|(n, d, p)| (n.parse::<usize>(), d, p))
    else {
        fail("usage: synthetic-catalog N DIR [--proto DIR2]");
        return ExitCode::from(2);
    };
    let written = catalogue(count, &PathBuf::from(folder))
        .and_then(|()| proto.map_or(Ok(()), |folder| protobuf(count, Path::new(folder))));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            fail(&error.to_string());
            ExitCode::from(2)
        }
    }
}

fn fail(message: &str) {
    let _ = io::Write::write_all(&mut io::stderr(), format!("{message}\n").as_bytes());
}

/// Category, entity and action of type number `n`.
fn parts(n: usize) -> (&'static str, String, &'static str) {
    let category = CATEGORIES[n % CATEGORIES.len()];
    let n = n / CATEGORIES.len();
    (
        category,
        format!("thing{}", n / ACTIONS.len()),
        ACTIONS[n % ACTIONS.len()],
    )
}

fn catalogue(count: usize, folder: &Path) -> io::Result<()> {
    let spec = folder.join("spec");
    for sub in ["events", "data"] {
        fs::create_dir_all(spec.join(sub))?;
    }
    fs::write(spec.join("catalog.yaml"), header(count))?;
    fs::write(spec.join("extensions.yaml"), EXTENSIONS)?;
    fs::write(spec.join("broker.yaml"), BROKER)?;
    fs::write(spec.join("consumers.yaml"), consumers())?;
    for category in CATEGORIES {
        let mut text = format!("category: {category}\nevents:\n");
        let mut empty = true;
        for n in (0..count).filter(|n| parts(*n).0 == category) {
            event(&mut text, n);
            empty = false;
        }
        if !empty {
            fs::write(spec.join(format!("events/{category}.yaml")), text)?;
        }
    }
    for n in 0..count {
        fs::write(spec.join(format!("data/record{n}.yaml")), data(n))?;
    }
    Ok(())
}

fn header(count: usize) -> String {
    let mut text = String::from(
        r#"catalog: synthetic
title: Synthetic
version: 1.0.0
summary: A catalogue for benchmarks.
prefix: com.example.synthetic
cloudevents: "1.0"
datacontenttype: application/json
schemaBase: https://example.com/schemas
naming:
  type:
    format: "{prefix}.{category}.{entity}.{action}"
    example: com.example.synthetic.request.thing0.open
  source:
    format: "{prefix}/{component}/{namespace}/{name}"
    example: com.example.synthetic/writer/default/one
  subject:
    format: "{namespace}/{name}"
    example: default/one
actors:
  writer: { title: Writer, summary: Sends events. }
  reader: { title: Reader, summary: Receives events. }
planes:
  main: { title: Main, summary: Carries everything., from: writer, to: reader }
categories:
"#,
    );
    for category in CATEGORIES {
        let _ = writeln!(
            text,
            "  {category}:\n    title: {category}\n    summary: Events of one kind.\n    plane: main\n    from: writer\n    to: reader\n    tense: any\n    compatibility: backward"
        );
    }
    text.push_str("entities:\n");
    for n in 0..=count / (CATEGORIES.len() * ACTIONS.len()) {
        let _ = writeln!(
            text,
            "  thing{n}: {{ title: Thing {n}, summary: A thing. }}"
        );
    }
    text
}

const EXTENSIONS: &str = r#"extensions:
  correlationid:
    type: String
    summary: Ties events of one request together.
    optionalFor: ["*"]
"#;

const BROKER: &str = r#"brokers:
  main:
    summary: Carries all events.
    namespace: default
    class: RabbitMQBroker
    url: http://main-broker-ingress.default.svc.cluster.local
    cluster: { apiVersion: rabbitmq.com/v1beta1, kind: RabbitmqCluster, name: rabbitmq, namespace: default }
"#;

fn consumers() -> String {
    let mut text =
        String::from("consumers:\n  reader:\n    summary: Reads everything.\n    events:\n");
    for category in CATEGORIES {
        let _ = writeln!(text, "      - {category}.*");
    }
    text.push_str("    triggers:\n");
    for category in CATEGORIES {
        let _ = write!(
            text,
            r#"      - name: reader-{category}
        namespace: default
        broker: main
        events: [{category}.*]
        subscriber: {{ uri: http://reader.default.svc.cluster.local }}
"#
        );
    }
    text
}

fn event(text: &mut String, n: usize) {
    let (category, entity, action) = parts(n);
    let _ = write!(
        text,
        r#"  {entity}.{action}:
    summary: Says that {entity} was asked to {action} ({category})
    data: record{n}
    examples:
      - event:
          id: 6f2c0a4e-0000-4000-8000-{n:012}
          source: com.example.synthetic/writer/default/one
          subject: default/one
          time: "2026-01-02T03:04:05Z"
          correlationid: corr-{n}
          data:
            name: one
            namespace: default
            state: open
            attempts: 3
            code: AB-12
            createdAt: "2026-01-02T03:04:05Z"
            changedAt: "2026-01-02T03:04:06Z"
            labels: {{ team: red }}
            tags: [a, b]
            owner: {{ name: someone, mail: someone@example.com }}
"#
    );
}

fn data(n: usize) -> String {
    format!(
        r#"schema: record{n}
version: 1.0.0
title: Record {n}
description: Data number {n} of the synthetic catalogue.
root:
  type: object
  required: [name, namespace]
  properties:
    name: {{ type: string, description: Name of the thing., maxLength: 63 }}
    namespace: {{ type: string, description: Namespace of the thing., maxLength: 63 }}
    state:
      type: string
      description: State of the thing.
      enum: [open, closed, moving, broken]
    attempts: {{ type: integer, description: How often it was tried., minimum: 0, maximum: 100, x-unit: "1" }}
    code: {{ type: string, description: Its code., pattern: "^[A-Z]{{2}}-[0-9]{{1,6}}$" }}
    createdAt: {{ type: string, format: date-time, description: When it was made. }}
    changedAt: {{ type: string, format: date-time, description: When it was last changed. }}
    labels:
      type: object
      description: Labels of the thing.
      additionalProperties: {{ type: string, description: Value of a label. }}
    tags:
      type: array
      description: Tags of the thing.
      items: {{ type: string, description: A tag. }}
    owner:
      type: object
      description: Who owns it.
      required: [name]
      properties:
        name: {{ type: string, description: Name of the owner. }}
        mail: {{ type: string, description: Mail address of the owner. }}
"#
    )
}

fn protobuf(count: usize, folder: &Path) -> io::Result<()> {
    let package = folder.join("synthetic/v1");
    fs::create_dir_all(&package)?;
    fs::write(
        folder.join("buf.yaml"),
        "version: v2\nlint:\n  use: [STANDARD]\n",
    )?;
    for n in 0..count {
        fs::write(package.join(format!("record{n}.proto")), message(n))?;
    }
    Ok(())
}

fn message(n: usize) -> String {
    format!(
        r#"syntax = "proto3";

package synthetic.v1;

import "google/protobuf/timestamp.proto";

// State of record {n}.
enum Record{n}State {{
  RECORD{n}_STATE_UNSPECIFIED = 0;
  RECORD{n}_STATE_OPEN = 1;
  RECORD{n}_STATE_CLOSED = 2;
  RECORD{n}_STATE_MOVING = 3;
  RECORD{n}_STATE_BROKEN = 4;
}}

// Data number {n} of the synthetic catalogue.
message Record{n} {{
  // Who owns it.
  message Owner {{
    // Name of the owner.
    string name = 1;
    // Mail address of the owner.
    string mail = 2;
  }}

  // Name of the thing.
  string name = 1;
  // Namespace of the thing.
  string namespace = 2;
  // State of the thing.
  Record{n}State state = 3;
  // How often it was tried.
  uint32 attempts = 4;
  // Its code.
  string code = 5;
  // When it was made.
  google.protobuf.Timestamp created_at = 6;
  // When it was last changed.
  google.protobuf.Timestamp changed_at = 7;
  // Labels of the thing.
  map<string, string> labels = 8;
  // Tags of the thing.
  repeated string tags = 9;
  // Who owns it.
  Owner owner = 10;
}}
"#
    )
}
