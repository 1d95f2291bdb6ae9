use crate::domain::{Bucket, Issuer, Keyring};
use facematch_presign::{Endpoint, Signer};
use std::fmt;

/// Where the engine is unless a variable says otherwise: in the host's own process.
const ENGINE_IN_PROCESS: &str = "http://engine.internal";
const DEFAULT_REGION: &str = "us-east-1";

/// What the operator decides. `Debug` shows no secret.
#[derive(Debug)]
pub struct Config {
    pub(crate) engine: EngineAddress,
    pub(crate) issuer: Issuer,
    pub(crate) bucket: Bucket,
    pub(crate) loopback_callbacks: bool,
}

/// Where the engine is, and what opens it.
pub(crate) struct EngineAddress {
    pub(crate) endpoint: Endpoint,
    pub(crate) secret: Option<String>,
}

/// Why the variables do not make a [`Config`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable has no value.
    #[error("variable {variable} is missing or empty")]
    Missing {
        /// Its name.
        variable: &'static str,
    },
    /// A variable has a value that cannot be used.
    #[error("variable {variable} must be {expected}")]
    Invalid {
        /// Its name.
        variable: &'static str,
        /// What its value must be.
        expected: &'static str,
    },
}

impl Config {
    /// Names of all variables that [`Config::from_variables`] asks for.
    pub const VARIABLES: [&'static str; 10] = [
        "engine_url",
        "engine_secret",
        "token_keys",
        "token_issuer",
        "bucket_url",
        "bucket_name",
        "bucket_region",
        "upload_access_key",
        "upload_secret_key",
        "loopback_callbacks",
    ];

    /// Reads the variables through `lookup`; an empty value counts as none.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `engine_url` | `http[s]://host[:port]`; `http://engine.internal` when absent |
    /// | `engine_secret` | the engine's shared secret; needed with any other `engine_url` |
    /// | `token_keys` | `kid:base64,kid2:base64`, 32 bytes or more each; the first signs, all verify |
    /// | `token_issuer` | the `iss` of tokens: the API's public URL |
    /// | `bucket_url` | `http[s]://host[:port]` of the S3 server, as clients reach it |
    /// | `bucket_name`, `bucket_region` | the bucket; `us-east-1` when there is no region |
    /// | `upload_access_key`, `upload_secret_key` | a key that may put below `up/` and nothing else |
    /// | `loopback_callbacks` | `true` lets callbacks go to this machine, by http too |
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variables = Variables { lookup };
        Ok(Self {
            engine: variables.engine()?,
            issuer: Issuer {
                name: variables.required("token_issuer")?,
                keys: variables.keyring()?,
            },
            bucket: variables.bucket()?,
            loopback_callbacks: variables.flag("loopback_callbacks")?,
        })
    }
}

impl fmt::Debug for EngineAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineAddress").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

struct Variables<F> {
    lookup: F,
}

impl<F: Fn(&str) -> Option<String>> Variables<F> {
    fn optional(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable).filter(|value| !value.is_empty())
    }

    fn required(&self, variable: &'static str) -> Result<String, ConfigError> {
        self.optional(variable).ok_or(ConfigError::Missing { variable })
    }

    fn flag(&self, variable: &'static str) -> Result<bool, ConfigError> {
        match self.optional(variable).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ConfigError::Invalid { variable, expected: "true or false" }),
        }
    }

    /// The in-process engine is reached by nobody else; every other one needs its secret.
    fn engine(&self) -> Result<EngineAddress, ConfigError> {
        let url = self.optional("engine_url").unwrap_or_else(|| ENGINE_IN_PROCESS.to_owned());
        let secret = match self.optional("engine_secret") {
            None if url != ENGINE_IN_PROCESS => Some(self.required("engine_secret")?),
            secret => secret,
        };
        if secret.as_deref().is_some_and(|secret| !is_visible_ascii(secret)) {
            let expected = "visible ASCII characters";
            return Err(ConfigError::Invalid { variable: "engine_secret", expected });
        }
        Ok(EngineAddress { endpoint: endpoint("engine_url", &url)?, secret })
    }

    fn keyring(&self) -> Result<Keyring, ConfigError> {
        let expected = "kid:base64,kid2:base64 with distinct kids and 32 bytes or more each";
        let text = self.required("token_keys")?;
        Keyring::parse(&text).ok_or(ConfigError::Invalid { variable: "token_keys", expected })
    }

    fn bucket(&self) -> Result<Bucket, ConfigError> {
        let name = self.required("bucket_name")?;
        if !is_bucket_name(&name) {
            let expected = "3 to 63 lower-case letters, digits, dots and hyphens";
            return Err(ConfigError::Invalid { variable: "bucket_name", expected });
        }
        Ok(Bucket {
            endpoint: endpoint("bucket_url", &self.required("bucket_url")?)?,
            name,
            signer: Signer {
                access_key: self.required("upload_access_key")?,
                secret_key: self.required("upload_secret_key")?,
                region: self.optional("bucket_region").unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            },
        })
    }
}

fn endpoint(variable: &'static str, url: &str) -> Result<Endpoint, ConfigError> {
    let expected = "http[s]://host[:port] without a path";
    Endpoint::parse(url).map_err(|_| ConfigError::Invalid { variable, expected })
}

fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_bucket_name(name: &str) -> bool {
    let is_allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
    };
    (3..=63).contains(&name.len()) && name.bytes().all(is_allowed) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::STANDARD};

    const SECRETS: [&str; 3] =
        ["engine-hunter2", "upload-hunter2", "token-hunter2-and-thirty-two-b"];

    fn value(name: &str) -> Option<String> {
        let text = match name {
            "engine_secret" => SECRETS[0].to_owned(),
            "token_keys" => format!("k1:{}", STANDARD.encode(SECRETS[2].repeat(2))),
            "token_issuer" => "https://api.example.com".to_owned(),
            "bucket_url" => "https://s3.example.com".to_owned(),
            "bucket_name" => "photos".to_owned(),
            "upload_access_key" => "upload".to_owned(),
            "upload_secret_key" => SECRETS[1].to_owned(),
            _ => return None,
        };
        Some(text)
    }

    fn config_with(name: &str, text: &str) -> Result<Config, ConfigError> {
        let lookup = |asked: &str| if asked == name { Some(text.to_owned()) } else { value(asked) };
        Config::from_variables(lookup)
    }

    #[test]
    fn defaults_are_the_engine_in_process_and_no_loopback() {
        let config = Config::from_variables(value).unwrap();
        assert_eq!(config.engine.endpoint.base(), "http://engine.internal");
        assert_eq!(config.bucket.signer.region, "us-east-1");
        assert!(!config.loopback_callbacks);
    }

    #[test]
    fn every_variable_that_is_asked_for_is_listed() {
        let lookup = |name: &str| {
            assert!(Config::VARIABLES.contains(&name), "{name}");
            value(name)
        };
        Config::from_variables(lookup).unwrap();
    }

    #[test]
    fn a_missing_variable_is_named() {
        let required = ["token_keys", "token_issuer", "bucket_url", "bucket_name"];
        for variable in required.into_iter().chain(["upload_access_key", "upload_secret_key"]) {
            let error = config_with(variable, "").unwrap_err();
            assert_eq!(error, ConfigError::Missing { variable });
        }
    }

    #[test]
    fn only_the_engine_in_process_may_do_without_a_secret() {
        let lookup = |url: &'static str| {
            Config::from_variables(move |name| match name {
                "engine_url" => Some(url.to_owned()),
                "engine_secret" => None,
                _ => value(name),
            })
        };
        assert!(lookup("http://engine.internal").is_ok());
        let error = lookup("http://10.0.0.7:8081").unwrap_err();
        assert_eq!(error, ConfigError::Missing { variable: "engine_secret" });
    }

    #[test]
    fn a_wrong_variable_is_named() {
        let short = format!("k:{}", STANDARD.encode([7; 31]));
        let cases = [
            ("engine_url", "engine.internal"),
            ("engine_url", "http://engine.internal/v1"),
            ("engine_secret", "two words"),
            ("token_keys", "no-colon"),
            ("token_keys", &short),
            ("bucket_url", "s3.example.com"),
            ("bucket_url", "https://s3.example.com/bucket"),
            ("bucket_name", "Photos"),
            ("bucket_name", "a/b"),
            ("loopback_callbacks", "yes"),
        ];
        for (name, text) in cases {
            let error = config_with(name, text).unwrap_err();
            assert!(
                matches!(error, ConfigError::Invalid { variable, .. } if variable == name),
                "{name}={text}: {error}"
            );
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", Config::from_variables(value).unwrap());
        let token_key = STANDARD.encode(SECRETS[2].repeat(2));
        let bytes = format!("{:?}", SECRETS[2].as_bytes());
        for secret in [SECRETS[0], SECRETS[1], SECRETS[2], &token_key, &bytes[1..20]] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
