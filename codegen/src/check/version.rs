//! Versions as the spec writes them: `MAJOR.MINOR.PATCH`.

/// Reads a version. Neither signs, blanks, leading zeros nor further parts are allowed.
pub(crate) fn parse(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split('.').map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let fine = digits && (part == "0" || !part.starts_with('0'));
        fine.then(|| part.parse().ok()).flatten()
    });
    let version = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn versions_have_three_plain_numbers() {
        assert_eq!(parse("1.20.3"), Some([1, 20, 3]));
        for text in [
            "",
            "1.0",
            "1.0.0.0",
            "v1.0.0",
            "01.0.0",
            "1.0.0-rc.1",
            "1.0.+1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
