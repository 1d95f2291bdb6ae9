//! A gateway behind hyper on a thread of its own, and a client with some connections, each of which waits for its
//! answer.

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    fmt::Write as _,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    rc::Rc,
    sync::mpsc,
    thread,
};

/// One gateway, as it answers a request.
pub(crate) trait Answer {
    async fn answer(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>>;
}

/// Connections to a server: as many requests are under way.
pub(crate) const CONNECTIONS: usize = 8;

/// A running server and connections to it.
pub(crate) struct Client {
    streams: Vec<TcpStream>,
    /// Where Linux tells the server thread's time on a processor.
    schedstat: String,
}

impl Client {
    pub(crate) fn of<A: Answer + 'static>(make: impl FnOnce() -> A + Send + 'static) -> Self {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(make(), &tell));
        });
        let (address, schedstat) = told.recv().unwrap();
        let connect = || {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream
        };
        Self { streams: (0..CONNECTIONS).map(|_| connect()).collect(), schedstat }
    }

    /// Sends a request on each connection and waits for all answers.
    pub(crate) fn send(&mut self, request: &Request<Vec<u8>>) {
        let path = request.uri().path();
        let mut head = format!("{} {path} HTTP/1.1\r\nhost: gateway.invalid\r\n", request.method());
        for (name, value) in request.headers() {
            write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
        write!(head, "content-length: {}\r\n\r\n", request.body().len()).unwrap();
        let bytes = [head.as_bytes(), request.body()].concat();
        for stream in &mut self.streams {
            stream.write_all(&bytes).unwrap();
        }
        for stream in &mut self.streams {
            let status = answer(stream);
            assert!((200..300).contains(&status), "{path}: {status}");
        }
    }

    /// Processor time of the server so far, in microseconds.
    pub(crate) fn server_us(&self) -> f64 {
        let stat = fs::read_to_string(&self.schedstat).expect("Linux tells a thread's time");
        stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e3
    }
}

/// Reads one whole answer and returns its status.
fn answer(stream: &mut TcpStream) -> u16 {
    let (mut got, mut part) = (Vec::new(), [0; 8192]);
    loop {
        let len = stream.read(&mut part).unwrap();
        assert!(len > 0, "the server hung up");
        got.extend(&part[..len]);
        let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if got.len() >= end + 4 + length.map_or(0, |length| length.parse().unwrap()) {
            return head[9..12].parse().unwrap();
        }
    }
}

async fn serve(gateway: impl Answer + 'static, tell: &mpsc::Sender<(SocketAddr, String)>) {
    let gateway = Rc::new(gateway);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let thread = fs::read_link("/proc/thread-self").expect("Linux names a thread");
    let schedstat = format!("/proc/{}/schedstat", thread.display());
    tell.send((listener.local_addr().unwrap(), schedstat)).unwrap();
    let connection = |gateway: Rc<_>| async {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let service = service_fn(move |request| {
            let gateway = Rc::clone(&gateway);
            async move { Ok::<_, Infallible>(pass(&*gateway, request).await) }
        });
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    };
    futures_util::future::join_all((0..CONNECTIONS).map(|_| connection(Rc::clone(&gateway)))).await;
}

async fn pass(
    gateway: &impl Answer,
    request: Request<hyper::body::Incoming>,
) -> Response<Full<Bytes>> {
    let (mut head, body) = request.into_parts();
    head.uri = format!("http://gateway.invalid{}", head.uri.path()).parse().unwrap();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    gateway.answer(Request::from_parts(head, body)).await.map(Full::from)
}
