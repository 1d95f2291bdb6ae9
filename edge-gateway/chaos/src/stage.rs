use crate::{
    api::Api,
    dice::Dice,
    inbox::Inbox,
    ledger::Ledger,
    load::{Photos, Scene},
    server::Installation,
};
use anyhow::Result;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A match that gave no sign of life for this long is taken over: short, so that rounds are.
const LEASE_S: u32 = 3;

/// What every trial is made from.
pub(crate) struct Stage {
    pub(crate) server: PathBuf,
    pub(crate) photos: Photos,
    pub(crate) rounds: u32,
    pub(crate) seed: u64,
}

impl Stage {
    /// The trial's dice.
    pub(crate) fn dice(&self) -> Dice {
        Dice::new(self.seed)
    }

    /// A folder that goes away with what is returned.
    ///
    /// # Errors
    /// When none can be made.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        Ok(tempfile::Builder::new().prefix("facematch-chaos-").tempdir()?)
    }

    /// An installation in a folder.
    ///
    /// # Errors
    /// As [`Installation::new`].
    pub(crate) fn install(&self, folder: &Path, dice: &mut Dice) -> Result<Installation> {
        self.install_with_lease(folder, dice, LEASE_S)
    }

    /// The same with another lease.
    ///
    /// # Errors
    /// As [`Installation::new`].
    pub(crate) fn install_with_lease(
        &self,
        folder: &Path,
        dice: &mut Dice,
        lease_s: u32,
    ) -> Result<Installation> {
        let installation = Installation::new(&self.server, folder, dice)?;
        Ok(installation.flag("--match-lease-s", lease_s))
    }

    /// Clients' side of an installation.
    ///
    /// # Errors
    /// When there is no port for the receiver of callbacks.
    pub(crate) async fn scene(&self, installation: &Installation) -> Result<Scene> {
        Ok(Scene {
            api: Api::of(installation)?,
            inbox: Inbox::start(&installation.credentials).await?,
            ledger: Ledger::default(),
            photos: self.photos.clone(),
            clock_jumps: false,
        })
    }
}
