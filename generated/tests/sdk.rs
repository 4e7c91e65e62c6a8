//! Events go to the CloudEvents SDK and come back.
#![cfg(feature = "cloudevents-sdk")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalog.rs"]
mod catalog;
#[path = "support/examples.rs"]
mod examples;

use cloudevents::AttributesReader;
use knative_lambda_events::{Envelope, Event};

use catalog::with_catalog;
use examples::{examples, plain_numbers};

#[test]
fn every_example_goes_there_and_back() {
    for example in with_catalog(examples) {
        let envelope = Envelope::from_value(example).unwrap();
        let event = Event::from_envelope(envelope.clone()).unwrap();
        let sdk = cloudevents::Event::try_from(&event).unwrap();
        assert_eq!(sdk.id(), envelope.id);
        assert_eq!(sdk.ty(), envelope.r#type);
        let back = Envelope::try_from(sdk).unwrap();
        assert_eq!(back.time, envelope.time);
        let back = Event::from_envelope(back).unwrap().to_envelope().unwrap();
        assert_eq!(back.extensions, envelope.extensions);
        let data = |envelope: &Envelope| plain_numbers(&envelope.to_value()["data"]);
        assert_eq!(data(&back), data(&envelope));
    }
}
