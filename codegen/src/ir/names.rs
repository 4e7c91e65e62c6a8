//! Names in other languages, decided once.
//!
//! A name is split into words at every character that is no letter or digit and at every hump
//! (`imageUri` is `image`, `Uri`), then joined as the language has it. Words are never inflected.

/// Splits a name into words, as they are written.
///
/// Names are made for every member of every type: words are slices, and only the joined name is
/// allocated.
pub(crate) fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        if rest.is_empty() {
            return None;
        }
        let (word, tail) = rest.split_at(end_of_word(rest));
        rest = tail;
        Some(word)
    })
}

/// Where the first word ends, in a text that begins with one.
///
/// `imageURI` has two words, `URIPath` too, `sha256` one.
fn end_of_word(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let mut previous: Option<char> = None;
    while let Some((at, c)) = characters.next() {
        if !c.is_alphanumeric() {
            return at;
        }
        if let Some(previous) = previous
            && c.is_uppercase()
        {
            let next = characters.peek().map(|(_, next)| *next);
            let after_word = previous.is_lowercase() || previous.is_numeric();
            let before_word = previous.is_uppercase() && next.is_some_and(char::is_lowercase);
            if after_word || before_word {
                return at;
            }
        }
        previous = Some(c);
    }
    text.len()
}

fn push_lower(joined: &mut String, word: &str) {
    joined.extend(word.chars().flat_map(char::to_lowercase));
}

fn push_capitalised(joined: &mut String, word: &str) {
    let mut characters = word.chars();
    joined.extend(characters.next().into_iter().flat_map(char::to_uppercase));
    joined.extend(characters.flat_map(char::to_lowercase));
}

/// Names begin with a letter in every language.
fn with_letter(joined: String, letter: char) -> String {
    if joined.starts_with(char::is_numeric) {
        format!("{letter}{joined}")
    } else {
        joined
    }
}

fn separated(name: &str, separator: char) -> String {
    let mut joined = String::with_capacity(name.len() + 4);
    for word in words(name) {
        if !joined.is_empty() {
            joined.push(separator);
        }
        push_lower(&mut joined, word);
    }
    joined
}

/// `BuildEvent`: types and enum variants in Rust, TypeScript, Python and Go. A leading digit gets
/// an `N` before it.
pub fn pascal(name: &str) -> String {
    let mut joined = String::with_capacity(name.len());
    words(name).for_each(|word| push_capitalised(&mut joined, word));
    with_letter(joined, 'N')
}

/// `buildEvent`: members in TypeScript.
pub fn camel(name: &str) -> String {
    let mut joined = String::with_capacity(name.len());
    for (number, word) in words(name).enumerate() {
        match number {
            0 => push_lower(&mut joined, word),
            _ => push_capitalised(&mut joined, word),
        }
    }
    with_letter(joined, 'n')
}

/// `build_event`: fields, functions and modules in Rust and Python.
pub fn snake(name: &str) -> String {
    with_letter(separated(name, '_'), 'n')
}

/// `BUILD_EVENT`: constants.
pub fn screaming(name: &str) -> String {
    snake(name).to_uppercase()
}

/// `build-event`: files and Kubernetes objects.
pub fn kebab(name: &str) -> String {
    separated(name, '-')
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
    debug_assert!(KEYWORDS.is_sorted());
    KEYWORDS.binary_search(&word).is_ok()
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
