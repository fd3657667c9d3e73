//! `serve`.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::Context as _;
use bitacora_core::enrol::ServerUrl;
use tokio::net::TcpListener;

use super::Arguments;
use super::output::Output;
use crate::server::{Config, Server};
use crate::settings::{EXAMPLE, LISTEN_DEFAULT, Settings};
use crate::store::DataFolder;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
}

impl Serve {
    pub(super) fn run(&self, arguments: &Arguments, output: &Output) -> anyhow::Result<bool> {
        let settings = self.settings.clone().or(arguments.settings()?);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(serve(arguments, settings, output))?;
        Ok(true)
    }
}

async fn serve(arguments: &Arguments, settings: Settings, output: &Output) -> anyhow::Result<()> {
    let folder = arguments.folder();
    let (post, said) = (settings.post()?, settings.post_settings()?);
    let mut config = Config::new(folder.clone());
    if !folder.database().exists() {
        config.setup = Some(settings.setup()?);
    }
    // The port is taken first: a server that cannot listen must not make a data folder.
    let listen = settings.listen.unwrap_or(LISTEN_DEFAULT);
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    let bound = listener.local_addr()?;
    let url = settings
        .public_url()?
        .map_or_else(|| reached_at(bound), Ok)?;
    config.public_url = Some(url.clone());
    let is_headquarters = settings.headquarters.unwrap_or(false);
    config.headquarters = Some(is_headquarters);
    let server = Server::open(config)
        .with_context(|| format!("data folder {}", arguments.data.display()))?;
    let claim = server.claim()?;
    server.set_post(post.as_ref(), &said)?;
    write_example(&folder).context("the example configuration cannot be written")?;
    fs::write(folder.address(), url.as_str())
        .context("the file with the address cannot be written")?;
    let answer = serde_json::json!({ "listening": bound.to_string(), "url": url.as_str(), "server": server.id(),
        "headquarters": is_headquarters });
    output.answer(&answer, || {
        let kind = if is_headquarters {
            ", headquarters: what it receives is safe"
        } else {
            ""
        };
        format!(
            "Listening on {bound}, reached at {url}\nServer {}{kind}",
            server.id()
        )
    })?;
    tracing::info!(address = %bound, server.id = %server.id(), "The server listens");
    server.serve_claimed(claim, listener, stop_signal()).await?;
    tracing::info!("The server has stopped");
    Ok(())
}

fn write_example(folder: &DataFolder) -> std::io::Result<()> {
    if folder.config().exists() {
        Ok(())
    } else {
        fs::write(folder.config(), EXAMPLE)
    }
}

/// Guesses where devices reach a server that listens here.
fn reached_at(bound: SocketAddr) -> anyhow::Result<ServerUrl> {
    let ip = if bound.ip().is_unspecified() {
        own_address().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    } else {
        bound.ip()
    };
    Ok(format!("https://{}", SocketAddr::new(ip, bound.port())).parse()?)
}

/// Returns the address that this machine would send from. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address of documentation (RFC 5737): only the route is looked up.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

async fn stop_signal() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
