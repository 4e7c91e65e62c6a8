//! Which names look like those of secrets.

/// Parts of such names, in lower case and without marks between words. Generated code has them too.
pub(crate) const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "authorization",
    "bearer",
    "cookie",
    "connectionstring",
];

/// The part of a name that makes it look like a secret's.
pub(crate) fn secret_word(name: &str) -> Option<&'static str> {
    let mut squeezed = String::with_capacity(name.len());
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    squeezed.extend(letters.flat_map(char::to_lowercase));
    // Names are short: setting a search up for each word would take longer than the search.
    let is_in = |word: &&&str| {
        let mut parts = squeezed.as_bytes().windows(word.len());
        parts.any(|part| part == word.as_bytes())
    };
    SECRET_WORDS.iter().find(is_in).copied()
}
