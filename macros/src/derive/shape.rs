//! What a Rust type looks like in JSON, as far as its path tells.

use syn::{GenericArgument, PathArguments, Type};

/// What a Rust type looks like in JSON.
pub(super) enum Shape<'a> {
    /// Any value, such as `serde_json::Value`.
    Any,
    /// A type of the user's, or of a crate that is not known here.
    Unseen,
    /// `()`.
    Null,
    /// `bool`.
    Boolean,
    /// A whole number between two bounds.
    Integer(f64, f64),
    /// `f32`, `f64`.
    Number,
    /// `String` and types that are sent as text.
    Text,
    /// `char`: reads only texts of one character.
    Character,
    /// Lists and sets.
    List(&'a Type),
    /// Tuples.
    Tuple(Vec<&'a Type>),
    /// Maps; the type of their values.
    Map(Option<&'a Type>),
    /// `Option`.
    Optional(&'a Type),
}

/// The shape of `ty`, without references and smart pointers around it.
pub(super) fn shape(ty: &Type) -> Shape<'_> {
    match ty {
        Type::Group(group) => shape(&group.elem),
        Type::Paren(paren) => shape(&paren.elem),
        Type::Reference(reference) => shape(&reference.elem),
        Type::Array(array) => Shape::List(&array.elem),
        Type::Slice(slice) => Shape::List(&slice.elem),
        Type::Tuple(tuple) if tuple.elems.is_empty() => Shape::Null,
        Type::Tuple(tuple) => Shape::Tuple(tuple.elems.iter().collect()),
        Type::Path(path) if path.qself.is_none() => named(path),
        _ => Shape::Unseen,
    }
}

fn named(path: &syn::TypePath) -> Shape<'_> {
    let Some(last) = path.path.segments.last() else {
        return Shape::Unseen;
    };
    let arguments = types(&last.arguments);
    let name = last.ident.to_string();
    match (name.as_str(), arguments.as_slice()) {
        ("bool", []) => Shape::Boolean,
        ("f32" | "f64", []) => Shape::Number,
        ("String" | "str" | "PathBuf" | "Path", []) => Shape::Text,
        ("IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "SocketAddr", []) => Shape::Text,
        ("Uuid" | "Url", []) => Shape::Text,
        ("char", []) => Shape::Character,
        ("Value", []) => Shape::Any,
        ("Option", [inner]) => Shape::Optional(inner),
        ("Box" | "Rc" | "Arc" | "Cow", [inner]) => shape(inner),
        ("Vec" | "VecDeque" | "LinkedList" | "BTreeSet" | "IndexSet", [item])
        | ("HashSet", [item, ..]) => Shape::List(item),
        ("BTreeMap" | "IndexMap", [_, value]) | ("HashMap", [_, value, ..]) => {
            Shape::Map(Some(value))
        }
        // That of serde_json.
        ("Map", [_, _]) => Shape::Map(None),
        (name, []) => {
            integer(name).map_or(Shape::Unseen, |(least, most)| Shape::Integer(least, most))
        }
        _ => Shape::Unseen,
    }
}

/// Least and greatest value of an integer type.
fn integer(name: &str) -> Option<(f64, f64)> {
    let (name, nonzero) = match name.strip_prefix("NonZero") {
        Some(name) => (name.to_lowercase(), true),
        None => (name.to_owned(), false),
    };
    let (signed, bits) = name.split_at_checked(1)?;
    let bits: i32 = match bits {
        "8" | "16" | "32" | "64" | "128" => bits.parse().ok()?,
        "size" => 64,
        _ => return None,
    };
    match signed {
        "u" => Some((if nonzero { 1.0 } else { 0.0 }, 2f64.powi(bits) - 1.0)),
        "i" => Some((-2f64.powi(bits - 1), 2f64.powi(bits - 1) - 1.0)),
        _ => None,
    }
}

/// The types among generic arguments; lifetimes do not change what is sent.
fn types(arguments: &PathArguments) -> Vec<&Type> {
    match arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
