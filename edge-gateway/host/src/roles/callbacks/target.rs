use super::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};
use url::{Host, Url};

/// Ports that callbacks go to.
const PORTS: [u16; 2] = [443, 8443];

type Found = io::Result<Vec<SocketAddr>>;
/// Asks for the addresses of a name.
type LookUp = Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Found> + Send>> + Send + Sync>;

/// Where callbacks may go: by https to the public internet, and nowhere else.
///
/// The gateway has looked at the URL's text when the submission was created. This looks again, at the moment of sending,
/// as the HTTP client reads the URL, and at the addresses that its name has at the moment of connecting: a name that
/// changes its address in between gains nothing.
#[derive(Clone)]
pub(crate) struct Reach {
    loopback: bool,
    pub(super) ports: Vec<u16>,
    pub(super) look_up: LookUp,
}

impl Reach {
    /// The public internet; with `loopback` this machine too, by http and on any port: for development.
    pub(crate) fn new(loopback: bool) -> Self {
        Self { loopback, ports: PORTS.to_vec(), look_up: Arc::new(|name| Box::pin(look_up(name))) }
    }

    /// Whether a callback may go to a URL, as far as its text tells.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub(super) fn check(&self, url: &str) -> Result<(), &'static str> {
        let url = Url::parse(url).map_err(|_| "not a URL")?;
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err("no host"),
        };
        let is_local = address.is_some_and(|address| address.is_loopback())
            || url.host_str() == Some("localhost");
        if self.loopback && is_local {
            return is_http(&url).then_some(()).ok_or("neither http nor https");
        }
        if url.scheme() != "https" {
            return Err("not https");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a user name in the URL");
        }
        if !url.port_or_known_default().is_some_and(|port| self.ports.contains(&port)) {
            return Err("not a port for callbacks");
        }
        let is_open = address.is_none_or(|address| self.allows(address));
        is_open.then_some(()).ok_or("not a public address")
    }

    /// Resolves names to the addresses that are allowed, for the HTTP client.
    pub(super) fn resolver(&self) -> Resolver {
        Resolver(self.clone())
    }

    fn allows(&self, address: IpAddr) -> bool {
        is_public(address) || (self.loopback && address.is_loopback())
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

async fn look_up(name: String) -> Found {
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}

/// See [`Reach::resolver`].
pub(super) struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            let mut found = (reach.look_up)(name.as_str().to_owned()).await?;
            found.retain(|address| reach.allows(address.ip()));
            if found.is_empty() {
                let error = io::Error::new(io::ErrorKind::AddrNotAvailable, "no public address");
                return Err(error.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_hosts_pass() {
        let reach = Reach::new(false);
        let good =
            ["https://hooks.example.com/x", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/"];
        for url in good {
            assert_eq!(reach.check(url), Ok(()), "{url}");
        }
        for url in ["https://hooks.example.com:22/", "https://hooks.example.com:80/"] {
            assert!(reach.check(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_development_switch_opens_this_machine_and_no_other() {
        let reach = Reach::new(true);
        for url in [
            "http://127.0.0.1:9/x",
            "http://localhost:9/x",
            "http://[::1]:9/x",
            "https://127.0.0.1/",
        ] {
            assert_eq!(reach.check(url), Ok(()), "{url}");
        }
        let bad = ["http://10.0.0.1/", "https://192.168.0.1/", "http://example.com/"];
        for url in bad.into_iter().chain(["ftp://127.0.0.1/"]) {
            assert!(reach.check(url).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused() {
        let resolve =
            |loopback| Reach::new(loopback).resolver().resolve("localhost".parse().unwrap());
        assert!(resolve(false).await.is_err());
        assert!(resolve(true).await.is_ok());
    }
}
