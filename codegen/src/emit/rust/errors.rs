//! The module `errors`: classes of errors, and what becomes of failed events.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::ir::names::rust_type;
use crate::model::{
    Backoff, DeadLetterPolicy, DeadLetterWhen, ErrorClass, Overflow, RetryPolicy, Text,
};

/// A class with its name in the spec and in Rust.
type Named<'a> = (&'a Text, String, &'a ErrorClass);

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.errors.as_ref()?;
    let classes: Vec<Named<'_>> = file
        .body
        .classes
        .iter()
        .map(|(name, class)| (name, rust_type(&name.value), class))
        .collect();
    let mut writer = Writer::default();
    writer.module_doc("Classes of errors, and what becomes of failed events.");
    writer.blank();
    writer.line(format_args!("use std::time::Duration;"));
    writer.blank();
    let support = emitter.support;
    writer.line(format_args!("use {support};"));
    let names = "Backoff, DeadLetter, DeadLetterPolicy, Overflow, RetryPolicy";
    writer.line(format_args!("use {support}::policy::{{{names}}};"));
    writer.blank();
    enumeration(&mut writer, &classes);
    writer.blank();
    properties(&mut writer, &classes);
    writer.blank();
    retry(&mut writer, &file.body.retry);
    writer.blank();
    dead_letter(&mut writer, &file.body.dead_letter);
    Some(Module {
        name: "errors".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}

fn enumeration(writer: &mut Writer, classes: &[Named<'_>]) {
    writer.doc("A class of errors.");
    writer.line(format_args!(
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]"
    ));
    writer.open(format_args!("pub enum ErrorClass {{"));
    for (_, variant, class) in classes {
        writer.doc(&class.summary.value);
        writer.line(format_args!("{variant},"));
    }
    writer.close("}");
    writer.blank();
    writer.open(format_args!("support::closed_enum! {{"));
    writer.open(format_args!("ErrorClass {{"));
    for (name, variant, _) in classes {
        writer.line(format_args!("{variant} = {},", literal(&name.value)));
    }
    writer.close("}");
    writer.close("}");
}

fn properties(writer: &mut Writer, classes: &[Named<'_>]) {
    writer.open(format_args!("impl ErrorClass {{"));
    writer.doc("The class with a code.");
    writer.open(format_args!(
        "pub fn from_code(code: &str) -> Option<Self> {{"
    ));
    writer.line(format_args!(
        "Self::ALL.iter().copied().find(|class| class.code() == code)"
    ));
    writer.close("}");
    property(
        writer,
        classes,
        "Its code on the wire.",
        "code(self) -> &'static str",
        |class| literal(&class.code.value),
    );
    property(
        writer,
        classes,
        "Whether trying again may help.",
        "retryable(self) -> bool",
        |class| class.retryable.value.to_string(),
    );
    let doc = "When the event goes to the dead-letter queue.";
    property(
        writer,
        classes,
        doc,
        "dead_letter(self) -> DeadLetter",
        |class| {
            let when = class.dead_letter.as_ref().map(|when| when.value);
            let variant = match when.unwrap_or(DeadLetterWhen::Never) {
                DeadLetterWhen::Always => "Always",
                DeadLetterWhen::AfterRetries => "AfterRetries",
                DeadLetterWhen::Never => "Never",
            };
            format!("DeadLetter::{variant}")
        },
    );
    property(
        writer,
        classes,
        "HTTP status that is answered.",
        "status(self) -> u16",
        |class| class.status.value.to_string(),
    );
    let doc = "Kind of failure that it is.";
    property(
        writer,
        classes,
        doc,
        "handling(self) -> &'static str",
        |class| literal(&class.handling.value),
    );
    writer.close("}");
}

fn property(
    writer: &mut Writer,
    classes: &[Named<'_>],
    doc: &str,
    signature: &str,
    value: impl Fn(&ErrorClass) -> String,
) {
    writer.blank();
    writer.doc(doc);
    writer.open(format_args!("pub fn {signature} {{"));
    writer.open(format_args!("match self {{"));
    for (_, variant, class) in classes {
        writer.arm(&format!("Self::{variant}"), &value(class));
    }
    writer.close("}");
    writer.close("}");
}

fn retry(writer: &mut Writer, policy: &RetryPolicy) {
    writer.doc("How deliveries are repeated.");
    writer.open(format_args!(
        "pub const RETRY: RetryPolicy = RetryPolicy {{"
    ));
    writer.line(format_args!("attempts: {},", policy.attempts.value));
    let backoff = match policy.backoff.value {
        Backoff::Linear => "Linear",
        Backoff::Exponential => "Exponential",
    };
    writer.line(format_args!("backoff: Backoff::{backoff},"));
    writer.line(format_args!("delay: {},", duration(&policy.delay)));
    match &policy.max_delay {
        Some(most) => writer.line(format_args!("max_delay: Some({}),", duration(most))),
        None => writer.line(format_args!("max_delay: None,")),
    }
    let statuses: Vec<_> = policy.statuses.iter().map(|s| literal(&s.value)).collect();
    writer.slice("statuses: ", &statuses, ",");
    writer.close("};");
}

fn dead_letter(writer: &mut Writer, policy: &DeadLetterPolicy) {
    writer.doc("Where events go that cannot be processed.");
    writer.open(format_args!(
        "pub const DEAD_LETTER: DeadLetterPolicy = DeadLetterPolicy {{"
    ));
    writer.line(format_args!("queue: {},", literal(&policy.queue.value)));
    writer.line(format_args!(
        "exchange: {},",
        literal(&policy.exchange.value)
    ));
    let prefix = literal(&policy.routing_key_prefix.value);
    writer.line(format_args!("routing_key_prefix: {prefix},"));
    writer.line(format_args!("ttl: {},", duration(&policy.ttl)));
    writer.line(format_args!("max_length: {},", policy.max_length.value));
    let overflow = match policy.overflow.value {
        Overflow::RejectPublish => "RejectPublish",
        Overflow::DropHead => "DropHead",
    };
    writer.line(format_args!("overflow: Overflow::{overflow},"));
    writer.close("};");
}

/// An ISO 8601 duration as an expression. Months and years, which have no fixed length, count as
/// 30 and 365 days.
fn duration(text: &Text) -> String {
    let milliseconds = milliseconds(&text.value);
    if milliseconds.is_multiple_of(1000) {
        format!("Duration::from_secs({})", milliseconds / 1000)
    } else {
        format!("Duration::from_millis({milliseconds})")
    }
}

fn milliseconds(text: &str) -> u64 {
    const DAY: f64 = 86_400_000.0;
    let mut total = 0.0;
    let mut number = String::new();
    let mut time = false;
    for c in text.chars() {
        let unit = match (c, time) {
            ('0'..='9' | '.', _) => {
                number.push(c);
                continue;
            }
            (',', _) => {
                number.push('.');
                continue;
            }
            ('T', _) => {
                time = true;
                continue;
            }
            ('Y', _) => 365.0 * DAY,
            ('M', false) => 30.0 * DAY,
            ('W', _) => 7.0 * DAY,
            ('D', _) => DAY,
            ('H', _) => 3_600_000.0,
            ('M', true) => 60_000.0,
            ('S', _) => 1000.0,
            _ => continue,
        };
        total += std::mem::take(&mut number).parse().unwrap_or(0.0) * unit;
    }
    // Out of range ends at the bounds.
    f64::round(total) as u64
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_are_milliseconds() {
        for (text, expected) in [
            ("PT1S", 1000),
            ("PT0.5S", 500),
            ("PT1M30S", 90_000),
            ("P7D", 604_800_000),
            ("P1DT1H", 90_000_000),
            ("P1W", 604_800_000),
        ] {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
    }
}
