//! Conversions from and to [`cloudevents::Event`], the event of the CloudEvents SDK.
//!
//! The SDK keeps times in UTC, so that the offset of a time is lost on the way there.
