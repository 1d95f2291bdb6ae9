use crate::random::hex;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, io, path::Path, sync::Arc};

/// Pages are asked for again each time, and answered with 304 when they are the same.
const REVALIDATE: &str = "no-cache";
/// Names below `/assets/` change with what is in them.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The built pages. All are in memory before the first request: a path is looked up, never opened, so none leads out of
/// the folder.
#[derive(Clone)]
pub(super) struct Assets(Arc<BTreeMap<String, Asset>>);

struct Asset {
    bytes: Bytes,
    content_type: &'static str,
    etag: String,
    caching: &'static str,
}

impl Assets {
    /// Reads every file below `folder`. Links are left out: they may lead anywhere.
    ///
    /// # Errors
    /// When a file cannot be read, or there is no `index.html`.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        collect(folder, "", &mut files)?;
        if !files.contains_key("/index.html") {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no index.html"));
        }
        Ok(Self(Arc::new(files)))
    }

    /// Serves every path that no other route takes.
    pub(super) fn into_router(self) -> Router {
        Router::new().fallback(serve).with_state(self)
    }

    /// `/` is `/index.html`, and `/onboarding` is `/onboarding.html`; any other path is the file of that very name.
    fn find(&self, path: &str) -> Option<&Asset> {
        let page = match path.strip_suffix('/') {
            Some(folder) => format!("{folder}/index.html"),
            None => format!("{path}.html"),
        };
        self.0.get(path).or_else(|| self.0.get(&page))
    }
}

impl Asset {
    fn new(path: &str, bytes: Vec<u8>) -> Self {
        Self {
            content_type: content_type(path),
            etag: format!("\"{}\"", hex(&Sha256::digest(&bytes)[..16])),
            caching: if path.starts_with("/assets/") { FOR_EVER } else { REVALIDATE },
            bytes: bytes.into(),
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.content_type),
            (header::ETAG, &self.etag),
            (header::CACHE_CONTROL, self.caching),
        ];
        (status, headers, self.bytes.clone()).into_response()
    }
}

async fn serve(
    State(assets): State<Assets>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(asset) = assets.find(uri.path()) else {
        let page = assets.find("/404").map(|page| page.answer(StatusCode::NOT_FOUND));
        return page.unwrap_or_else(|| (StatusCode::NOT_FOUND, "not found\n").into_response());
    };
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(", ").any(|etag| etag == asset.etag)) {
        let headers = [(header::ETAG, asset.etag.as_str()), (header::CACHE_CONTROL, asset.caching)];
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    asset.answer(StatusCode::OK)
}

fn collect(folder: &Path, path: &str, files: &mut BTreeMap<String, Asset>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{path}/{}", name.to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            files.insert(path.clone(), Asset::new(&path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        // Among others the networks, `.fmnn`: bytes and nothing else.
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(names: &[&str]) -> Assets {
        let asset = |name: &&str| ((*name).to_owned(), Asset::new(name, name.as_bytes().to_vec()));
        Assets(Arc::new(names.iter().map(asset).collect()))
    }

    #[test]
    fn a_path_finds_the_file_of_its_name_and_nothing_else() {
        let assets = assets(&["/index.html", "/onboarding.html", "/assets/a.js"]);
        let cases = [
            ("/", Some("/index.html")),
            ("/index.html", Some("/index.html")),
            ("/onboarding", Some("/onboarding.html")),
            ("/assets/a.js", Some("/assets/a.js")),
            ("/assets/", None),
            ("/assets", None),
            ("", None),
            ("//index.html", None),
            ("/./index.html", None),
            ("/assets/../index.html", None),
            ("/../index.html", None),
            ("/%2e%2e/index.html", None),
            ("/..%2findex.html", None),
            ("/assets\\a.js", None),
            ("/index.html\0", None),
            ("/INDEX.HTML", None),
        ];
        for (path, want) in cases {
            let found = assets.find(path).map(|asset| asset.bytes.as_ref());
            assert_eq!(found, want.map(str::as_bytes), "{path}");
        }
    }

    #[test]
    fn types_are_what_browsers_insist_on() {
        let cases = [
            ("/a.html", "text/html; charset=utf-8"),
            ("/assets/a-1.js", "text/javascript; charset=utf-8"),
            ("/assets/a.wasm", "application/wasm"),
            ("/assets/detector.fmnn", "application/octet-stream"),
            ("/assets/no-extension", "application/octet-stream"),
        ];
        for (path, want) in cases {
            assert_eq!(content_type(path), want, "{path}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_not_followed() {
        let folder = std::env::temp_dir().join(format!("site-{}", crate::random::random_hex()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("index.html"), "page").unwrap();
        fs::write(folder.join("assets/a.js"), "script").unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.join("secret.txt")).unwrap();
        std::os::unix::fs::symlink("/etc", folder.join("etc")).unwrap();
        let paths: Vec<_> = Assets::read(&folder).unwrap().0.keys().cloned().collect();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(paths, ["/assets/a.js", "/index.html"]);
    }
}
