//! What holds for any message and any event.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use bytestring::ByteString;
use http::{HeaderMap, HeaderName, HeaderValue};
use knative_lambda_events::ExtensionValue;
use knative_lambda_runtime::cloudevent::{Data, Event, Received, Refusal, read, write_batch};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;

const MEDIA_TYPES: &[&str] = &[
    "application/cloudevents+json",
    "application/cloudevents-batch+json; charset=utf-8",
    "application/cloudevents+avro",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "image/png",
];

/// Any character that attributes may have, the special ones often.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        select(vec!['%', '"', '\\', ' ', '€', '😀', 'é', '4', '1', 'a']),
        proptest::char::range('!', '~'),
        any::<char>(),
    ]
    .prop_filter("no String of CloudEvents has it", |c| {
        let code = u32::from(*c);
        !c.is_control() && code & 0xfffe != 0xfffe && !(0xfdd0..=0xfdef).contains(&code)
    })
}

fn text(least: usize) -> impl Strategy<Value = String> {
    vec(character(), least..12).prop_map(String::from_iter)
}

fn json() -> impl Strategy<Value = Bytes> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 20, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    value.prop_map(|value| value.to_string().into())
}

/// Data with the media type that says what they are.
fn data() -> impl Strategy<Value = (Option<String>, Data)> {
    let json_type = || select(vec!["application/json", "a/B+JSON; c=\"d e\"", "text/json"]);
    let text_type = || {
        select(vec![
            "text/plain; charset=utf-8",
            "application/xml",
            "Text/é",
        ])
    };
    let other_type = || {
        select(vec![
            "image/png",
            "application/cloudevents+avro",
            " a/b",
            "ä",
        ])
    };
    let some = |media_type: &str| Some(media_type.to_owned());
    prop_oneof![
        (proptest::option::of(other_type()))
            .prop_map(|media_type| (media_type.map(str::to_owned), Data::Absent)),
        (json_type(), json()).prop_map(move |(t, json)| (some(t), Data::Json(json))),
        (text_type(), any::<String>())
            .prop_map(move |(t, text)| (some(t), Data::Text(text.into()))),
        (proptest::option::of(other_type()), vec(any::<u8>(), 1..40))
            .prop_map(|(t, bytes)| { (t.map(str::to_owned), Data::Binary(bytes.into())) }),
    ]
}

fn extension() -> impl Strategy<Value = ExtensionValue> {
    prop_oneof![
        text(0).prop_map(ExtensionValue::from),
        any::<i32>().prop_map(ExtensionValue::from),
        any::<bool>().prop_map(ExtensionValue::from),
    ]
}

/// Any valid event.
fn event() -> impl Strategy<Value = Event> {
    let source = "[!#$&-;=?-Z_a-z~é€%\\[\\]]{1,12}";
    let time = select(vec!["2018-04-05T17:31:00Z", "2018-04-05t17:31:00.5+02:00"]);
    let schema = select(vec!["urn:a:b", "https://a.example/%20?é"]);
    let name = "[a-z0-9]{1,24}".prop_filter("extensions only", |name| {
        let core = "specversion id source type subject time datacontenttype dataschema data";
        !core.split(' ').any(|known| known == name)
    });
    let option = proptest::option::of::<BoxedStrategy<String>>;
    (
        (text(1), source, text(1)),
        option(text(1).boxed()),
        option(time.prop_map(str::to_owned).boxed()),
        option(schema.prop_map(str::to_owned).boxed()),
        btree_map(name, extension(), 0..6),
        data(),
    )
        .prop_map(
            |((id, source, r#type), subject, time, dataschema, extensions, data)| Event {
                id: id.into(),
                source: source.into(),
                r#type: r#type.into(),
                subject: subject.map(Into::into),
                time: time.map(Into::into),
                datacontenttype: data.0.map(Into::into),
                dataschema: dataschema.map(Into::into),
                extensions: extensions
                    .into_iter()
                    .map(|(name, value)| (name.into(), value))
                    .collect(),
                data: data.1,
            },
        )
}

/// The event with extensions in one order: headers have none.
fn sorted(mut event: Event) -> Event {
    event.extensions.sort_by(|(a, _), (b, _)| a.cmp(b));
    event
}

fn read_event((headers, body): (HeaderMap, Bytes)) -> Event {
    match read(&headers, body).unwrap() {
        Received::Event(event) => sorted(event),
        other => panic!("{other:?}"),
    }
}

/// Every refusal leads people to what is wrong.
fn names_a_place(refusal: &Refusal) -> bool {
    let detail = &refusal.detail;
    refusal.attribute.is_some() || detail.contains(" at line ") || detail.contains(" at byte ")
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn events_survive_being_written(event in event()) {
        prop_assert_eq!(read_event(event.clone().into_http()), event.clone());
        prop_assert_eq!(read_event(event.to_structured()), event);
    }

    #[test]
    fn batches_survive_being_written(events in vec(event(), 0..5)) {
        let (headers, body) = write_batch(&events);
        prop_assert_eq!(read(&headers, body).unwrap(), Received::Batch(events));
    }

    #[test]
    fn headers_need_no_decoding(event in event()) {
        let (headers, _) = event.into_http();
        for (name, value) in &headers {
            let is_plain = |b: &u8| matches!(b, 0x21..=0x7e) && !matches!(b, b'"' | b'%');
            prop_assert!(name == "content-type" || value.as_bytes().iter().all(is_plain));
        }
    }

    #[test]
    fn percent_encoded_values_are_read(value in text(1)) {
        use knative_lambda_events::support::header::encode;
        let mut headers = HeaderMap::new();
        for (name, value) in [("id", value.as_str()), ("source", "a"), ("type", "b")] {
            let name = HeaderName::try_from(format!("ce-{name}")).unwrap();
            headers.insert(name, encode(value).try_into().unwrap());
        }
        headers.insert("ce-specversion", HeaderValue::from_static("1.0"));
        prop_assert_eq!(read_event((headers, Bytes::new())).id, value);
    }

    #[test]
    fn any_message_is_read_or_refused(
        media_type in proptest::option::of(select(MEDIA_TYPES)),
        headers in vec(("ce-[a-z_-]{0,3}|ce-(id|source|type|time)", vec(any::<u8>(), 0..12)), 0..8),
        specversion in any::<bool>(),
        body in prop_oneof![vec(any::<u8>(), 0..64), json().prop_map(Vec::from)],
    ) {
        let mut message = HeaderMap::new();
        if let Some(media_type) = media_type {
            message.insert("content-type", HeaderValue::from_static(media_type));
        }
        if specversion {
            message.insert("ce-specversion", HeaderValue::from_static("1.0"));
        }
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::from_bytes(&value))
            {
                message.append(name, value);
            }
        }
        match read(&message, body.into()) {
            Ok(Received::Plain(json)) => {
                prop_assert!(serde_json::from_slice::<Value>(&json).is_ok());
            }
            Ok(_) => {}
            Err(refusal) => {
                prop_assert!(matches!(refusal.status.as_u16(), 400 | 415));
                prop_assert!(!refusal.detail.is_empty());
            }
        }
    }

    #[test]
    fn changed_events_are_read_or_refused_with_a_place(
        event in event(),
        changes in vec((0..5_u8, any::<Index>(), any::<Index>(), any::<u8>()), 1..6),
    ) {
        let (headers, body) = event.to_structured();
        let mut body = body.to_vec();
        for (kind, at, to, byte) in changes {
            if body.is_empty() {
                break;
            }
            let (at, to) = (at.index(body.len()), to.index(body.len()));
            let (start, end) = (at.min(to), at.max(to));
            match kind {
                0 => body.truncate(at),
                1 => body[at] ^= 1 << (byte % 8),
                2 => body[at] = byte,
                3 => drop(body.drain(start..end)),
                _ => {
                    let piece = body[start..end].to_vec();
                    body.splice(end..end, piece);
                }
            }
        }
        match read(&headers, body.into()) {
            // What is read can be written, and is the same afterwards.
            Ok(Received::Event(event)) => {
                let event = sorted(event);
                prop_assert_eq!(read_event(event.to_structured()), event);
            }
            Ok(other) => prop_assert!(false, "{other:?}"),
            Err(refusal) => prop_assert!(names_a_place(&refusal), "{refusal:?}"),
        }
    }

    #[test]
    fn broken_batches_name_the_event(events in vec(event(), 1..4), which in any::<Index>()) {
        let mut events = events;
        let which = which.index(events.len());
        events[which].id = ByteString::new();
        let (headers, body) = write_batch(&events);
        let refusal = read(&headers, body).unwrap_err();
        prop_assert_eq!(refusal.index, Some(which));
        prop_assert_eq!(refusal.attribute.as_deref(), Some("id"));
    }
}
