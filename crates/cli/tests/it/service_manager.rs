//! What a service manager is told over its socket.

use crate::pipeline::Pipeline;
use dateline_testkit::{NatsServer, PATIENCE, Signal, eventually};
use std::os::unix::net::UnixDatagram;

/// The manager's end of the socket, and everything that came.
struct Manager {
    socket: UnixDatagram,
    heard: String,
}

impl Manager {
    /// Waits until `message` was told.
    async fn hears(&mut self, message: &str) {
        let (socket, heard) = (&self.socket, &mut self.heard);
        eventually(message, PATIENCE, || {
            let mut buffer = [0; 4096];
            while let Ok(length) = socket.recv(&mut buffer) {
                heard.push_str(&String::from_utf8_lossy(&buffer[..length]));
                heard.push('\n');
            }
            let told = heard.lines().any(|line| line == message).then_some(());
            async move { told }
        })
        .await;
    }
}

#[tokio::test]
async fn it_is_told_of_readiness_of_life_and_of_the_stop() {
    let (nats, pipeline, folder) = (NatsServer::start(), Pipeline::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut manager = Manager { socket, heard: String::new() };
    let mut enricher = pipeline
        .run("enricher", &nats.url())
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "600000")
        .env("DATELINE_ADMIN__LISTEN", "127.0.0.1:0")
        .spawn();
    manager.hears("READY=1").await;
    manager.hears("STATUS=ready").await;
    manager.heard.clear();
    manager.hears("WATCHDOG=1").await;
    enricher.signal(Signal::Terminate);
    manager.hears("STOPPING=1").await;
    assert!(enricher.wait_exit(PATIENCE).await.success());
}
