use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A given event, or a file of events, is larger than what is read.
    ///
    /// ## What it does
    /// A line with an event has at most 1 MiB, a file that is one JSON text at most 16 MiB. Files with an event a line may have any size. After 10,000 findings no more is read.
    ///
    /// ## Why
    /// No input shall exhaust the machine, and brokers refuse events of that size too.
    ///
    /// ## Fails
    /// A list of events in a file of 20 MiB.
    ///
    /// ## Passes
    /// The same events, one a line.
    "events-too-large", 1004, Error
}

/// A line that was skipped.
pub(crate) fn line(span: Span, bytes: u64, limit: usize) -> Finding {
    Finding::new(&META, span, format!("the line has {bytes} bytes; at most {limit} are read"))
        .label("skipped")
        .help("keep large data elsewhere and send their address")
}

/// A file that is not read to its end.
pub(crate) fn document(span: Span, limit: usize) -> Finding {
    Finding::new(&META, span, format!("the file has more than {limit} bytes in one JSON text"))
        .help("write one event a line: such files are read line by line and may have any size")
}

/// Reading stopped.
pub(crate) fn findings(span: Span, limit: usize) -> Finding {
    Finding::new(&META, span, format!("more than {limit} findings; the rest is not read"))
        .label("not read beyond this event")
        .help("mend what is reported and run it again")
}
