//! One bed for all tests of a binary.

use std::sync::OnceLock;

use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::{Bed, Error, Part};

static BED: OnceCell<(Vec<Part>, Bed)> = OnceCell::const_new();

/// Each test has a runtime of its own, which ends with it; clients of the bed live longer.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// The bed that all callers in this process share: started for the first of them, with its parts,
/// and ended with the process. Tests keep apart by namespaces.
///
/// # Errors
/// When it does not start, or was started without one of the parts.
pub async fn shared(parts: &[Part]) -> Result<&'static Bed, Error> {
    let start = async || {
        let parts = parts.to_vec();
        let runtime = match RUNTIME.get() {
            Some(runtime) => runtime,
            None => {
                let new = Runtime::new().map_err(|error| Error::file("runtime", error))?;
                RUNTIME.get_or_init(|| new)
            }
        };
        let bed = runtime.spawn(async move {
            let bed = Bed::start(&parts).await?;
            Ok((parts, bed))
        });
        bed.await
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    };
    let (started, bed) = BED.get_or_try_init(start).await?;
    match parts.iter().find(|part| !started.contains(part)) {
        None => Ok(bed),
        Some(part) => {
            let what = format!("the shared bed was started without {}", part.name());
            Err(Error::request("testbed", what))
        }
    }
}
