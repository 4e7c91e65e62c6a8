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
    let squeezed: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    SECRET_WORDS
        .iter()
        .find(|word| squeezed.contains(*word))
        .copied()
}
