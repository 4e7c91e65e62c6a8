//! The HTTP protocol binding and the JSON format of CloudEvents 1.0, as cases in a table.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "http_binding/binary.rs"]
mod binary;
#[path = "http_binding/message.rs"]
mod message;
#[path = "http_binding/modes.rs"]
mod modes;
#[path = "http_binding/structured.rs"]
mod structured;
#[path = "http_binding/writing.rs"]
mod writing;

use std::collections::BTreeSet;

use message::{Case, check};

#[test]
fn messages_are_read_as_the_specification_says() {
    let cases: Vec<Case> = [binary::cases(), structured::cases(), modes::cases()].concat();
    let failures: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    let names: BTreeSet<_> = cases.iter().map(|case| (case.rule, case.what)).collect();
    assert_eq!(names.len(), cases.len(), "two cases of one name");
    assert!(cases.len() >= 90, "{} cases", cases.len());
}
