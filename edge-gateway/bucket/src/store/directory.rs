//! Directories that survive a power cut.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// Makes the entries of a directory durable.
pub(super) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Makes the entry of `path` in its directory durable.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        None => Ok(()),
        Some(parent) if parent.as_os_str().is_empty() => sync(Path::new(".")),
        Some(parent) => sync(parent),
    }
}

/// Makes a directory, or empties the one that is there.
pub(super) fn make_empty(directory: &Path) -> io::Result<()> {
    if directory.try_exists()? {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir(directory)
}

/// Makes the 256 directories over which objects are spread, so that no upload has to.
pub(super) fn make_shards(objects: &Path) -> io::Result<()> {
    for shard in 0..=255u8 {
        fs::create_dir_all(objects.join(format!("{shard:02x}")))?;
    }
    sync(objects)
}

/// Takes the lock file until the returned handle is dropped, or the process ends in whatever way.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::WouldBlock, "the bucket's directory is in use")
        }
        TryLockError::Error(error) => error,
    })?;
    Ok(file)
}
