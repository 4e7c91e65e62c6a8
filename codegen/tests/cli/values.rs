//! `klambda generate` with values, and to standard output.

use super::Folder;

/// The catalogue of `klambda init` with a broker and somebody who listens.
fn shop(class: &str) -> Folder {
    let folder = Folder::with_catalogue();
    let broker = "\
brokers:
  default:
    summary: Carries all events.
    namespace: shop
    class: CLASS
    url: http://default-broker-ingress.shop.svc.cluster.local
    cluster: { apiVersion: rabbitmq.com/v1beta1, kind: RabbitmqCluster, name: rabbit, namespace: mq }
    queueType: quorum
";
    folder.write("spec/broker.yaml", &broker.replace("CLASS", class));
    folder.write(
        "spec/observers.yaml",
        "\
observers:
  ledger:
    summary: Writes down what happened.
    events: [lifecycle.*]
    triggers:
      - name: shop-ledger
        namespace: shop
        broker: default
        events: [lifecycle.*]
        subscriber:
          uri: http://ledger.shop.svc.cluster.local/events
",
    );
    folder
}

fn stdout(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.run(arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

const STREAM: [&str; 4] = ["generate", "--only", "knative", "--stdout"];

#[test]
fn manifests_are_one_stream_and_nothing_is_written() {
    let folder = shop("RabbitMQBroker");
    let before = folder.snapshot();
    let text = stdout(&folder, &STREAM);
    assert_eq!(folder.snapshot(), before);
    let kinds: Vec<_> = text
        .split("---\n")
        .map(|document| {
            let kind = document.lines().find(|line| line.starts_with("kind: "));
            kind.unwrap_or_else(|| panic!("no kind: {document}"))
        })
        .collect();
    assert!(kinds.contains(&"kind: Broker"), "{kinds:?}");
    assert!(!kinds.contains(&"kind: Kustomization"), "{kinds:?}");
    let files = stdout(&folder, &["generate", "--only", "docs", "--stdout"]);
    assert!(files.starts_with("==> docs/reference/"), "{files}");
}

#[test]
fn patterns_become_what_the_broker_understands() {
    let text = stdout(&shop("RabbitMQBroker"), &STREAM);
    assert!(
        text.contains("  name: shop-ledger-order-placed\n"),
        "{text}"
    );
    assert!(!text.contains("filters:"), "{text}");
    let text = stdout(&shop("MTChannelBasedBroker"), &STREAM);
    assert!(text.contains("  name: shop-ledger\n"), "{text}");
    assert!(
        text.contains("  filters:\n    - prefix:\n        type: com.example.shop.lifecycle.\n"),
        "{text}"
    );
}

#[test]
fn values_replace_names_everywhere() {
    let folder = shop("RabbitMQBroker");
    folder.write(
        "values.yaml",
        "namespaces:\n  shop: prod\nnames: { ledger: books }\n",
    );
    let with = |more: &[&str]| stdout(&folder, &[&STREAM, more].concat());
    let text = with(&["--values", "values.yaml"]);
    assert!(!text.contains("namespace: shop\n"), "{text}");
    assert!(
        text.contains("uri: http://books.prod.svc.cluster.local/events\n"),
        "{text}"
    );
    // The command line wins over files.
    let text = with(&["--values", "values.yaml", "--set", "namespaces.shop=test"]);
    assert!(text.contains("  namespace: test\n"), "{text}");
    assert!(!text.contains("namespace: prod\n"), "{text}");
}

#[test]
fn what_is_no_value_is_refused_with_its_place() {
    let folder = shop("RabbitMQBroker");
    folder.write(
        "wrong.yaml",
        "namespaces:\n  # lower case only\n  shop: Prod\n",
    );
    folder.write("list.yaml", "- a\n");
    folder.write("broken.yaml", "a: [\n");
    for (arguments, message, help) in [
        (
            ["--set", "namespaces.shop"],
            "`--set namespaces.shop` sets nothing",
            "write `--set SECTION.NAME=VALUE`",
        ),
        (
            ["--set", "namespace.shop=a"],
            "there is no section `namespace`",
            "did you mean `namespaces`?",
        ),
        (
            ["--set", "namespaces.shp=a"],
            "there is no value `shp`",
            "did you mean `shop`?",
        ),
        (
            ["--set", "groups.knative=maybe"],
            "`groups.knative` cannot be \"maybe\"",
            "write `true` or `false`",
        ),
        (
            ["--values", "wrong.yaml"],
            "wrong.yaml:3: `namespaces.shop` cannot be \"Prod\"",
            "lower-case letters",
        ),
        (
            ["--values", "list.yaml"],
            "`list.yaml` is not as values are",
            "write sections with values below them",
        ),
        (
            ["--values", "broken.yaml"],
            "`broken.yaml` is no YAML that can be read",
            "",
        ),
        (
            ["--values", "missing.yaml"],
            "cannot read `missing.yaml`",
            "",
        ),
    ] {
        let run = folder.run(&[&STREAM[..], &arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stdout.is_empty(), "{arguments:?}");
        assert!(
            run.stderr.contains(message),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(help), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn a_check_with_values_names_them() {
    let folder = shop("RabbitMQBroker");
    let arguments = ["generate", "--set", "namespaces.shop=prod", "--check"];
    let run = folder.run(&arguments);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr
            .contains("run `klambda generate --set namespaces.shop=prod`"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.run(&arguments[..3]).code, 0);
    assert_eq!(folder.run(&arguments).code, 0);
}
