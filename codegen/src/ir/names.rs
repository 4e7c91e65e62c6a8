//! Names in other languages, decided once.
//!
//! A name is split into words at every character that is no letter or digit and at every hump
//! (`imageUri` is `image`, `Uri`), then joined as the language has it. Words are never inflected.

/// Splits a name into words, in lower case.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (i, c) in characters.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let previous = i.checked_sub(1).and_then(|i| characters.get(i));
        let next = characters.get(i + 1);
        // `imageURI` has two words, `URIPath` too, `sha256` one.
        let hump = c.is_uppercase()
            && (previous.is_some_and(|p| p.is_lowercase() || p.is_numeric())
                || previous.is_some_and(|p| p.is_uppercase())
                    && next.is_some_and(|n| n.is_lowercase()));
        if hump && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |c| {
        c.to_uppercase().chain(characters).collect()
    })
}

/// `BuildEvent`: types and enum variants in Rust, TypeScript, Python and Go. A leading digit gets
/// an `N` before it.
pub fn pascal(name: &str) -> String {
    let joined: String = words(name).iter().map(|w| capitalised(w)).collect();
    if joined.starts_with(|c: char| c.is_numeric()) {
        format!("N{joined}")
    } else {
        joined
    }
}

/// `buildEvent`: members in TypeScript.
pub fn camel(name: &str) -> String {
    let mut words = words(name).into_iter();
    let first = words.next().unwrap_or_default();
    let joined: String = std::iter::once(first)
        .chain(words.map(|w| capitalised(&w)))
        .collect();
    if joined.starts_with(|c: char| c.is_numeric()) {
        format!("n{joined}")
    } else {
        joined
    }
}

/// `build_event`: fields, functions and modules in Rust and Python.
pub fn snake(name: &str) -> String {
    let joined = words(name).join("_");
    if joined.starts_with(|c: char| c.is_numeric()) {
        format!("n{joined}")
    } else {
        joined
    }
}

/// `BUILD_EVENT`: constants.
pub fn screaming(name: &str) -> String {
    snake(name).to_uppercase()
}

/// `build-event`: files and Kubernetes objects.
pub fn kebab(name: &str) -> String {
    words(name).join("-")
}

/// A Rust identifier in snake case; keywords become raw identifiers.
pub fn rust_field(name: &str) -> String {
    let snake = snake(name);
    match snake.as_str() {
        // These cannot be raw.
        "self" | "super" | "crate" => format!("{snake}_"),
        keyword if is_rust_keyword(keyword) => format!("r#{keyword}"),
        _ => snake,
    }
}

/// A Rust type or variant; `Self` gets an underscore.
pub fn rust_type(name: &str) -> String {
    let pascal = pascal(name);
    if pascal == "Self" {
        "Self_".to_owned()
    } else {
        pascal
    }
}

/// Whether `word` is a keyword of Rust 2024, reserved ones included.
pub fn is_rust_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
        "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
        "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
        "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_at_humps_and_punctuation() {
        for (name, expected) in [
            ("imageUri", "image-uri"),
            ("imageURI", "image-uri"),
            ("URIPath", "uri-path"),
            ("command.build.start", "command-build-start"),
            ("sha256Sum", "sha256-sum"),
            ("third_party_id", "third-party-id"),
            ("s3", "s3"),
        ] {
            assert_eq!(kebab(name), expected);
        }
    }

    #[test]
    fn names_fit_each_language() {
        assert_eq!(pascal("build-event"), "BuildEvent");
        assert_eq!(camel("build-event"), "buildEvent");
        assert_eq!(screaming("imageUri"), "IMAGE_URI");
        assert_eq!(pascal("3d"), "N3d");
        assert_eq!(rust_field("type"), "r#type");
        assert_eq!(rust_field("self"), "self_");
        assert_eq!(rust_type("self"), "Self_");
    }
}
