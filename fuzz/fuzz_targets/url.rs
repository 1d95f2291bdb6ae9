//! Any text as a callback's URL. What the gateway takes, the WHATWG parser that sends the callback must read in the same
//! way: https, to a public name, on a port for callbacks.

#![no_main]

use facematch_fuzz::{PublicApi, seeds};
use libfuzzer_sys::fuzz_target;
use url::{Host, ParseError, Url};

const HOSTILE: &str = include_str!("../../edge-gateway/hostile-callback-urls.txt");
const GOOD: [&str; 5] = [
    "https://hooks.example.com/x",
    "https://hooks.example.com",
    "HTTPS://Hooks.Example.COM:443/?a=b",
    "https://xn--bcher-kva.example:8443/x?y=%C3%A9",
    "https://1.2.3.4.example.com/",
];
const LOCAL: [&str; 6] = ["localhost", "local", "internal", "lan", "home", "arpa"];

fuzz_target!(init: begin(), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match ask(text) {
        201 => check(text),
        status => assert!([413, 422].contains(&status), "{status}"),
    }
});

/// Were the good ones refused, nothing would be tried.
fn begin() {
    for url in GOOD {
        assert_eq!(ask(url), 201, "{url}");
        check(url);
    }
    seeds::write(urls());
}

/// The status of a submission whose callback goes there.
fn ask(text: &str) -> u16 {
    // The engine in memory keeps what it is given.
    let api = PublicApi::new();
    let mut body: serde_json::Value =
        serde_json::from_str(&PublicApi::good_submission()).expect("JSON");
    body["callbackUrl"] = text.into();
    api.send_json(("POST", "/v1/submissions"), body.to_string().as_bytes()).status().as_u16()
}

fn check(text: &str) {
    let url = match Url::parse(text) {
        Ok(url) => url,
        // Which `xn--` labels mean something is known to tables that the gateway does not have. Nothing is sent there.
        Err(ParseError::IdnaError) if text.to_ascii_lowercase().contains("xn--") => return,
        Err(error) => panic!("what is taken is a URL: {error}"),
    };
    assert_eq!(url.scheme(), "https");
    assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
    assert!([Some(443), Some(8443)].contains(&url.port_or_known_default()));
    let Some(Host::Domain(host)) = url.host() else { panic!("an address: {url}") };
    let last = host.rsplit('.').next().unwrap_or_default();
    assert!(host.contains('.') && !LOCAL.contains(&last), "{host}");
    let authority = text.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    let written = authority.and_then(|authority| authority.split(':').next()).unwrap_or_default();
    assert_eq!(host, written.to_ascii_lowercase(), "both read the same host");
}

fn urls() -> impl Iterator<Item = String> {
    let hostile = HOSTILE.lines().filter(|line| !line.starts_with('#'));
    let hostile = hostile.map(|line| line.replace("{port}", ""));
    hostile.chain(GOOD.map(str::to_owned))
}
