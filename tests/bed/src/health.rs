//! Whether the servers of a bed answer, for who knows them by their variables.

use std::path::Path;
use std::time::Duration;

use crate::{Error, http, kubernetes, rabbitmq};

/// Longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the server that a variable of [`Bed::environment`](crate::Bed::environment) leads to.
///
/// # Errors
/// When it does not answer, or says that it is not well.
pub async fn answers(variable: &str, value: &str) -> Result<(), Error> {
    let asked = tokio::time::timeout(PATIENCE, ask(variable, value)).await;
    asked.unwrap_or_else(|_| Err(Error::request("it", format!("no answer in {PATIENCE:?}"))))
}

async fn ask(variable: &str, value: &str) -> Result<(), Error> {
    match variable {
        "KUBECONFIG" => kubernetes::answers(Path::new(value)).await,
        "AMQP_URL" => rabbitmq::connection(value).await.map(drop),
        "ALERTMANAGER_URL" => {
            let answer = http::get(&format!("{value}/-/healthy"), &[]).await?;
            if answer.status.is_success() {
                return Ok(());
            }
            Err(Error::request("alertmanager", answer.status))
        }
        // They have no address for it; any answer tells.
        _ => http::get(value, &[]).await.map(drop),
    }
}
