//! The trait that the derive implements, as the generated crate has it.

#[allow(unreachable_pub, reason = "the trait of the generated crate is public")]
pub trait LambdaEvent: serde::Serialize + serde::de::DeserializeOwned {
    const TYPE: &'static str;
    const FAMILY: bool = false;
    const DATASCHEMA: &'static str;
    const DATACONTENTTYPE: &'static str;
    const REQUIRED_EXTENSIONS: &'static [&'static str];
}
