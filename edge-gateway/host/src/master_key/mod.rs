//! The key above all keys: where it is kept is the operator's choice.

mod command;
mod file;

pub(crate) use file::FileMasterKey;

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use command::CommandMasterKey;
use facematch_engine::{MasterKey, MasterKeyring};
use facematch_seal::Key;
use std::{
    env, fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Name of the key's file in the data directory.
const FILE: &str = "master-key.toml";
/// Holds the key itself: `id:base64`, or several with commas, the current one first.
const VARIABLE: &str = "FACEMATCH_MASTER_KEY";

/// Where the master key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MasterKeySource {
    /// In a file, which is made at the first start.
    File(PathBuf),
    /// In `FACEMATCH_MASTER_KEY`.
    Environment,
    /// Behind a command, which asks a key management service.
    Command(String),
}

/// Where the master key is, for commands that open the database.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct MasterKeyOptions {
    /// File of the master key [default: master-key.toml in the data directory]
    #[arg(long, env = "FACEMATCH_MASTER_KEY_FILE", global = true)]
    master_key_file: Option<PathBuf>,
    /// Command that wraps and unwraps keys, in front of a key management service
    #[arg(long, env = "FACEMATCH_MASTER_KEY_COMMAND", global = true)]
    master_key_command: Option<String>,
}

impl MasterKeyOptions {
    pub(crate) fn source(&self, data_dir: &Path) -> Result<MasterKeySource> {
        let (file, command) = (self.master_key_file.clone(), self.master_key_command.clone());
        MasterKeySource::resolve(data_dir, file, command)
    }
}

impl MasterKeySource {
    /// The source that options and environment name, or the file in the data directory.
    ///
    /// # Errors
    /// When they name two.
    pub fn resolve(
        data_dir: &Path,
        file: Option<PathBuf>,
        command: Option<String>,
    ) -> Result<Self> {
        match (file, command, env::var_os(VARIABLE).is_some()) {
            (None, None, false) => Ok(Self::File(data_dir.join(FILE))),
            (Some(file), None, false) => Ok(Self::File(file)),
            (None, Some(command), false) => Ok(Self::Command(command)),
            (None, None, true) => Ok(Self::Environment),
            _ => bail!(
                "the master key has two places: keep one of {VARIABLE}, --master-key-file and --master-key-command"
            ),
        }
    }

    /// Makes the key ready to be asked. A file is made when it is first needed, not before.
    ///
    /// # Errors
    /// When the environment's key cannot be read.
    pub fn open(&self) -> Result<Arc<dyn MasterKey>> {
        Ok(match self {
            Self::File(path) => Arc::new(FileMasterKey::new(path)),
            Self::Environment => {
                let text = env::var(VARIABLE).with_context(|| format!("{VARIABLE} is no text"))?;
                let entries: Vec<_> = text.split(',').map(str::to_owned).collect();
                Arc::new(keyring(&entries).with_context(|| format!("{VARIABLE} is malformed"))?)
            }
            Self::Command(command) => Arc::new(CommandMasterKey::new(command)),
        })
    }
}

impl fmt::Display for MasterKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment => write!(f, "{VARIABLE}"),
            Self::Command(command) => write!(f, "`{command}`"),
        }
    }
}

/// Keys as `id:base64`, the current one first.
fn keyring(entries: &[String]) -> Result<MasterKeyring> {
    let mut keys = entries.iter().map(|entry| parse_entry(entry));
    let (id, key) = keys.next().context("there is no key")??;
    keys.try_fold(MasterKeyring::new(id, key), |ring, key| {
        let (id, key) = key?;
        Ok(ring.with_earlier(id, key))
    })
}

/// Whatever is wrong, the entry itself is not shown.
fn parse_entry(entry: &str) -> Result<(String, Key)> {
    let (id, key) = entry.trim().split_once(':').context("a key is written id:base64")?;
    ensure!(!id.is_empty(), "a key has no id");
    let bytes = STANDARD.decode(key).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok((id.to_owned(), Key::from_bytes(bytes.context("a key is 32 bytes in base64")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_master_key_has_one_place() {
        let data_dir = Path::new("data");
        let file = || Some(PathBuf::from("elsewhere.toml"));
        let command = || Some("kms".to_owned());
        let cases = [
            (None, None, Some(MasterKeySource::File(data_dir.join(FILE)))),
            (file(), None, Some(MasterKeySource::File("elsewhere.toml".into()))),
            (None, command(), Some(MasterKeySource::Command("kms".into()))),
            (file(), command(), None),
        ];
        for (file, command, want) in cases {
            assert_eq!(MasterKeySource::resolve(data_dir, file, command).ok(), want);
        }
    }

    #[test]
    fn a_malformed_key_is_refused_and_not_shown() {
        let short = STANDARD.encode([1; 31]);
        for entry in ["", "nothing", ":AAAA", &format!("m1:{short}"), "m1:hush"] {
            let error = format!("{:#}", keyring(&[entry.to_owned()]).err().unwrap());
            assert!(!error.contains("hush") && !error.contains(&short), "{error}");
        }
        assert!(keyring(&[format!("m1:{}", STANDARD.encode([1; 32]))]).is_ok());
        assert!(keyring(&[]).is_err());
    }
}
