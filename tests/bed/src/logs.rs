//! The logs of beds, which outlive them, but not for ever.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, state_folder};

/// How many beds' logs stay.
const KEPT: usize = 50;

/// Makes a folder for the logs of a bed, which is known by its temporary folder.
pub(crate) fn folder(bed: &Path) -> Result<PathBuf, Error> {
    let all = state_folder().join("logs");
    let folder = all.join(bed.file_name().unwrap_or_default());
    fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
    prune(&all, bed.parent().unwrap_or(bed));
    Ok(folder)
}

/// Deletes the oldest, but none of beds whose temporary folder is still there. What cannot be
/// deleted stays for the next bed.
fn prune(logs: &Path, beds: &Path) {
    let entries = fs::read_dir(logs).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry)))
        .collect();
    folders.sort_by_key(|(modified, _)| Reverse(*modified));
    for (_, entry) in folders.into_iter().skip(KEPT) {
        if !beds.join(entry.file_name()).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_oldest_logs_of_beds_that_are_gone_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let [logs, beds] = ["logs", "beds"].map(|name| folder.path().join(name));
        let count = KEPT + 3;
        for number in 0..count {
            let path = logs.join(number.to_string());
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("etcd.log"), "").unwrap();
            let age = Duration::from_secs(60 * number as u64);
            let time = SystemTime::now().checked_sub(age).unwrap();
            File::open(path).unwrap().set_modified(time).unwrap();
        }
        let running = (count - 1).to_string();
        fs::create_dir_all(beds.join(&running)).unwrap();

        prune(&logs, &beds);
        assert_eq!(fs::read_dir(&logs).unwrap().count(), KEPT + 1);
        assert!(logs.join("0").is_dir());
        assert!(logs.join(running).join("etcd.log").is_file());
    }
}
