//! Members of events in the JSON format, in one pass and without copying data.

use std::borrow::Cow;
use std::fmt;

use knative_lambda_events::ExtensionValue;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Refusal;
use super::attributes::Attributes;
use super::json::MAX_BATCH;

/// Members of a batch, not yet looked into.
pub(super) struct Batch<'j>(pub(super) Vec<&'j RawValue>);

impl<'j> Deserialize<'j> for Batch<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct BatchVisitor;

        impl<'j> Visitor<'j> for BatchVisitor {
            type Value = Batch<'j>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of events")
            }

            /// Of a batch that is too long, one event more than allowed is kept.
            fn visit_seq<A: SeqAccess<'j>>(self, mut items: A) -> Result<Batch<'j>, A::Error> {
                let mut events = Vec::new();
                while events.len() <= MAX_BATCH {
                    match items.next_element()? {
                        Some(event) => events.push(event),
                        None => return Ok(Batch(events)),
                    }
                }
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Batch(events))
            }
        }

        deserializer.deserialize_seq(BatchVisitor)
    }
}

/// Members of an event.
#[derive(Default)]
pub(super) struct Members<'j> {
    pub(super) attributes: Attributes,
    pub(super) data: Option<&'j RawValue>,
    pub(super) data_base64: Option<&'j RawValue>,
    /// What is wrong with the first member that is wrong. That the whole is no JSON comes first.
    pub(super) refusal: Option<Refusal>,
}

impl<'j> Members<'j> {
    fn read<A: MapAccess<'j>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let is_twice = || Refusal::attribute(name, "is given twice");
        let refusal = match name {
            "data" => {
                let before = self.data.replace(map.next_value()?);
                before.map(|_| is_twice())
            }
            "data_base64" => {
                let before = self.data_base64.replace(map.next_value()?);
                before.map(|_| is_twice())
            }
            _ => match map.next_value()? {
                Member::Unset => self.attributes.set(name, None).err(),
                Member::Value(value) => self.attributes.set(name, Some(value.into())).err(),
                Member::None => Some(Refusal::attribute(
                    name,
                    "is not a text, whole number of 32 bits or truth value",
                )),
            },
        };
        if self.refusal.is_none() {
            self.refusal = refusal;
        }
        Ok(())
    }
}

impl<'j> Deserialize<'j> for Members<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'j> Visitor<'j> for MembersVisitor {
            type Value = Members<'j>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event")
            }

            fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Members<'j>, A::Error> {
                let mut members = Members::default();
                while let Some(Name(name)) = map.next_key()? {
                    members.read(&name, &mut map)?;
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// Name of a member, which is copied only if it has escapes.
struct Name<'j>(Cow<'j, str>);

impl<'j> Deserialize<'j> for Name<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'j> Visitor<'j> for NameVisitor {
            type Value = Name<'j>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'j str) -> Result<Name<'j>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'j>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}

/// Value of a member that is an attribute.
enum Member {
    Unset,
    Value(ExtensionValue),
    /// No value that an attribute can have (JSON format, 2.2).
    None,
}

impl<'j> Deserialize<'j> for Member {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct MemberVisitor;

        impl<'j> Visitor<'j> for MemberVisitor {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E: Error>(self) -> Result<Member, E> {
                Ok(Member::Unset)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Member, E> {
                Ok(Member::Value(value.into()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Member, E> {
                let number = i32::try_from(number).ok();
                Ok(number.map_or(Member::None, |number| Member::Value(number.into())))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Member, E> {
                let number = i32::try_from(number).ok();
                Ok(number.map_or(Member::None, |number| Member::Value(number.into())))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Member, E> {
                Ok(Member::None)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Member, E> {
                Ok(Member::Value(text.into()))
            }

            fn visit_seq<A: SeqAccess<'j>>(self, mut items: A) -> Result<Member, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Member::None)
            }

            fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Member, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Member::None)
            }
        }

        deserializer.deserialize_any(MemberVisitor)
    }
}
