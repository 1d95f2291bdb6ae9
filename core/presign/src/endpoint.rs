//! Where a bucket is served.

/// Scheme and authority of an S3 server, as a client's `host` header will say them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: String,
    host_start: usize,
}

/// Why a text is not an [`Endpoint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Neither `http://` nor `https://`.
    #[error("endpoint does not start with http:// or https://")]
    Scheme,
    /// No host, a user name, or a character that no host has.
    #[error("endpoint is not scheme://host or scheme://host:port")]
    Authority,
    /// Something follows the host, such as a path.
    #[error("endpoint has a path, a query or a fragment")]
    Path,
}

impl Endpoint {
    /// Parses `http[s]://host[:port][/]`.
    ///
    /// The host is lower-cased and the scheme's own port is left out, as HTTP clients do it: the
    /// host is signed, so it has to be the one that the client sends.
    ///
    /// # Errors
    /// [`EndpointError`] says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (scheme, own_port, rest) = split_scheme(text).ok_or(EndpointError::Scheme)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(EndpointError::Path);
        }
        let authority = authority.strip_suffix(own_port).unwrap_or(authority);
        if !is_authority(authority) {
            return Err(EndpointError::Authority);
        }
        let base = format!("{scheme}{}", authority.to_ascii_lowercase());
        Ok(Self { base, host_start: scheme.len() })
    }

    /// `scheme://host[:port]`, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `host[:port]`, the value of the `host` header.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.base[self.host_start..]
    }
}

fn split_scheme(text: &str) -> Option<(&'static str, &'static str, &str)> {
    [("http://", ":80"), ("https://", ":443")]
        .into_iter()
        .find_map(|(scheme, own_port)| Some((scheme, own_port, text.strip_prefix(scheme)?)))
}

fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_host_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !host.is_empty()
        && host.bytes().all(is_host_byte)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Host and port; the colons of a bracketed IPv6 address are the host's.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_takes_scheme_host_and_port() {
        let cases = [
            ("http://127.0.0.1:9000", "127.0.0.1:9000"),
            ("https://S3.Example.com/", "s3.example.com"),
            ("https://s3.example.com:443", "s3.example.com"),
            ("http://s3.example.com:443", "s3.example.com:443"),
            ("http://s3.example.com:80/", "s3.example.com"),
            ("http://[::1]:9000", "[::1]:9000"),
            ("http://[::1]", "[::1]"),
        ];
        for (text, host) in cases {
            let endpoint = Endpoint::parse(text).expect(text);
            assert_eq!(endpoint.host(), host);
            assert!(endpoint.base().ends_with(host) && text.starts_with(&endpoint.base()[..5]));
        }
    }

    #[test]
    fn endpoint_refuses_everything_else() {
        let cases = [
            ("", EndpointError::Scheme),
            ("s3.example.com", EndpointError::Scheme),
            ("ftp://s3.example.com", EndpointError::Scheme),
            ("http://", EndpointError::Authority),
            ("http://:9000", EndpointError::Authority),
            ("http://user@host", EndpointError::Authority),
            ("http://host:port", EndpointError::Authority),
            ("http://host:99999", EndpointError::Authority),
            ("http://ho st", EndpointError::Authority),
            ("http://host/bucket", EndpointError::Path),
            ("http://host//", EndpointError::Path),
            ("http://host?x", EndpointError::Path),
        ];
        for (text, want) in cases {
            assert_eq!(Endpoint::parse(text), Err(want), "{text}");
        }
    }
}
