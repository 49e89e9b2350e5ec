use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::telemetry::{LogConfig, Metrics, init_logging};

fn any_port() -> AdminConfig {
    AdminConfig { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..AdminConfig::default() }
}

/// A running server and what it watches.
struct Bench {
    address: SocketAddr,
    health: Health,
    stopping: CancellationToken,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<Result<(), AdminError>>,
}

impl Bench {
    async fn start() -> Self {
        let stopping = CancellationToken::new();
        let stop = CancellationToken::new();
        let health = Health::new(stopping.clone());
        let state = AdminState {
            health: health.clone(),
            metrics: Some(Metrics::install()),
            log: Some(init_logging(&LogConfig::default()).unwrap()),
        };
        let server = AdminServer::bind(&any_port(), state).await.unwrap();
        let extra = Router::new().route("/extra", get(async || "more\n"));
        let address = server.local_addr();
        let running = tokio::spawn(server.merge(extra).serve(stop.clone()));
        Self { address, health, stopping, stop, running }
    }

    /// Sends one request and gives the status and the body.
    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    async fn check(&self, path: &str, status: u16, body: &str) {
        assert_eq!(self.ask("GET", path, "").await, (status, body.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn probes_follow_the_life_of_the_process() {
    let bench = Bench::start().await;
    bench.check("/livez", 200, "alive\n").await;
    bench.check("/startupz", 503, "starting\n").await;
    bench.check("/readyz", 503, "process: starting\n").await;

    bench.health.set_ready("nats", false, "connecting");
    bench.health.set_ready("store", false, "migrating");
    bench.health.set_started();
    bench.check("/startupz", 200, "started\n").await;
    bench.check("/readyz", 503, "nats: connecting\nstore: migrating\n").await;

    bench.health.set_ready("nats", true, "");
    bench.health.set_ready("store", true, "");
    bench.check("/readyz", 200, "ready\n").await;
    assert!(bench.health.ready());

    bench.stopping.cancel();
    bench.check("/readyz", 503, "process: stopping\n").await;
    bench.check("/livez", 200, "alive\n").await;
    assert!(!bench.health.ready());
}

#[tokio::test]
async fn our_own_client_reads_what_the_port_answers() {
    let bench = Bench::start().await;
    let answer = ask_admin(bench.address, "/readyz").await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (503, "process: starting\n"));
    bench.health.set_started();
    let answer = ask_admin(bench.address, "/readyz").await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "ready\n"));
    assert!(ask_admin(bench.address, "/metrics").await.unwrap().body.contains("dateline_build_info"));
}

#[tokio::test]
async fn metrics_and_extra_routes_are_served() {
    let bench = Bench::start().await;
    let (status, text) = bench.ask("GET", "/metrics", "").await;
    assert_eq!(status, 200);
    assert!(text.contains("dateline_build_info"), "{text}");
    bench.check("/extra", 200, "more\n").await;
    assert_eq!(bench.ask("GET", "/nowhere", "").await.0, 404);
    assert_eq!(bench.ask("POST", "/livez", "").await.0, 405);
}

#[tokio::test]
async fn the_log_level_is_told_and_set() {
    let bench = Bench::start().await;
    let (status, text) = bench.ask("PUT", "/log-level", "loud").await;
    assert_eq!(status, 400);
    assert!(text.contains("`loud` is no log level"), "{text}");
    assert_eq!(bench.ask("PUT", "/log-level", &"x,".repeat(MAX_BODY_BYTES)).await.0, 413);
    assert_eq!(bench.ask("PUT", "/log-level", "info").await, (200, "info\n".to_owned()));
    assert_eq!(bench.ask("GET", "/log-level", "").await, (200, "info\n".to_owned()));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = AdminServer::bind(&any_port(), AdminState::new(Health::default())).await.unwrap();
    let address = server.local_addr();
    let stop = CancellationToken::new();
    let running = tokio::spawn(server.serve(stop.clone()));
    let bench =
        Bench { address, health: Health::default(), stopping: CancellationToken::new(), stop, running };
    for (method, path) in [("GET", "/metrics"), ("GET", "/log-level"), ("PUT", "/log-level")] {
        assert_eq!(bench.ask(method, path, "").await.0, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let bench = Bench::start().await;
    let _idle = TcpStream::connect(bench.address).await.unwrap();
    bench.check("/livez", 200, "alive\n").await;
    bench.stop.cancel();
    bench.running.await.unwrap().unwrap();
    assert!(TcpStream::connect(bench.address).await.is_err());
}

#[tokio::test]
async fn a_remote_address_must_be_allowed() {
    let open = AdminConfig { listen: "0.0.0.0:0".parse().unwrap(), ..AdminConfig::default() };
    let error = AdminServer::bind(&open, AdminState::new(Health::default())).await.unwrap_err();
    assert!(error.to_string().contains("set `allow_remote = true`"), "{error}");
    let allowed = AdminConfig { allow_remote: true, ..open };
    AdminServer::bind(&allowed, AdminState::new(Health::default())).await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let first = AdminServer::bind(&any_port(), AdminState::new(Health::default())).await.unwrap();
    let config = AdminConfig { listen: first.local_addr(), ..AdminConfig::default() };
    let error = AdminServer::bind(&config, AdminState::new(Health::default())).await.unwrap_err();
    assert!(error.to_string().contains(&first.local_addr().to_string()), "{error}");
}
