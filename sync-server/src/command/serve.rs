//! `serve`.

use std::fs;
use std::net::SocketAddr;

use anyhow::Context as _;
use bitacora_core::enrol::ServerUrl;
use tokio::net::{TcpListener, TcpSocket};

use super::Arguments;
use super::output::Output;
use super::reached;
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
    let port = Port::take(listen)?;
    let bound = port.bound;
    let reached = reached_at(&settings, bound)?;
    config.public_url = reached.first().cloned();
    let is_headquarters = settings.headquarters.unwrap_or(false);
    config.headquarters = Some(is_headquarters);
    let server = Server::open(config)
        .with_context(|| format!("data folder {}", arguments.data.display()))?;
    let claim = server.claim()?;
    server.set_post(post.as_ref(), &said)?;
    write_example(&folder).context("the example configuration cannot be written")?;
    keep_address(&folder, reached.first())
        .context("the file with the address cannot be written")?;
    let listener = port.listen()?;
    let answer = serde_json::json!({ "listening": bound.to_string(),
        "url": reached.first().map(ServerUrl::as_str), "urls": reached.iter().map(ServerUrl::as_str).collect::<Vec<_>>(),
        "server": server.id(), "headquarters": is_headquarters });
    output.answer(&answer, || {
        let kind = if is_headquarters {
            ", headquarters: what it receives is safe"
        } else {
            ""
        };
        format!(
            "Listening on {bound}, {}\nServer {}{kind}",
            told(&reached),
            server.id()
        )
    })?;
    tracing::info!(address = %bound, server.id = %server.id(), "The server listens");
    server.serve_claimed(claim, listener, stop_signal()).await?;
    tracing::info!("The server has stopped");
    Ok(())
}

/// A port that is this server's, and refuses everybody until it listens: whoever gets an answer finds a server that
/// was made.
struct Port {
    socket: TcpSocket,
    bound: SocketAddr,
}

impl Port {
    /// How many connections wait until they are taken.
    const BACKLOG: u32 = 1024;

    fn take(listen: SocketAddr) -> anyhow::Result<Self> {
        let take = || {
            let socket = match listen {
                SocketAddr::V4(_) => TcpSocket::new_v4()?,
                SocketAddr::V6(_) => TcpSocket::new_v6()?,
            };
            // As any server: connections of the one before, which still end, keep nobody from starting again.
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            socket.bind(listen)?;
            let bound = socket.local_addr()?;
            Ok::<_, std::io::Error>(Self { socket, bound })
        };
        take().with_context(|| format!("cannot listen on {listen}"))
    }

    fn listen(self) -> anyhow::Result<TcpListener> {
        let bound = self.bound;
        let listener = self.socket.listen(Self::BACKLOG);
        listener.with_context(|| format!("cannot listen on {bound}"))
    }
}

fn write_example(folder: &DataFolder) -> std::io::Result<()> {
    if folder.config().exists() {
        Ok(())
    } else {
        fs::write(folder.config(), EXAMPLE)
    }
}

/// Returns where devices reach this server, the likeliest first.
fn reached_at(settings: &Settings, bound: SocketAddr) -> anyhow::Result<Vec<ServerUrl>> {
    if let Some(url) = settings.public_url()? {
        return Ok(vec![url]);
    }
    let found = reached::addresses(bound);
    let urls = found.iter().map(|at| format!("https://{at}").parse());
    Ok(urls.collect::<Result<_, _>>()?)
}

/// Keeps for `enrol-code` where this server is reached. Without an address there is no file: a QR code must not lead
/// nowhere.
fn keep_address(folder: &DataFolder, url: Option<&ServerUrl>) -> std::io::Result<()> {
    match url {
        Some(url) => fs::write(folder.address(), url.as_str()),
        None => match fs::remove_file(folder.address()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}

/// Says where phones reach the server, in the words of the operator.
fn told(reached: &[ServerUrl]) -> String {
    let Some((first, others)) = reached.split_first() else {
        return "and this machine has no address that a phone could reach: bring its network up and start again, or name \
                the address with --public-url https://ADDRESS:PORT (public_url in the file)"
            .to_owned();
    };
    let others = others.iter().map(|url| format!("\n  or at {url}"));
    let others: String = others.collect();
    let hint = if others.is_empty() {
        ""
    } else {
        "\n  QR codes say the first; if phones reach another, name it with --public-url (public_url in the file)"
    };
    format!("reached at {first}{others}{hint}")
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
