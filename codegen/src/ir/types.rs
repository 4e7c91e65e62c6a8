//! Types of event data, as languages with named types see them.

use crate::model::Schema;
use crate::source::Span;

/// Index of a named type in [`crate::ir::Catalog::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// A type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer(Integer),
    /// A number.
    Number,
    /// Text.
    String(StringFormat),
    /// A list.
    List(Box<Type>),
    /// A mapping from any names to values of one type.
    Map(Box<Type>),
    /// A named type.
    Named(TypeId),
    /// The type, or `null`.
    Nullable(Box<Type>),
}

/// The narrowest usual type that holds a whole number's bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integer {
    /// 0 to 2³²-1.
    U32,
    /// 0 and more.
    U64,
    /// -2³¹ to 2³¹-1.
    I32,
    /// Any.
    I64,
}

/// What a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringFormat {
    /// Nothing special; formats without a type of their own too.
    Plain,
    /// RFC 3339 date and time.
    DateTime,
    /// Duration in Go's notation: `5m0s`.
    GoDuration,
    /// ISO 8601 duration: `PT1S`.
    IsoDuration,
}

/// A named type.
#[derive(Debug)]
pub enum TypeDef<'a> {
    /// An object with known members.
    Struct(Struct<'a>),
    /// A text with known values.
    Enum(Enum<'a>),
}

impl TypeDef<'_> {
    /// Its name in Rust, unique among all types of the catalogue.
    pub fn rust_name(&self) -> &str {
        match self {
            Self::Struct(s) => &s.rust_name,
            Self::Enum(e) => &e.rust_name,
        }
    }

    /// Its schema.
    pub fn schema(&self) -> &Schema {
        match self {
            Self::Struct(s) => s.schema,
            Self::Enum(e) => e.schema,
        }
    }
}

/// An object with known members. Others are kept by readers.
#[derive(Debug)]
pub struct Struct<'a> {
    /// Name in Rust: the schema's name, followed by that of the definition or member.
    pub rust_name: String,
    /// Its schema.
    pub schema: &'a Schema,
    /// Members, in the order they are written.
    pub fields: Vec<Field<'a>>,
    /// Type of members that are not listed, where the schema says so.
    pub additional: Option<Type>,
}

/// A member of an object.
#[derive(Debug)]
pub struct Field<'a> {
    /// Name in JSON.
    pub name: &'a str,
    /// Name in Rust.
    pub rust_name: String,
    /// Type of its value.
    pub r#type: Type,
    /// Whether it must be there.
    pub required: bool,
    /// Whether its value, or one inside, is redacted.
    pub sensitive: bool,
    /// Whether the type contains itself here, so that languages need an indirection.
    pub recursive: bool,
    /// Its schema.
    pub schema: &'a Schema,
    /// Where it is declared.
    pub span: Span,
}

/// A text with known values.
#[derive(Debug)]
pub struct Enum<'a> {
    /// Name in Rust.
    pub rust_name: String,
    /// Its schema.
    pub schema: &'a Schema,
    /// Values, in the order they are written.
    pub variants: Vec<Variant<'a>>,
    /// Whether there will never be others.
    pub closed: bool,
}

/// A value of an enum.
#[derive(Debug)]
pub struct Variant<'a> {
    /// The text.
    pub value: &'a str,
    /// Name in Rust.
    pub rust_name: String,
}
