//! The names that serde's `rename_all` gives to fields.

/// A value of `rename_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// Reads it; serde itself reports values that do not exist.
    pub(super) fn new(text: &str) -> Option<Self> {
        Some(match text {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// The name of a field that is called `field`, in snake case, in Rust.
    pub(super) fn apply(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => joined(field),
            Self::Camel => {
                let pascal = joined(field);
                let mut characters = pascal.chars();
                characters.next().map_or_else(String::new, |first| {
                    first.to_lowercase().chain(characters).collect()
                })
            }
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// Words without the underscores between them, each with a capital.
fn joined(field: &str) -> String {
    let capitalised = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    };
    field.split('_').map(capitalised).collect()
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn fields_are_renamed_as_serde_does() {
        // What serde sends is the authority.
        macro_rules! agrees {
            ($($case:literal),*) => { $({
                #[derive(serde::Serialize, Default)]
                #[serde(rename_all = $case)]
                #[allow(non_snake_case)]
                struct Sent { order_id: u8, s3_key: u8, a: u8, _hidden: u8, x__y: u8 }
                let Ok(serde_json::Value::Object(sent)) = serde_json::to_value(Sent::default()) else {
                    panic!("a struct is sent as an object");
                };
                let case = Case::new($case);
                for field in ["order_id", "s3_key", "a", "_hidden", "x__y"] {
                    let name = case.map(|c| c.apply(field)).unwrap_or_default();
                    assert!(sent.contains_key(&name), "{name} of {field} in {}", $case);
                }
            })* };
        }
        agrees!(
            "lowercase",
            "UPPERCASE",
            "PascalCase",
            "camelCase",
            "snake_case",
            "SCREAMING_SNAKE_CASE",
            "kebab-case",
            "SCREAMING-KEBAB-CASE"
        );
        assert_eq!(Case::new("Title Case"), None);
    }
}
