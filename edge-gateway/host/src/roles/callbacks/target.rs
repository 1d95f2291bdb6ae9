use super::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    io,
    net::{IpAddr, SocketAddr},
};
use url::{Host, Url};

/// Whether callbacks may go to a URL, as far as its text tells. Names are checked when they are resolved, at the
/// moment of connecting, by [`PublicResolver`]: a name that changes its address in between gains nothing.
///
/// # Errors
/// What is wrong, in a few words.
pub(super) fn check_url(url: &str, loopback: bool) -> Result<(), &'static str> {
    let url = Url::parse(url).map_err(|_| "not a URL")?;
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err("no host"),
    };
    let local =
        address.is_some_and(|address| address.is_loopback()) || url.host_str() == Some("localhost");
    match url.scheme() {
        "https" => (),
        "http" if loopback && local => (),
        _ => return Err("not https"),
    }
    if address.is_some_and(|address| !allowed(address, loopback)) {
        return Err("not a public address");
    }
    Ok(())
}

fn allowed(address: IpAddr, loopback: bool) -> bool {
    is_public(address) || (loopback && address.is_loopback())
}

/// Resolves names to public addresses alone.
pub(super) struct PublicResolver {
    pub(super) loopback: bool,
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let loopback = self.loopback;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| allowed(address.ip(), loopback)).collect();
            if allowed.is_empty() {
                let error = io::Error::new(io::ErrorKind::AddrNotAvailable, "no public address");
                return Err(error.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_to_public_hosts_passes() {
        let good =
            ["https://hooks.example.com/x", "https://8.8.8.8/", "https://[2606:4700::1111]/"];
        let bad = [
            "http://hooks.example.com/",
            "ftp://a.com/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://169.254.169.254/latest",
            "http://127.0.0.1/",
            "nonsense",
            "https://",
        ];
        for url in good {
            assert_eq!(check_url(url, false), Ok(()), "{url}");
        }
        for url in bad {
            assert!(check_url(url, false).is_err(), "{url}");
        }
    }

    #[test]
    fn the_development_switch_opens_this_machine_and_no_other() {
        for url in [
            "http://127.0.0.1:9/x",
            "http://localhost:9/x",
            "http://[::1]:9/x",
            "https://127.0.0.1/",
        ] {
            assert_eq!(check_url(url, true), Ok(()), "{url}");
        }
        for url in ["http://10.0.0.1/", "https://192.168.0.1/", "http://example.com/"] {
            assert!(check_url(url, true).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused() {
        let resolve = |loopback| PublicResolver { loopback }.resolve("localhost".parse().unwrap());
        assert!(resolve(false).await.is_err());
        assert!(resolve(true).await.is_ok());
    }
}
