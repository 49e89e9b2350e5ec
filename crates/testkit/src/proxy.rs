//! A TCP proxy between a role and its broker, on which the network can be made to fail.
//!
//! Left out: any knowledge of what flows through it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Bytes moved at once.
const CHUNK: usize = 64 * 1024;

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Everything gets through.
    Up,
    /// Connections stay open, and nothing gets through: a cable that was pulled.
    Stalled,
    /// Connections are closed in order, new ones at once: a peer that went away.
    Closed,
    /// Connections are reset, new ones too: a firewall that was turned on.
    Reset,
}

/// A running proxy; it ends when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    network: watch::Sender<Network>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port of the loopback interface and connects through to `upstream`.
    pub async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port can be had");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (network, state) = watch::channel(Network::Up);
        let task = tokio::spawn(accept(listener, upstream, state));
        Self { address, network, task }
    }

    /// Where to connect instead of upstream.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what the network does, for open and for new connections.
    pub fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, upstream: SocketAddr, state: watch::Receiver<Network>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let state = state.clone();
        tokio::spawn(async move {
            // Either side may go away at any time: that is what a proxy is for.
            drop(connect(client, upstream, state).await);
        });
    }
}

async fn connect(
    client: TcpStream,
    upstream: SocketAddr,
    mut state: watch::Receiver<Network>,
) -> io::Result<()> {
    // A stalled network completes no handshake.
    let now = *state.wait_for(|network| *network != Network::Stalled).await.map_err(io::Error::other)?;
    if now != Network::Up {
        return end(&client, None, now);
    }
    let server = TcpStream::connect(upstream).await?;
    let (mut client_reader, mut client_writer) = client.into_split();
    let (mut server_reader, mut server_writer) = server.into_split();
    let how = tokio::select! {
        how = pump(&mut client_reader, &mut server_writer, state.clone()) => how,
        how = pump(&mut server_reader, &mut client_writer, state) => how,
    };
    let joined = (client_reader.reunite(client_writer), server_reader.reunite(server_writer));
    match joined {
        (Ok(client), Ok(server)) => end(&client, Some(&server), how),
        _ => Ok(()),
    }
}

fn end(client: &TcpStream, server: Option<&TcpStream>, how: Network) -> io::Result<()> {
    if how == Network::Reset {
        client.set_zero_linger()?;
        server.map_or(Ok(()), TcpStream::set_zero_linger)?;
    }
    Ok(())
}

/// Moves bytes one way until an end closes or the network does; says how it ends.
async fn pump(
    reader: &mut (impl AsyncReadExt + Unpin),
    writer: &mut (impl AsyncWriteExt + Unpin),
    mut state: watch::Receiver<Network>,
) -> Network {
    let mut chunk = vec![0; CHUNK];
    loop {
        match state.wait_for(|network| *network != Network::Stalled).await.map(|network| *network) {
            Ok(Network::Up) => {}
            Ok(other) => return other,
            Err(_) => return Network::Closed,
        }
        tokio::select! {
            biased;
            _ = state.changed() => {}
            read = reader.read(&mut chunk) => match read {
                Ok(0) | Err(_) => return Network::Closed,
                Ok(count) => {
                    if writer.write_all(&chunk[..count]).await.is_err() {
                        return Network::Closed;
                    }
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An upstream that sends everything back.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (mut reader, mut writer) = stream.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut reader, &mut writer).await });
            }
        });
        address
    }

    async fn said(stream: &mut TcpStream, text: &[u8]) -> io::Result<Vec<u8>> {
        stream.write_all(text).await?;
        let mut back = vec![0; text.len()];
        stream.read_exact(&mut back).await?;
        Ok(back)
    }

    #[tokio::test]
    async fn passes_stalls_and_goes_on() {
        let proxy = Proxy::to(echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(said(&mut stream, b"one").await.unwrap(), b"one");
        proxy.set(Network::Stalled);
        {
            let talk = said(&mut stream, b"two");
            tokio::pin!(talk);
            let silent = tokio::time::timeout(std::time::Duration::from_millis(200), &mut talk).await;
            assert!(silent.is_err(), "{silent:?}");
            proxy.set(Network::Up);
            assert_eq!(talk.await.unwrap(), b"two", "what was under way arrives late, not never");
        }
    }

    #[tokio::test]
    async fn closes_and_resets_open_and_new_connections() {
        let proxy = Proxy::to(echo().await).await;
        for network in [Network::Closed, Network::Reset] {
            proxy.set(Network::Up);
            let mut open = TcpStream::connect(proxy.address()).await.unwrap();
            assert_eq!(said(&mut open, b"x").await.unwrap(), b"x");
            proxy.set(network);
            let mut rest = Vec::new();
            let ended = open.read_to_end(&mut rest).await;
            assert_eq!(ended.is_err(), network == Network::Reset, "{network:?}: {ended:?}");
            let mut new = TcpStream::connect(proxy.address()).await.unwrap();
            assert!(said(&mut new, b"x").await.is_err());
        }
    }
}
