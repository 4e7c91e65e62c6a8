//! A new data schema.

use serde_json::json;

use super::{Addition, Refusal, heading, is_kebab};
use crate::Checked;
use crate::emit::OutputFile;
use crate::emit::yaml::to_yaml;

/// A schema named `name`, to be edited.
///
/// # Errors
/// When the name is not well-formed, or taken.
pub fn schema(checked: &Checked, name: &str) -> Result<Addition, Refusal> {
    let why_unused = Some("Not used yet.");
    let file = file(checked, name, "Describe what these data say.", why_unused)?;
    Ok(Addition {
        created: vec![file],
        ..Addition::default()
    })
}

/// The file of a new schema. `why_unused` is for those that nothing refers to.
pub(super) fn file(
    checked: &Checked,
    name: &str,
    description: &str,
    why_unused: Option<&str>,
) -> Result<OutputFile, Refusal> {
    if !is_kebab(name) || name.len() > 100 {
        return Err(Refusal::new(format!("`{name}` cannot name a schema")).help(
            "names are lower case letters, digits and single hyphens, such as `order-event`",
        ));
    }
    let path = format!("data/{name}.yaml");
    let taken = checked.spec.data.iter().find(|f| f.schema.value == name);
    let same_path = checked.sources.iter().find(|(_, file)| file.path == path);
    if let Some(file) = taken.map(|f| f.file).or(same_path.map(|(id, _)| id)) {
        return Err(
            Refusal::new(format!("there is a schema `{name}` already")).help(format!(
                "it stands in `{}`",
                checked.sources.display_path(file)
            )),
        );
    }
    let mut body = json!({
        "schema": name,
        "version": "1.0.0",
        "title": heading(name),
        "description": description,
    });
    if let Some(why) = why_unused {
        body["standalone"] = json!(why);
    }
    body["root"] = json!({
        "type": "object",
        "description": "Describe what these data say.",
        "required": ["name"],
        "properties": {
            "name": {
                "type": "string",
                "description": "Identifies what the data are about.",
                "minLength": 1,
                "maxLength": 253,
                "examples": [EXAMPLE_NAME],
            },
        },
    });
    body["examples"] = json!([example()]);
    Ok(OutputFile {
        path,
        content: format!(
            "# yaml-language-server: $schema=../schema/data.schema.json\n\
             #\n\
             # New: describe the data and list their members.\n{}",
            to_yaml(&body)
        ),
    })
}

const EXAMPLE_NAME: &str = "example";

/// Data that a new schema describes.
pub(super) fn example() -> serde_json::Value {
    json!({ "name": EXAMPLE_NAME })
}
