use facematch_contract::limits::MAX_CALLBACK_URL_CHARS;

/// Ports that a callback may go to by https, beside the scheme's own.
const PORTS: [&str; 2] = ["443", "8443"];
/// Last labels of names that mean something inside a network only.
const LOCAL_LABELS: [&str; 12] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "onion",
    "invalid",
];

/// Why a callback cannot go there. Each text completes "callbackUrl …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallbackUrlError {
    #[error("must be at most 2048 characters")]
    TooLong,
    #[error("must be a URL of visible ASCII characters; percent-encode all others")]
    Character,
    #[error("must begin with https://")]
    Scheme,
    #[error("must not have a user name or password")]
    UserInfo,
    #[error("must not have a fragment")]
    Fragment,
    #[error("must use port 443 or 8443")]
    Port,
    #[error("must name a public host by its DNS name, not by address")]
    Host,
}

/// Whether a callback may be asked for at `url`.
///
/// This looks at the text alone, and a public name can still point inside: the address is checked
/// again when the callback connects. `loopback_allowed` lets this machine through, by http too.
///
/// # Errors
/// [`CallbackUrlError`] names the first rule that is broken.
pub(crate) fn check(url: &str, loopback_allowed: bool) -> Result<(), CallbackUrlError> {
    check_text(url)?;
    let (scheme, rest) = url.split_once("://").ok_or(CallbackUrlError::Scheme)?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(CallbackUrlError::UserInfo);
    }
    let (host, port) = split_port(authority);
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    if loopback_allowed && is_loopback(&host) {
        return check_loopback(&scheme, port);
    }
    check_public(&scheme, &host, port)
}

fn check_text(url: &str) -> Result<(), CallbackUrlError> {
    if url.len() > MAX_CALLBACK_URL_CHARS {
        return Err(CallbackUrlError::TooLong);
    }
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
    if !url.bytes().all(is_allowed) {
        return Err(CallbackUrlError::Character);
    }
    if url.contains('#') { Err(CallbackUrlError::Fragment) } else { Ok(()) }
}

fn check_loopback(scheme: &str, port: Option<&str>) -> Result<(), CallbackUrlError> {
    if scheme != "http" && scheme != "https" {
        return Err(CallbackUrlError::Scheme);
    }
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port != 0);
    if port.is_none_or(is_port) { Ok(()) } else { Err(CallbackUrlError::Port) }
}

fn check_public(scheme: &str, host: &str, port: Option<&str>) -> Result<(), CallbackUrlError> {
    if scheme != "https" {
        return Err(CallbackUrlError::Scheme);
    }
    if !port.is_none_or(|port| PORTS.contains(&port)) {
        return Err(CallbackUrlError::Port);
    }
    if is_public_name(host) { Ok(()) } else { Err(CallbackUrlError::Host) }
}

/// Host and port; the colons of a bracketed IPv6 address are the host's.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<std::net::Ipv4Addr>();
    host == "localhost" || host == "[::1]" || address.is_ok_and(|address| address.is_loopback())
}

/// A DNS name of two labels or more whose last is a word. URL parsers read any host with a number
/// at its end as an IPv4 address, in every base and with any count of parts (WHATWG URL, "ends in a
/// number checker").
fn is_public_name(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    host.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
        && !LOCAL_LABELS.contains(&last)
}

fn is_label(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallbackUrlError::{Character, Fragment, Host, Port, Scheme, TooLong, UserInfo};

    #[test]
    fn public_https_urls_are_taken() {
        let cases = [
            "https://hooks.example.com/x",
            "https://hooks.example.com",
            "https://hooks.example.com?a=b",
            "https://hooks.example.com:8443/x?y=%C3%A9",
            "HTTPS://Hooks.Example.COM:443/",
            "https://xn--bcher-kva.example/",
            "https://1.2.3.4.example.com/",
        ];
        for url in cases {
            assert_eq!(check(url, false), Ok(()), "{url}");
        }
    }

    #[test]
    fn all_other_urls_are_refused() {
        let long = format!("https://a.com/{}", "x".repeat(2048));
        let cases = [
            ("", Scheme),
            ("hooks.example.com", Scheme),
            ("http://a.com/", Scheme),
            ("gopher://a.com/", Scheme),
            ("javascript:alert(1)", Scheme),
            ("https:/a.com", Scheme),
            ("//a.com/", Scheme),
            ("https://", Host),
            ("https:///x", Host),
            ("https://2130706433/", Host),
            ("https://0x7f.1/", Host),
            ("https://a.0x7f000001/", Host),
            ("https://017700000001/", Host),
            ("https://127.1/", Host),
            ("https://127.0.0.1/", Host),
            ("https://127.0.0.1./", Host),
            ("https://8.8.8.8/", Host),
            ("https://169.254.169.254/latest", Host),
            ("https://[::1]/", Host),
            ("https://[::ffff:10.0.0.1]/", Host),
            ("https://[2606:4700::1111]:443/", Host),
            ("https://localhost/", Host),
            ("https://foo.localhost./", Host),
            ("https://foo.localhost/", Host),
            ("https://LOCALHOST/", Host),
            ("https://metadata.google.internal/", Host),
            ("https://printer.local/", Host),
            ("https://10.in-addr.arpa/", Host),
            ("https://intranet/", Host),
            ("https://a.com./", Host),
            ("https://a..com/", Host),
            ("https://-a.com/", Host),
            ("https://a%2ecom/", Host),
            ("https://xn--/", Host),
            ("https://a@b.com/", UserInfo),
            ("https://a:b@c.com/", UserInfo),
            ("https://a.com:22/", Port),
            ("https://a.com:/", Port),
            ("https://a.com:0443/", Port),
            ("https://a.com/#f", Fragment),
            ("https://a.com\\@b.com/", Character),
            ("https://a.com/ x", Character),
            ("https://a.com/\n", Character),
            ("https://１２７.０.０.１/", Character),
            (&long, TooLong),
        ];
        for (url, want) in cases {
            assert_eq!(check(url, false), Err(want), "{url}");
        }
    }

    #[test]
    fn loopback_needs_the_operators_word() {
        let cases = [
            ("http://127.0.0.1:9000/hook", Ok(())),
            ("http://127.8.8.8/", Ok(())),
            ("http://localhost:1/", Ok(())),
            ("http://[::1]:9000/", Ok(())),
            ("https://localhost/", Ok(())),
            ("ftp://localhost/", Err(Scheme)),
            ("http://localhost:0/", Err(Port)),
            ("http://localhost:99999/", Err(Port)),
            ("http://a.com/", Err(Scheme)),
            ("http://10.0.0.1/", Err(Scheme)),
            ("https://10.0.0.1/", Err(Host)),
            ("http://localhost.evil.com/", Err(Scheme)),
            ("http://user@localhost/", Err(UserInfo)),
        ];
        for (url, want) in cases {
            assert_eq!(check(url, true), want, "{url}");
            assert!(check(url, false).is_err(), "{url}");
        }
    }
}
