//! The trait that the derive implements, as the generated crate has it.

pub trait LambdaEvent: serde::Serialize + serde::de::DeserializeOwned {
    const TYPE: &'static str;
    const DATASCHEMA: &'static str;
    const DATACONTENTTYPE: &'static str;
    const REQUIRED_EXTENSIONS: &'static [&'static str];
}
