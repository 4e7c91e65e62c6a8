//! Workers: processes that run handlers of other languages, supervised.

mod failure;
mod frame;
mod life;
mod output;
mod pool;
mod process;
mod queue;
mod shim;
mod tree;

pub use frame::DataKind;
pub use pool::{Busy, Job, Pool, Settings};
pub use process::Launch;
pub use shim::{SHIM, become_worker};
pub use tree::reap_orphans;
