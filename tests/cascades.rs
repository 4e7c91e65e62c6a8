//! One mistake in the real spec gives one finding, not one more for everything that depends on it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use knative_lambda_codegen::diagnostics::{Colour, Finding, Format, Severity, render};
use knative_lambda_codegen::load::{Limits, from_memory};
use knative_lambda_codegen::{Checked, compile_loaded};
use knative_lambda_tests::spec_files;

type Files = Vec<(String, Vec<u8>)>;

/// Findings that one mistake may give: its own, and one that is true beside it.
const MOST: usize = 2;

/// A file, what stands in it, and what stands there by mistake.
type Mistake = (&'static str, &'static str, &'static str);

const MISTAKES: &[Mistake] = &[
    (
        "events/command.yaml",
        "          datacontenttype: application/json\n",
        "          datacontenttyp: application/json\n",
    ),
    (
        "catalog.yaml",
        "      correlationid: corr-xyz789\n",
        "      corelationid: corr-xyz789\n",
    ),
    ("catalog.yaml", "naming:\n", "naming\n"),
    (
        "catalog.yaml",
        "prefix: io.knative.lambda\n",
        "prefx: io.knative.lambda\n",
    ),
    ("catalog.yaml", "prefix: io.knative.lambda\n", ""),
    (
        "catalog.yaml",
        "prefix: io.knative.lambda\n",
        "prefix: io.knative.Lambda\n",
    ),
    (
        "catalog.yaml",
        "prefix: io.knative.lambda\n",
        "prefix: io.knative.lambad\n",
    ),
    (
        "catalog.yaml",
        "prefix: io.knative.lambda\n",
        "prefix: [io.knative.lambda]\n",
    ),
    ("catalog.yaml", "version: 1.0.1\n", "version: 1.0\n"),
    ("catalog.yaml", "version: 1.0.1\n", "version: one\n"),
    (
        "catalog.yaml",
        "datacontenttype: application/json\n",
        "datacontenttyp: application/json\n",
    ),
    (
        "catalog.yaml",
        "datacontenttype: application/json\n",
        "datacontenttype: json\n",
    ),
    (
        "catalog.yaml",
        "cloudevents: \"1.0\"\n",
        "cloudevents: \"2.0\"\n",
    ),
    (
        "catalog.yaml",
        "schemaBase: https://knative-lambda.io/schemas\n",
        "schemaBase: https://knative-lambda.io/schema\n",
    ),
    (
        "catalog.yaml",
        "schemaBase: https://knative-lambda.io/schemas\n",
        "schemaBase: knative-lambda/schemas\n",
    ),
    (
        "catalog.yaml",
        "  command:\n    title: Command Events\n",
        "  comand:\n    title: Command Events\n",
    ),
    (
        "catalog.yaml",
        "    tense: present\n",
        "    tense: presnt\n",
    ),
    (
        "catalog.yaml",
        "    plane: control\n",
        "    plane: contrl\n",
    ),
    (
        "catalog.yaml",
        "  operator: { title: Operator,",
        "  operater: { title: Operator,",
    ),
    (
        "catalog.yaml",
        "    from: external\n    to: operator\n",
        "    from: external\n",
    ),
    (
        "catalog.yaml",
        "    format: \"{prefix}.{category}.{entity}.{action}\"\n",
        "    format: \"{prefix}.{category}.{entty}.{action}\"\n",
    ),
    (
        "catalog.yaml",
        "    format: \"{prefix}/{component}/{namespace}/{name}\"\n",
        "    format: \"{prefix}/{component}/{namespce}/{name}\"\n",
    ),
    (
        "events/command.yaml",
        "category: command\n",
        "category: comand\n",
    ),
    (
        "events/command.yaml",
        "category: command\n",
        "categry: command\n",
    ),
    (
        "events/command.yaml",
        "category: command\n",
        "category: lifecycle\n",
    ),
    (
        "events/command.yaml",
        "category: command\n",
        "category: [command]\n",
    ),
    (
        "events/command.yaml",
        "  build.start:\n",
        "  build.strat:\n",
    ),
    (
        "events/command.yaml",
        "  build.start:\n",
        "  biuld.start:\n",
    ),
    ("events/command.yaml", "  build.start:\n", "  build.start\n"),
    (
        "events/command.yaml",
        "    idempotent: true\n    data: build-command\n",
        "    idempotent: yes\n    data: build-command\n",
    ),
    (
        "events/command.yaml",
        "    data: build-command\n",
        "    data: build-comand\n",
    ),
    (
        "events/lifecycle.yaml",
        "category: lifecycle\n",
        "category: lifcycle\n",
    ),
    (
        "events/lifecycle.yaml",
        "category: lifecycle\n",
        "category: lifecycle:\n",
    ),
    (
        "events/invoke.yaml",
        "category: invoke\n",
        "category: invok\n",
    ),
    (
        "events/response.yaml",
        "category: response\n",
        "category: respnse\n",
    ),
    (
        "events/notification.yaml",
        "category: notification\n",
        "category: notifcation\n",
    ),
    (
        "data/build-event.yaml",
        "schema: build-event\n",
        "schema: build-evnt\n",
    ),
    (
        "data/build-event.yaml",
        "version: 1.0.0\n",
        "version: 1.0\n",
    ),
    (
        "data/build-event.yaml",
        "version: 1.0.0\n",
        "version: 1.0.x\n",
    ),
    (
        "data/build-event.yaml",
        "version: 1.0.0\n",
        "version: 2.0.0\n",
    ),
    ("data/build-event.yaml", "  properties:\n", "  propertes:\n"),
    ("data/build-event.yaml", "    buildId:\n", "    buildid:\n"),
    (
        "data/build-event.yaml",
        "    digest:\n      type: string\n",
        "    digest:\n      type: strin\n",
    ),
    (
        "data/build-event.yaml",
        "      minLength: 1\n      maxLength: 253\n",
        "      minLength: one\n      maxLength: 253\n",
    ),
    ("data/build-event.yaml", "root:\n", "rot:\n"),
    (
        "data/build-event.yaml",
        "root:\n  type: object\n",
        "root:\n  type: obect\n",
    ),
    (
        "data/build-event.yaml",
        "root:\n  type: object\n",
        "root:\n  type: string\n",
    ),
    (
        "data/lambda-function-spec.yaml",
        "  required: [source, runtime]\n",
        "  required: [source, runtme]\n",
    ),
    ("data/lambda-function-spec.yaml", "$defs:\n", "$def:\n"),
    ("data/alert.yaml", "    severity:\n", "    severty:\n"),
    (
        "extensions.yaml",
        "  idempotencykey:\n    type: String\n",
        "  idempotencykey:\n    type: Strng\n",
    ),
    (
        "extensions.yaml",
        "  idempotencykey:\n",
        "  idempotencyky:\n",
    ),
    (
        "extensions.yaml",
        "  idempotencykey:\n",
        "  idempotency-key:\n",
    ),
    ("extensions.yaml", "extensions:\n", "extension:\n"),
    (
        "extensions.yaml",
        "    requiredFor: [command]\n",
        "    requiredFor: [comand]\n",
    ),
    (
        "extensions.yaml",
        "  correlationid:\n    type: String\n",
        "  correlationid:\n    type: [String]\n",
    ),
    (
        "errors.yaml",
        "    code: RUNTIME_ERROR\n",
        "    code: TIMEOUT_ERROR\n",
    ),
    (
        "errors.yaml",
        "    handling: permanent\n",
        "    handling: permanant\n",
    ),
    ("errors.yaml", "classes:\n", "clases:\n"),
    (
        "runtimes.yaml",
        "    versions: [\"18\", \"20\", \"22\", \"24\"]\n",
        "    versions: [18, 20, 22, 24]\n",
    ),
    ("environment.yaml", "    type: port\n", "    type: prt\n"),
    (
        "environment.yaml",
        "    default: 8080\n",
        "    default: http\n",
    ),
    (
        "migrations.yaml",
        "    to: command.build.start\n",
        "    to: command.build.strat\n",
    ),
    (
        "migrations.yaml",
        "  network.notifi.lambda.build.start:\n",
        "  network.notifi.lambda.build.strat:\n",
    ),
    (
        "migrations.yaml",
        "      namespace: { value: knative-lambda }\n",
        "      namespce: { value: knative-lambda }\n",
    ),
    (
        "migrations.yaml",
        "    unmapped: drop\n",
        "    unmapped: drp\n",
    ),
    ("broker.yaml", "  lambda-broker:\n", "  lambda-brokr:\n"),
    (
        "broker.yaml",
        "    class: RabbitMQBroker\n",
        "    clas: RabbitMQBroker\n",
    ),
    ("broker.yaml", "brokers:\n", "brokrs:\n"),
    (
        "consumers.yaml",
        "    events: [command.*]\n    triggers:\n",
        "    events: [comand.*]\n    triggers:\n",
    ),
    ("consumers.yaml", "consumers:\n", "consumer:\n"),
    (
        "consumers.yaml",
        "        broker: lambda-broker\n        events: [command.*]\n",
        "        broker: lambda-brokr\n        events: [command.*]\n",
    ),
    ("observers.yaml", "  agent-auditor:\n", "  agent-auditor\n"),
    (
        "flux.yaml",
        "  lambda-lifecycle-receiver:\n",
        "  lambda-lifecycle-reciever:\n",
    ),
    (
        "flux.yaml",
        "      - lifecycle.function.ready\n",
        "      - lifecycle.function.redy\n",
    ),
    (
        "flux.yaml",
        "    resourceFilter: has(req.",
        "    resourceFilter: has(rq.",
    ),
    ("cdevents.yaml", "version: 0.4.1\n", "version: 0.4\n"),
    (
        "cdevents.yaml",
        "    event: command.build.start\n",
        "    event: command.build.strat\n",
    ),
    ("cdevents.yaml", "mapping:\n", "maping:\n"),
    ("alerting.yaml", "    data: alert\n", "    data: alrt\n"),
    (
        "alerting.yaml",
        "      alertname: alertName\n",
        "      alertname: alrtName\n",
    ),
    ("alerting.yaml", "  lambda.slo:\n", "  lambda.sol\n"),
    (
        "alerting.yaml",
        "      - record: queue:dead_letters:max\n",
        "      - record: queue:dead_leters:max\n",
    ),
    (
        "alerting.yaml",
        "      - record: namespace_function:errors_per_call:ratio_rate6h\n",
        "      - recrod: namespace_function:errors_per_call:ratio_rate6h\n",
    ),
    (
        "metrics.yaml",
        "  knative_lambda_function_errors_total:\n",
        "  knative_lambda_function_erors_total:\n",
    ),
    (
        "metrics.yaml",
        "  knative_lambda_function_duration_seconds:\n",
        "  knative_lambda_function_duraton_seconds:\n",
    ),
    ("metrics.yaml", "    kind: counter\n", "    kind: cuonter\n"),
    (
        "metrics.yaml",
        "      function: { summary: Name of the function. }\n      status:",
        "      fucntion: { summary: Name of the function. }\n      status:",
    ),
    (
        "metrics.yaml",
        "values: [success, failure]",
        "values: [success, failed]",
    ),
    ("metrics.yaml", "metrics:\n", "metircs:\n"),
    ("metrics.yaml", "metrics:\n", "metrics\n"),
    ("dashboards.yaml", "  control:\n", "  contrl:\n"),
    ("dashboards.yaml", "    variables:\n", "    varaibles:\n"),
    (
        "dashboards.yaml",
        "            kind: stat\n",
        "            kind: stats\n",
    ),
    (
        "dashboards.yaml",
        "notification.alert.critical]",
        "notification.alert.citical]",
    ),
    ("flows/build.yaml", "flow: build\n", "flow: biuld\n"),
    (
        "flows/build.yaml",
        "  operator: { title: Operator, shape: program }\n",
        "  operatr: { title: Operator, shape: program }\n",
    ),
    (
        "flows/build.yaml",
        "event: lifecycle.build.started, label",
        "event: lifecycle.build.start, label",
    ),
    (
        "partners/notifi-fusion.yaml",
        "partner: notifi-fusion\n",
        "partner: notifi-fuson\n",
    ),
    (
        "partners/notifi-fusion.yaml",
        "  network.notifi.lambda.build.start:\n    summary",
        "  network.notifi.lambda.build.strat:\n    summary",
    ),
    (
        "partners/notifi-fusion.yaml",
        "    data: notifi-build-start\n",
        "    data: notifi-build-strat\n",
    ),
    (
        "resources/lambda-function.yaml",
        "kind: LambdaFunction\n",
        "kind: LambdaFuncton\n",
    ),
    (
        "resources/lambda-function.yaml",
        "spec: lambda-function-spec\n",
        "spec: lambda-function-spc\n",
    ),
    (
        "resources/lambda-function.yaml",
        "version: v1alpha1\n",
        "version: v1alpha2\n",
    ),
];

/// What stands there by mistake, how many findings it gives at most, and why each says something of its
/// own.
const EXCEPTIONS: &[(&str, usize, &str)] = &[(
    "    versions: [18, 20, 22, 24]\n",
    4,
    "each version lacks its quotes",
)];

#[test]
fn one_mistake_gives_one_finding() {
    let spec = spec_files().unwrap();
    let mut wrong = Vec::new();
    for mistake in MISTAKES {
        let exception = EXCEPTIONS
            .iter()
            .find(|(written, ..)| *written == mistake.2);
        let most = exception.map_or(MOST, |(_, most, _)| *most);
        let checked = check(&spec, &[mistake]);
        let found = checked.findings.len();
        if found == 0 || found > most {
            let findings = render(
                &checked.findings,
                &checked.sources,
                Format::Short,
                Colour::Never,
            );
            wrong.push(format!("{found} findings of {mistake:?}:\n{findings}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        MISTAKES.len(),
        wrong.join("\n")
    );
}

/// Mistakes that have nothing to do with others, of rules that fall silent beside some causes.
const BESIDE: &[Mistake] = &[
    (
        "events/lifecycle.yaml",
        "            generation: 3\n",
        "            generation: three\n",
    ),
    (
        "observers.yaml",
        "events: [notification.audit.change]\n",
        "events: [notification.audit.chnage]\n",
    ),
    ("partners/agent-contracts.yaml", "data: ", "data: no-"),
];

/// Files that hold what all events are judged by: without them little can be said.
const JUDGES: &[&str] = &["catalog.yaml", "extensions.yaml"];

#[test]
fn other_mistakes_are_reported_beside_it() {
    let spec = spec_files().unwrap();
    let mut hidden = Vec::new();
    for beside in BESIDE {
        let alone = check(&spec, &[beside]);
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let expected = alone.findings.iter().find(is_error).expect("a finding");
        for mistake in MISTAKES {
            // An event of a category that is misspelt itself.
            let related =
                mistake.0 == "events/notification.yaml" && beside.1.contains("notification");
            if related || mistake.0 == beside.0 || JUDGES.contains(&mistake.0) {
                continue;
            }
            let checked = check(&spec, &[mistake, beside]);
            let reported = |finding: &Finding| {
                let place = |f: &Finding| f.primary.span;
                finding.code == expected.code && place(finding) == place(expected)
            };
            if !checked.findings.iter().any(reported) {
                hidden.push(format!("{beside:?} beside {mistake:?}"));
            }
        }
    }
    assert!(hidden.is_empty(), "{}\n{}", hidden.len(), hidden.join("\n"));
}

/// A name that is misspelt where it is declared leaves dangling references: that is an error,
/// whatever the warning about the declaration says.
#[test]
fn a_misspelt_declaration_is_an_error() {
    let spec = spec_files().unwrap();
    let renamed: &[Mistake] = &[
        ("catalog.yaml", "  external: {", "  externel: {"),
        ("catalog.yaml", "  build: {", "  biuld: {"),
        (
            "data/service-command.yaml",
            "schema: service-command\n",
            "schema: service-comand\n",
        ),
    ];
    for mistake in renamed {
        assert!(check(&spec, &[mistake]).has_errors(), "{mistake:?}");
    }
}

fn check(spec: &Files, mistakes: &[&Mistake]) -> Checked {
    let mut spec = spec.clone();
    for (path, right, wrong) in mistakes {
        let file = spec
            .iter_mut()
            .find(|(p, _)| p == path)
            .expect("the file is there");
        let text = String::from_utf8(std::mem::take(&mut file.1)).unwrap();
        assert!(text.contains(right), "{path} has no {right:?}");
        file.1 = text.replacen(right, wrong, 1).into_bytes();
    }
    let loaded = from_memory(Path::new("spec"), spec, &Limits::default());
    compile_loaded(loaded, |_| ()).0
}
