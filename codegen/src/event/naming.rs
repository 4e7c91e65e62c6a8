//! Templates such as `{prefix}/{component}/{namespace}/{name}`.

/// Whether `text` follows a template. `{prefix}` stands for `prefix`; any other placeholder
/// for one or more characters without `/`.
pub(crate) fn follows(template: &str, prefix: &str, text: &str) -> bool {
    let (mut template, mut text) = (template, text);
    loop {
        if let Some((name, rest)) = placeholder(template) {
            let taken = if name == "prefix" {
                match text.strip_prefix(prefix) {
                    Some(_) => prefix.len(),
                    None => return false,
                }
            } else {
                let end = rest.chars().next().filter(|c| *c != '{');
                let stop = |c: char| c == '/' || Some(c) == end;
                text.find(stop).unwrap_or(text.len())
            };
            if taken == 0 {
                return false;
            }
            (template, text) = (rest, &text[taken..]);
        } else {
            match (template.chars().next(), text.chars().next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a == b => {
                    (template, text) = (&template[a.len_utf8()..], &text[b.len_utf8()..]);
                }
                _ => return false,
            }
        }
    }
}

fn placeholder(template: &str) -> Option<(&str, &str)> {
    template.strip_prefix('{')?.split_once('}')
}

#[cfg(test)]
mod tests {
    use super::follows;

    #[test]
    fn templates_fix_prefix_and_shape() {
        let source = "{prefix}/{component}/{namespace}/{name}";
        for (text, fine) in [
            ("org.acme/api/shop/cart", true),
            ("org.acme/api/shop", false),
            ("org.acme/api/shop/cart/more", false),
            ("org.acme/api//cart", false),
            ("org.acmes/api/shop/cart", false),
            ("", false),
        ] {
            assert_eq!(follows(source, "org.acme", text), fine, "{text}");
        }
        assert!(follows("urn:{name}-{part}", "", "urn:a-b"));
        assert!(!follows("urn:{name}-{part}", "", "urn:ab"));
        assert!(follows("{broken", "", "{broken"));
    }
}
