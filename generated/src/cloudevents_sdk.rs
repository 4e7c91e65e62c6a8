//! Conversions from and to [`cloudevents::Event`], the event of the CloudEvents SDK.
//!
//! Both sides speak structured JSON, and so do these conversions. The SDK keeps times in UTC, so
//! that the offset of a time is lost on the way there.

use cloudevents::Event as SdkEvent;

use crate::{CloudEvent, Envelope, Event, EventError, LambdaEvent};

impl TryFrom<SdkEvent> for Envelope {
    type Error = EventError;

    /// Fails for events of CloudEvents 0.3.
    fn try_from(event: SdkEvent) -> Result<Self, EventError> {
        Self::from_value(serde_json::to_value(event).map_err(EventError::Json)?)
    }
}

impl TryFrom<&Envelope> for SdkEvent {
    type Error = EventError;

    /// Fails where `dataschema` is no absolute URI.
    fn try_from(envelope: &Envelope) -> Result<Self, EventError> {
        serde_json::from_value(envelope.to_value()).map_err(EventError::Json)
    }
}

impl<T: LambdaEvent> TryFrom<SdkEvent> for CloudEvent<T> {
    type Error = EventError;

    fn try_from(event: SdkEvent) -> Result<Self, EventError> {
        Self::from_envelope(event.try_into()?)
    }
}

impl<T: LambdaEvent> TryFrom<&CloudEvent<T>> for SdkEvent {
    type Error = EventError;

    fn try_from(event: &CloudEvent<T>) -> Result<Self, EventError> {
        Self::try_from(&event.to_envelope()?)
    }
}

impl TryFrom<SdkEvent> for Event {
    type Error = EventError;

    fn try_from(event: SdkEvent) -> Result<Self, EventError> {
        Self::from_envelope(event.try_into()?)
    }
}

impl TryFrom<&Event> for SdkEvent {
    type Error = EventError;

    fn try_from(event: &Event) -> Result<Self, EventError> {
        Self::try_from(&event.to_envelope()?)
    }
}
