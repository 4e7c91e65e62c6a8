//! What every generated enum and event type has in common.

/// Gives an enum over known texts its conversions. Other texts become the variant named first.
#[macro_export]
#[doc(hidden)]
macro_rules! open_enum {
    ($name:ident, $unknown:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// All known values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value as it is written in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$unknown(text) => text,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::$unknown(text.to_owned()),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(text))
            }
        }

        $crate::text_enum!($name);
    };
}

/// Gives an enum over known texts its conversions. Other texts are errors.
#[macro_export]
#[doc(hidden)]
macro_rules! closed_enum {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value as it is written.
            pub fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::support::UnknownName;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::support::UnknownName> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::support::UnknownName::new(
                        stringify!($name),
                        text,
                        &[$($text,)*],
                    )),
                }
            }
        }

        impl ::std::convert::TryFrom<&str> for $name {
            type Error = $crate::support::UnknownName;

            fn try_from(text: &str) -> ::std::result::Result<Self, $crate::support::UnknownName> {
                text.parse()
            }
        }

        $crate::text_enum!($name);
    };
}

/// What [`open_enum`] and [`closed_enum`] share.
#[macro_export]
#[doc(hidden)]
macro_rules! text_enum {
    ($name:ident) => {
        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::support::serde::Serialize for $name {
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text =
                    <::std::string::String as $crate::support::serde::Deserialize>::deserialize(
                        deserializer,
                    )?;
                text.parse()
                    .map_err($crate::support::serde::de::Error::custom)
            }
        }

        impl $crate::support::Redact for $name {}
    };
}

/// Gives an enum over events the JSON form of its events.
#[macro_export]
#[doc(hidden)]
macro_rules! event_enum {
    ($name:ident) => {
        impl ::std::convert::TryFrom<$crate::support::Envelope> for $name {
            type Error = $crate::support::EventError;

            fn try_from(
                envelope: $crate::support::Envelope,
            ) -> ::std::result::Result<Self, $crate::support::EventError> {
                Self::from_envelope(envelope)
            }
        }

        impl $crate::support::serde::Serialize for $name {
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                let envelope = self.to_envelope();
                let envelope = envelope.map_err($crate::support::serde::ser::Error::custom)?;
                $crate::support::serde::Serialize::serialize(&envelope, serializer)
            }
        }

        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let envelope = <$crate::support::Envelope as $crate::support::serde::Deserialize>::deserialize(
                    deserializer,
                )?;
                Self::from_envelope(envelope).map_err($crate::support::serde::de::Error::custom)
            }
        }
    };
}

/// Makes an event type stand for its data.
#[macro_export]
#[doc(hidden)]
macro_rules! event_data {
    ($name:ident($data:ty)) => {
        impl ::std::ops::Deref for $name {
            type Target = $data;

            fn deref(&self) -> &$data {
                &self.0
            }
        }

        impl ::std::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $data {
                &mut self.0
            }
        }

        impl ::std::convert::From<$data> for $name {
            fn from(data: $data) -> Self {
                Self(data)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::support::debug(self, ::std::stringify!($name), f)
            }
        }

        impl $crate::support::Redact for $name {
            fn redact(json: &mut $crate::support::Value) {
                <$data as $crate::support::Redact>::redact(json);
            }
        }
    };
}
