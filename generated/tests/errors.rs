//! Classes of errors say what becomes of a failed event.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use knative_lambda_events::errors::{DEAD_LETTER, ErrorClass, RETRY};
use knative_lambda_events::support::policy::DeadLetter;

#[test]
fn classes_have_codes_and_rules() {
    for class in ErrorClass::ALL {
        assert_eq!(ErrorClass::from_code(class.code()), Some(*class));
        assert_eq!(class.to_string().parse(), Ok(*class));
        // A class is tried again exactly where its dead letters wait for that.
        assert_eq!(
            class.retryable(),
            class.dead_letter() == DeadLetter::AfterRetries
        );
    }
    assert_eq!(ErrorClass::TimeoutError.status(), 504);
    let error = "RuntimeErorr".parse::<ErrorClass>().unwrap_err();
    assert!(
        error.to_string().contains("did you mean `RuntimeError`?"),
        "{error}"
    );
}

#[test]
fn policies_are_those_of_the_catalogue() {
    let delays = [0, 1, 2].map(|retry| RETRY.delay_before(retry));
    assert_eq!(delays, [1, 2, 4].map(Duration::from_secs));
    assert_eq!(DEAD_LETTER.queue_of("hello-python"), "hello-python-dlq");
    assert_eq!(DEAD_LETTER.ttl, Duration::from_secs(7 * 24 * 3600));
}
