//! One bed for all tests of a binary.

use std::sync::OnceLock;

use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::{Bed, Error, Part};

static BED: OnceCell<Bed> = OnceCell::const_new();

/// Each test has a runtime of its own, which ends with it; clients of the bed live longer.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// The bed that all callers in this process share: started for the first of them, with its parts,
/// and ended with the process. Tests keep apart by namespaces.
///
/// # Errors
/// When it does not start, or was started without one of the parts.
pub async fn shared(parts: &[Part]) -> Result<&'static Bed, Error> {
    let bed = BED.get_or_try_init(|| start(parts.to_vec())).await?;
    match parts.iter().find(|part| !bed.has(**part)) {
        None => Ok(bed),
        Some(part) => {
            let what = format!("the shared bed was started without {}", part.name());
            Err(Error::request("testbed", what))
        }
    }
}

async fn start(parts: Vec<Part>) -> Result<Bed, Error> {
    let runtime = match RUNTIME.get() {
        Some(runtime) => runtime,
        None => {
            let new = Runtime::new().map_err(|error| Error::file("runtime", error))?;
            RUNTIME.get_or_init(|| new)
        }
    };
    let bed = runtime.spawn(async move { Bed::start(&parts).await });
    bed.await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
