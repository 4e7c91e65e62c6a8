//! `spec/errors.yaml`, `spec/runtimes.yaml`, `spec/environment.yaml`: what running functions promise.

use super::decode::{Dict, Text, choice, object};
use crate::load::Node;
use crate::source::Spanned;

object! {
    /// Classes of errors and how failed events are treated.
    pub struct ErrorsFile {
        /// Classes, by name of the error type.
        "classes" => classes: Dict<ErrorClass>,
        /// How deliveries are repeated.
        "retry" => retry: RetryPolicy,
        /// Where events go that cannot be processed.
        "deadLetter" => dead_letter: DeadLetterPolicy,
        /// How kinds of failure are handled.
        "handling" => handling: Dict<Handling>,
        /// What was corrected against real systems.
        "corrected" => corrected: Vec<super::Correction>,
    }
}

choice! {
    /// When a failed event is moved to the dead-letter queue.
    pub enum DeadLetterWhen {
        /// At once.
        Always = "always",
        /// When the last retry has failed.
        AfterRetries = "after-retries",
        /// Not at all.
        Never = "never",
    }
}

object! {
    /// A class of errors.
    pub struct ErrorClass {
        /// Code on the wire, in upper case with underscores.
        "code" => code: Text,
        /// What it means.
        "summary" => summary: Text,
        /// Whether trying again may help.
        "retryable" => retryable: Spanned<bool>,
        /// When the event goes to the dead-letter queue.
        "deadLetter" => dead_letter: Option<Spanned<DeadLetterWhen>>,
        /// HTTP status that the runtime answers.
        "status" => status: Spanned<u64>,
        /// Kind of failure, one of `handling`.
        "handling" => handling: Text,
    }
}

choice! {
    /// How the delay between deliveries grows.
    pub enum Backoff {
        /// By the same amount.
        Linear = "linear",
        /// Twofold.
        Exponential = "exponential",
    }
}

object! {
    /// How deliveries are repeated.
    pub struct RetryPolicy {
        /// Deliveries after the first.
        "attempts" => attempts: Spanned<u64>,
        /// How the delay grows.
        "backoff" => backoff: Spanned<Backoff>,
        /// First delay, an ISO 8601 duration.
        "delay" => delay: Text,
        /// Longest delay, an ISO 8601 duration.
        "maxDelay" => max_delay: Option<Text>,
        /// HTTP statuses that are retried.
        "statuses" => statuses: Vec<Text>,
    }
}

choice! {
    /// What a full queue does.
    pub enum Overflow {
        /// Refuses new messages.
        RejectPublish = "reject-publish",
        /// Drops the oldest.
        DropHead = "drop-head",
    }
}

object! {
    /// Where events go that cannot be processed.
    pub struct DeadLetterPolicy {
        /// Queue name; placeholder `{name}` is the function's.
        "queue" => queue: Text,
        /// Exchange name.
        "exchange" => exchange: Text,
        /// Prefix of routing keys.
        "routingKeyPrefix" => routing_key_prefix: Text,
        /// How long messages are kept, an ISO 8601 duration.
        "ttl" => ttl: Text,
        /// Most messages.
        "maxLength" => max_length: Spanned<u64>,
        /// What a full queue does.
        "overflow" => overflow: Spanned<Overflow>,
        /// Who gets an event from the broker when the last delivery has failed.
        "sink" => sink: Option<super::Destination>,
        /// Extension attributes that tell why an event is there.
        "extensions" => extensions: Dict<Text>,
    }
}

object! {
    /// How one kind of failure is handled.
    pub struct Handling {
        /// Its name as people write it.
        "title" => title: Text,
        /// What is done.
        "action" => action: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
    }
}

object! {
    /// Languages that functions are written in and what their wrapper does.
    pub struct RuntimesFile {
        /// Languages, by name.
        "runtimes" => runtimes: Dict<Runtime>,
        /// What the wrapper does with each event, in order.
        "steps" => steps: Vec<WrapperStep>,
        /// How functions are served.
        "service" => service: Option<ServiceTemplate>,
        /// What is done when a handler takes too long, in order.
        "timeout" => timeout: Procedure,
        /// What is done on a signal to stop.
        "shutdown" => shutdown: Procedure,
    }
}

object! {
    /// The Knative Service of a function, where its own spec says nothing else.
    pub struct ServiceTemplate {
        /// What it is.
        "summary" => summary: Text,
        /// Its image; placeholders `{namespace}` and `{name}`.
        "image" => image: Text,
        /// Port that the container listens at.
        "port" => port: Spanned<u64>,
        /// Seconds after which Knative gives a request up.
        "timeoutSeconds" => timeout_seconds: Spanned<u64>,
        /// Requests that a container gets at the same time; 0 is any number.
        "containerConcurrency" => container_concurrency: Option<Spanned<u64>>,
        /// Annotations of its revisions.
        "annotations" => annotations: Dict<Text>,
        /// Labels of everything that belongs to the function; placeholder `{name}`.
        "labels" => labels: Dict<Text>,
        /// Processor time and memory that it asks for.
        "requests" => requests: Dict<Text>,
        /// Processor time and memory that it may use at most.
        "limits" => limits: Dict<Text>,
    }
}

object! {
    /// A language that functions are written in.
    pub struct Runtime {
        /// Name and versions as people write them.
        "title" => title: Text,
        /// Versions that can be asked for.
        "versions" => versions: Vec<Text>,
        /// File that wraps the handler.
        "entryPoint" => entry_point: Text,
        /// Signature of a handler.
        "handler" => handler: Text,
        /// What the handler gets.
        "receives" => receives: Text,
        /// What it gives back.
        "returns" => returns: Text,
        /// How it fails.
        "fails" => fails: Text,
        /// Language of the example, as Markdown names it.
        "syntax" => syntax: Text,
        /// A complete handler.
        "example" => example: Text,
    }
}

object! {
    /// One thing that the wrapper does.
    pub struct WrapperStep {
        /// Verb, such as `Parse`.
        "title" => title: Text,
        /// What is done.
        "summary" => summary: Text,
    }
}

object! {
    /// A rule with steps.
    pub struct Procedure {
        /// What starts it.
        "on" => on: Text,
        /// What is done, in order.
        "steps" => steps: Vec<Text>,
        /// Event type that is emitted.
        "emits" => emits: Option<Text>,
        /// HTTP status that is answered.
        "status" => status: Option<Spanned<u64>>,
        /// Longest time it takes, an ISO 8601 duration.
        "grace" => grace: Option<Text>,
        /// Process signals that start it.
        "signals" => signals: Vec<Text>,
        /// What was corrected.
        "corrected" => corrected: Option<super::Correction>,
    }
}

object! {
    /// Environment variables of the runtime wrapper.
    pub struct EnvironmentFile {
        /// Variables, by name.
        "variables" => variables: Dict<Variable>,
    }
}

choice! {
    /// Type of an environment variable.
    pub enum VariableType {
        /// Text.
        String = "string",
        /// Whole number.
        Integer = "integer",
        /// TCP port, 1 to 65535.
        Port = "port",
        /// `true` or `false`.
        Boolean = "boolean",
        /// Absolute `http` or `https` URL.
        Url = "url",
        /// Whole seconds.
        Seconds = "seconds",
        /// Name as Kubernetes has it: a label of RFC 1123.
        Dns1123Label = "dns1123Label",
        /// Path of a handler: `function`, `module.function` or `dir/module.function`.
        Handler = "handler",
        /// One of `values`.
        Enum = "enum",
    }
}

object! {
    /// An environment variable.
    pub struct Variable {
        /// What it sets.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Its type.
        "type" => r#type: Spanned<VariableType>,
        /// Whether it must be set.
        "required" => required: Option<Spanned<bool>>,
        /// Value where it is not set.
        "default" => default: Option<Node>,
        /// Value that a function's Service gives it; placeholders `{namespace}` and `{name}`.
        "value" => value: Option<Text>,
        /// Who sets it, where not the user.
        "setBy" => set_by: Option<Text>,
        /// Variable that is read where this one is not set.
        "fallback" => fallback: Option<Text>,
        /// Values of an `enum`.
        "values" => values: Vec<Text>,
        /// Least number.
        "minimum" => minimum: Option<Spanned<u64>>,
        /// Greatest number.
        "maximum" => maximum: Option<Spanned<u64>>,
        /// Whether its value is a secret.
        "sensitive" => sensitive: Option<bool>,
    }
}
