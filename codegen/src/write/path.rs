//! Names of files that work everywhere and lead nowhere else.

/// Longest name of a file or folder, in bytes.
const NAME_MAX: usize = 255;

/// Names that Windows keeps for devices.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// What is wrong with a path below the project, with `/` between its parts.
pub(super) fn problem(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("its name is empty");
    }
    path.split('/').find_map(|part| match part {
        "" => Some("its path is absolute or has an empty part"),
        "." | ".." => Some("its path leads elsewhere"),
        super::WORK_FOLDER => Some("its path leads into klambda's own folder"),
        _ if part.len() > NAME_MAX => Some("a name in its path has more than 255 bytes"),
        _ if part.contains(|c: char| c.is_control() || "\\:*?\"<>|".contains(c)) => {
            Some("a name in its path has a character that some systems refuse")
        }
        _ if part.ends_with(['.', ' ']) => Some("a name in its path ends with a dot or blank"),
        _ if is_device(part) => Some("a name in its path is that of a device on Windows"),
        _ => None,
    })
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_found() {
        for bad in [
            "",
            "/etc/passwd",
            "a//b",
            "../a",
            "a/../b",
            "a/./b",
            "a\\b",
            "C:/a",
            "a\nb",
            "a/nul",
            "a/Con.json",
            "a/b.",
            ".klambda/journal",
            "a\0b",
        ] {
            assert!(problem(bad).is_some(), "{bad:?}");
        }
        for good in [
            "a",
            "generated/schemas/build-event/v1.0.0.json",
            "docs/.keep",
            "a/ü.md",
        ] {
            assert_eq!(problem(good), None, "{good:?}");
        }
        assert!(problem(&"x".repeat(256)).is_some());
    }
}
