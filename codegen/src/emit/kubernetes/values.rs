//! What may differ from cluster to cluster: namespaces, names of objects, settings of delivery.
//!
//! Every value has a section, a name and, from the spec, a default. The same manifests are made
//! twice: with values in their places, and, for the Helm chart, with expressions there that Helm
//! replaces. What is a value is thus said once, where the manifest is built.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value as Json};

use super::Group;
use super::settings::{SECTIONS, Setting, summary};

/// A value's section and name.
pub type Key = (&'static str, String);

/// Values that differ from those of the spec.
pub type Overrides = BTreeMap<Key, Json>;

/// Gives the values where manifests are built, and notes which there are.
#[derive(Debug)]
pub struct Values<'a> {
    source: Source<'a>,
    defaults: Mutex<BTreeMap<Key, Json>>,
    /// What each name is the name of.
    named: Mutex<BTreeMap<String, Named>>,
}

/// Kinds of objects.
#[derive(Debug, Default)]
struct Named {
    /// Those that have the name.
    whole: BTreeSet<String>,
    /// Those whose names begin with it.
    start: BTreeSet<String>,
}

#[derive(Debug)]
enum Source<'a> {
    Given(&'a Overrides),
    Chart,
}

/// Whether something is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    Off,
    /// As the expression of the chart says.
    Expression(String),
}

/// Around a value's name in texts that become templates. Characters of private use: no text of a
/// spec that passed the checks of names holds them.
const TEXT: [char; 2] = ['\u{e000}', '\u{e001}'];
/// The same around what is a number, quotes included.
const NUMBER: [char; 2] = ['\u{e002}', '\u{e003}'];

impl<'a> Values<'a> {
    /// The values of the spec.
    pub fn of_spec() -> Values<'static> {
        static NONE: Overrides = Overrides::new();
        Values::given(&NONE)
    }

    /// The values of the spec, but for `overrides`.
    pub fn given(overrides: &'a Overrides) -> Self {
        Self::from(Source::Given(overrides))
    }

    /// Expressions of a Helm chart.
    pub fn chart() -> Self {
        Self::from(Source::Chart)
    }

    fn from(source: Source<'a>) -> Self {
        Self {
            source,
            defaults: Mutex::default(),
            named: Mutex::default(),
        }
    }

    fn get(&self, section: &'static str, name: &str, default: Json) -> Json {
        let key = (section, name.to_owned());
        let value = match self.source {
            Source::Given(overrides) => overrides
                .get(&key)
                .cloned()
                .unwrap_or_else(|| default.clone()),
            Source::Chart => {
                let [open, close] = if default.is_string() { TEXT } else { NUMBER };
                format!("{open}{section}/{name}{close}").into()
            }
        };
        self.noted().insert(key, default);
        value
    }

    fn noted(&self) -> MutexGuard<'_, BTreeMap<Key, Json>> {
        self.defaults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the values that `other` was asked for, too.
    pub(super) fn note(&self, other: &Values<'_>) {
        let noted = other.noted().clone();
        self.noted().extend(noted);
        let kinds = other.kinds();
        let mut own = self.kinds();
        for (name, named) in kinds.iter() {
            let all = own.entry(name.clone()).or_default();
            all.whole.extend(named.whole.iter().cloned());
            all.start.extend(named.start.iter().cloned());
        }
    }

    fn kinds(&self) -> MutexGuard<'_, BTreeMap<String, Named>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self, section: &'static str, default: &str) -> String {
        let value = self.get(section, default, default.into());
        value.as_str().unwrap_or(default).to_owned()
    }

    /// A namespace, by its name in the spec.
    pub fn namespace(&self, name: &str) -> String {
        self.text("namespaces", name)
    }

    /// How the part of a queue's name after `b.` or `t.` begins, as a regular expression.
    ///
    /// Queues of dead letters are named `b.<namespace>.<broker>.dlq.<uid>` and `t.<namespace>.<trigger>…`,
    /// and of longer names the first 31 characters stay (Knative, `kmeta.ChildName`).
    pub fn queue_start(&self, namespace: &str) -> String {
        const LENGTH: usize = 29;
        let name = self.namespace(namespace);
        match self.source {
            Source::Given(_) => {
                let start: String = format!("{name}.").chars().take(LENGTH).collect();
                start.replace('.', "[.]")
            }
            Source::Chart => {
                let [_, close] = TEXT;
                // In backquotes, which YAML does not escape.
                let functions =
                    format!("|printf `%s.` | trunc {LENGTH} | replace `.` `[.]`{close}");
                name.replace(close, &functions)
            }
        }
    }

    /// The name of an object of this kind, by its name in the spec.
    pub fn name(&self, kind: &str, name: &str) -> String {
        self.note_kind(name, |named| named.whole.insert(kind.to_owned()));
        self.text("names", name)
    }

    /// What the names of several objects of this kind begin with.
    pub fn start(&self, kind: &str, name: &str) -> String {
        self.note_kind(name, |named| named.start.insert(kind.to_owned()));
        self.text("names", name)
    }

    fn note_kind(&self, name: &str, note: impl FnOnce(&mut Named) -> bool) {
        let mut named = self.kinds();
        note(named.entry(name.to_owned()).or_default());
    }

    /// What a value means.
    pub fn summary(&self, section: &str, name: &str) -> String {
        let named = self.kinds();
        let Some(named) = named.get(name).filter(|_| section == "names") else {
            return summary(section, name);
        };
        let list = |kinds: &BTreeSet<String>| {
            let kinds: Vec<_> = kinds.iter().map(String::as_str).collect();
            kinds.join(", ")
        };
        let whole = format!("Name of {}", list(&named.whole));
        let start = format!("start of names of {}", list(&named.start));
        match (named.whole.is_empty(), named.start.is_empty()) {
            (false, false) => format!("{whole}; {start}"),
            (true, _) => start.replacen('s', "S", 1),
            (false, true) => whole,
        }
    }

    /// A setting, with its value in the spec.
    pub fn setting(&self, setting: &'static Setting, default: impl Into<Json>) -> Json {
        self.get(setting.section, setting.name, default.into())
    }

    /// A number, where its text is wanted.
    pub fn setting_text(&self, setting: &'static Setting, default: u64) -> String {
        match self.get(setting.section, setting.name, default.into()) {
            // As if it were a text: the quotes stay.
            Json::String(marked) => {
                let [open, close] = TEXT;
                let end = format!("|int64{close}");
                marked
                    .replace(NUMBER[0], &open.to_string())
                    .replace(NUMBER[1], &end)
            }
            number => number.to_string(),
        }
    }

    /// Whether something is wanted.
    pub(super) fn switch(&self, section: &'static str, name: &str, default: bool) -> Switch {
        match self.get(section, name, default.into()) {
            Json::Bool(true) => Switch::On,
            Json::Bool(false) => Switch::Off,
            _ => Switch::Expression(expression(&format!("{section}/{name}"))),
        }
    }

    /// Whether a group is installed.
    pub(super) fn group(&self, group: &Group) -> Switch {
        self.switch("groups", group.name, group.installed)
    }

    /// An address whose host is `<object>.<namespace>.svc…`, with both names replaced. Others stay.
    pub fn url(&self, url: &str) -> String {
        const CLUSTER: &str = ".svc.cluster.local";
        /// What the RabbitMQ broker calls the Service of its ingress.
        const INGRESS: &str = "-broker-ingress";
        let parts = || {
            let (scheme, rest) = url.split_once("://")?;
            let at = rest.find(CLUSTER)?;
            let (object, namespace) = rest[..at].split_once('.')?;
            let (kind, name, suffix) = match object.strip_suffix(INGRESS) {
                Some(broker) => ("Broker", broker, INGRESS),
                None => ("Service", object, ""),
            };
            let (name, namespace) = (self.name(kind, name), self.namespace(namespace));
            Some(format!(
                "{scheme}://{name}{suffix}.{namespace}{}",
                &rest[at..]
            ))
        };
        parts().unwrap_or_else(|| url.to_owned())
    }

    /// Every value that was asked for, with its default, below its section.
    pub fn defaults(&self) -> Map<String, Json> {
        let defaults = self.noted();
        let mut all = Map::new();
        for (section, _) in SECTIONS {
            let values = defaults.iter().filter(|((s, _), _)| s == section);
            let values: Map<_, _> = values.map(|((_, n), v)| (n.clone(), v.clone())).collect();
            if !values.is_empty() {
                all.insert((*section).to_owned(), values.into());
            }
        }
        all
    }
}

/// A text that [`Values::chart`] gave expressions to, as a Helm template.
pub(super) fn template(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut rest = text;
    while let Some(at) = rest.find([TEXT[0], NUMBER[0], '{']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let expression = |[open, close]: [char; 2]| found.strip_prefix(open)?.split_once(close);
        rest = if let Some((key, after)) = expression(TEXT) {
            out.push_str(&format!("{{{{ {} }}}}", self::expression(key)));
            after
        } else if let Some((key, after)) = expression(NUMBER) {
            // The quotes around it go. Helm reads numbers as floats, and writes large ones as such.
            out.pop();
            out.push_str(&format!("{{{{ int64 {} }}}}", self::expression(key)));
            after.strip_prefix('"').unwrap_or(after)
        } else if let Some(after) = found.strip_prefix("{{") {
            // It is meant for Prometheus or Grafana.
            out.push_str("{{ \"{{\" }}");
            after
        } else {
            let mut chars = found.chars();
            out.extend(chars.next());
            chars.as_str()
        };
    }
    out.push_str(rest);
    out
}

/// The expression for `section/name`, or for `section/name|functions`.
fn expression(key: &str) -> String {
    let (key, function) = key.split_once('|').unwrap_or((key, ""));
    let (section, name) = key.split_once('/').unwrap_or((key, ""));
    let mut expression = match name.chars().all(|c| c.is_ascii_alphanumeric()) {
        true => format!(".Values.{section}.{name}"),
        false => format!("index .Values.{section} \"{name}\""),
    };
    if !function.is_empty() {
        expression.push_str(" | ");
        expression.push_str(function);
    }
    expression
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::settings::RETRY;
    use super::*;
    use crate::emit::yaml::to_yaml;

    #[test]
    fn names_in_addresses_are_values() {
        let overrides = Overrides::from([
            (("namespaces", "shop".to_owned()), json!("prod")),
            (("names", "orders".to_owned()), json!("events")),
        ]);
        let values = Values::given(&overrides);
        let url = "http://orders-broker-ingress.shop.svc.cluster.local/a";
        let changed = "http://events-broker-ingress.prod.svc.cluster.local/a";
        assert_eq!(values.url(url), changed);
        assert_eq!(values.url("https://x.example/a"), "https://x.example/a");
        assert_eq!(values.summary("names", "orders"), "Name of Broker");
        values.name("Service", "orders");
        values.start("Policy", "orders");
        let both = "Name of Broker, Service; start of names of Policy";
        assert_eq!(values.summary("names", "orders"), both);
        values.start("Trigger", "ledger");
        let start = "Start of names of Trigger";
        assert_eq!(values.summary("names", "ledger"), start);
    }

    #[test]
    fn templates() {
        let values = Values::chart();
        let manifest = json!({
            "namespace": values.namespace("a-b"),
            "retry": values.setting(&RETRY, 5),
            "start": values.queue_start("a-b"),
            "annotation": values.setting_text(&RETRY, 5),
            "text": "{{ $labels.x }} of {{x}}",
        });
        let expected = "\
namespace: \"{{ index .Values.namespaces \"a-b\" }}\"
retry: {{ int64 .Values.delivery.retry }}
start: \"{{ index .Values.namespaces \"a-b\" | printf `%s.` | trunc 29 | replace `.` `[.]` }}\"
annotation: \"{{ .Values.delivery.retry | int64 }}\"
text: \"{{ \"{{\" }} $labels.x }} of {{ \"{{\" }}x}}\"
";
        assert_eq!(template(&to_yaml(&manifest)), expected);
        let defaults = json!({ "namespaces": { "a-b": "a-b" }, "delivery": { "retry": 5 } });
        assert_eq!(Json::Object(values.defaults()), defaults);
    }
}
