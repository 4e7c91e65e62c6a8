//! Did-you-mean.

/// Known words near a misspelt one.
pub(super) enum Near<'a> {
    /// Nothing resembles it.
    None,
    /// Exactly one word is nearest.
    One(&'a str),
    /// Several are as near as each other.
    Many(Vec<&'a str>),
}

/// Finds the known words nearest to `written`.
pub(super) fn near<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Near<'a> {
    let limit = 1 + written.chars().count() / 4;
    let folded = written.to_lowercase();
    let mut best: Vec<&str> = Vec::new();
    let mut best_distance = limit + 1;
    for word in known {
        if word == written {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &word.to_lowercase());
        if distance < best_distance {
            best.clear();
            best_distance = distance;
        }
        if distance == best_distance && distance <= limit && !best.contains(&word) {
            best.push(word);
        }
    }
    match best.as_slice() {
        [] => Near::None,
        [one] => Near::One(one),
        _ => {
            best.sort_unstable();
            best.truncate(4);
            Near::Many(best)
        }
    }
}

/// The known word nearest to `written`, if exactly one resembles it.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    match near(written, known) {
        Near::One(word) => Some(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_near_and_a_swap_is_one_edit() {
        assert_eq!(nearest("sumary", ["summary", "severity"]), Some("summary"));
        assert_eq!(nearest("smumary", ["summary", "severity"]), Some("summary"));
        assert_eq!(nearest("SUMMARY", ["summary"]), Some("summary"));
        assert_eq!(nearest("banana", ["summary", "severity"]), None);
    }

    #[test]
    fn equally_near_words_are_no_answer() {
        assert_eq!(nearest("bat", ["cat", "hat"]), None);
    }
}
