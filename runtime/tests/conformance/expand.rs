//! Placeholders in the texts of cases.
//!
//! | placeholder | stands for |
//! |---|---|
//! | `{id}` | a text that no other case has |
//! | `{sink}` | address of the recording sink |
//! | `{now+300}`, `{now-5000}` | a time so many milliseconds away |
//! | `{a*1000}` | so many of the letter |

use std::time::Duration;

use serde_json::Value;

/// What placeholders stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) sink: String,
}

impl Known {
    /// The text with all placeholders replaced; braces around anything else stay.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut rest = text;
        let mut whole = String::with_capacity(text.len());
        while let Some(start) = rest.find('{') {
            whole.push_str(&rest[..start]);
            rest = &rest[start..];
            let known = rest
                .find('}')
                .and_then(|end| Some((end, self.value(&rest[1..end])?)));
            let (used, value) = known.map_or((1, "{".to_owned()), |(end, value)| (end + 1, value));
            whole.push_str(&value);
            rest = &rest[used..];
        }
        whole + rest
    }

    pub(crate) fn json(&self, json: &Value) -> Value {
        match json {
            Value::String(text) => self.text(text).into(),
            Value::Array(values) => values.iter().map(|value| self.json(value)).collect(),
            Value::Object(members) => {
                let members = members.iter();
                Value::Object(members.map(|(k, v)| (self.text(k), self.json(v))).collect())
            }
            other => other.clone(),
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        match name {
            "id" => return Some(self.id.clone()),
            "sink" => return Some(self.sink.clone()),
            _ => {}
        }
        if let Some((letter, count)) = name.split_once('*') {
            return Some(letter.repeat(count.parse().ok()?));
        }
        let milliseconds: i64 = name.strip_prefix("now")?.parse().ok()?;
        let distance = Duration::from_millis(milliseconds.unsigned_abs());
        let now = jiff::Timestamp::now();
        let time = match milliseconds < 0 {
            true => now.checked_sub(distance),
            false => now.checked_add(distance),
        };
        Some(time.ok()?.to_string())
    }
}
