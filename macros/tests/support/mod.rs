//! The traits that the derive implements, as the generated crate has them.
#![allow(
    clippy::module_inception,
    dead_code,
    reason = "not every test has a catalogue with secrets"
)]

#[allow(unreachable_pub, reason = "the trait of the generated crate is public")]
pub trait LambdaEvent: serde::Serialize + serde::de::DeserializeOwned {
    const TYPE: &'static str;
    const FAMILY: bool = false;
    const DATASCHEMA: &'static str;
    const DATACONTENTTYPE: &'static str;
    const REQUIRED_EXTENSIONS: &'static [&'static str];
}

#[allow(
    unreachable_pub,
    reason = "the module of the generated crate is public"
)]
pub mod support {
    pub use serde_json::Value;

    pub trait Redact: serde::Serialize {
        fn redact(_json: &mut Value) {}
    }

    impl Redact for Value {}

    pub fn mask(value: &mut Value) {
        *value = "[redacted]".into();
    }

    pub fn redact_members(json: &mut Value, mut redact: impl FnMut(&str, &mut Value)) {
        for (name, value) in json.as_object_mut().into_iter().flatten() {
            redact(name, value);
        }
    }

    pub fn redact_named(_name: &str, _value: &mut Value) {}
}
