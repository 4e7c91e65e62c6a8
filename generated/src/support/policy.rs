//! What becomes of events that could not be processed.

use std::time::Duration;

/// When a failed event is moved to the dead-letter queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadLetter {
    /// At once.
    Always,
    /// When the last retry has failed.
    AfterRetries,
    /// Not at all.
    Never,
}

/// How the delay between deliveries grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// By the same amount.
    Linear,
    /// Twofold.
    Exponential,
}

/// How deliveries are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Deliveries after the first.
    pub attempts: u64,
    /// How the delay grows.
    pub backoff: Backoff,
    /// First delay.
    pub delay: Duration,
    /// Longest delay.
    pub max_delay: Option<Duration>,
    /// HTTP statuses that are retried.
    pub statuses: &'static [&'static str],
}

impl RetryPolicy {
    /// Delay before a repeated delivery, the first of which is `0`.
    pub fn delay_before(&self, retry: u32) -> Duration {
        let factor = match self.backoff {
            Backoff::Linear => retry.saturating_add(1),
            Backoff::Exponential => 2u32.saturating_pow(retry),
        };
        let delay = self.delay.saturating_mul(factor);
        self.max_delay.map_or(delay, |most| delay.min(most))
    }
}

/// What a full queue does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// Refuses new messages.
    RejectPublish,
    /// Drops the oldest.
    DropHead,
}

/// Where events go that cannot be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadLetterPolicy {
    /// Template of the queue's name, with the placeholder `{name}` for the function's.
    pub queue: &'static str,
    /// Name of the exchange.
    pub exchange: &'static str,
    /// Beginning of routing keys.
    pub routing_key_prefix: &'static str,
    /// How long messages are kept.
    pub ttl: Duration,
    /// Most messages.
    pub max_length: u64,
    /// What a full queue does.
    pub overflow: Overflow,
}

impl DeadLetterPolicy {
    /// Name of a function's queue.
    pub fn queue_of(&self, function: &str) -> String {
        self.queue.replace("{name}", function)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_the_longest() {
        let mut policy = RetryPolicy {
            attempts: 3,
            backoff: Backoff::Exponential,
            delay: Duration::from_secs(1),
            max_delay: Some(Duration::from_secs(5)),
            statuses: &[],
        };
        let delays = |policy: &RetryPolicy| {
            [0, 1, 2, 3, 99].map(|retry| policy.delay_before(retry).as_secs())
        };
        assert_eq!(delays(&policy), [1, 2, 4, 5, 5]);
        policy.backoff = Backoff::Linear;
        assert_eq!(delays(&policy), [1, 2, 3, 4, 5]);
    }
}
