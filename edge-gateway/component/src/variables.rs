use crate::log;
use facematch_gateway::{Config, ConfigError};
use spin_sdk::variables::{self, Error};

/// Reads the gateway's configuration from the host's variables.
///
/// # Errors
/// [`ConfigError`] names the variable that is missing or wrong.
pub(crate) async fn config() -> Result<Config, ConfigError> {
    let mut values = Vec::new();
    for name in Config::VARIABLES {
        if let Some(value) = get(name).await {
            values.push((name, value));
        }
    }
    let find = |name: &str| values.iter().find(|(known, _)| *known == name);
    Config::from_variables(|name| find(name).map(|(_, value)| value.clone()))
}

async fn get(name: &str) -> Option<String> {
    match variables::get(name).await {
        Ok(value) => Some(value),
        Err(Error::Undefined(_)) => None,
        Err(error) => {
            log::write(&error);
            None
        }
    }
}
