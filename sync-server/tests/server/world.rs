//! One server in a folder of its own, with a clock that tests set.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bitacora_core::enrol::team::CodeRequest;
use bitacora_core::enrol::{Code, Role};
use bitacora_core::id::PostId;
use bitacora_server::channel::limit::Limits;
use bitacora_server::store::{DataFolder, Setup};
use bitacora_server::{Config, Server};
use chrono::DateTime;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// 2026-11-20 12:00 UTC.
pub const NOON_MS: i64 = 1_795_176_000_000;

pub struct World {
    pub server: Server,
    pub address: SocketAddr,
    pub clock_ms: Arc<AtomicI64>,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

pub fn setup() -> Setup {
    Setup {
        organisation_name: "Unidad de prueba".to_owned(),
        post: "PA-BCH".parse().unwrap(),
        post_name: "Bajo Chiquito".to_owned(),
        tz: "America/Panama".to_owned(),
        vocabulary: "pa".to_owned(),
        lock_minutes: 10,
    }
}

pub fn limits() -> Limits {
    Limits {
        stop_grace: Duration::from_secs(2),
        ..Limits::default()
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(limits()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let folder = TempDir::new().unwrap();
        let clock_ms = Arc::new(AtomicI64::new(NOON_MS));
        let server = Server::open(Self::config(&folder, limits, &clock_ms)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = server.clone();
        let running = tokio::spawn(async move {
            serving
                .serve(listener, async { drop(stopped.await) })
                .await
                .unwrap();
        });
        Self {
            server,
            address,
            clock_ms,
            folder,
            stop: Some(stop),
            running: Some(running),
        }
    }

    fn config(folder: &TempDir, limits: Limits, clock_ms: &Arc<AtomicI64>) -> Config {
        let mut config = Config::new(DataFolder::new(folder.path().join("data")));
        config.setup = Some(setup());
        config.limits = limits;
        config.public_url = Some("https://10.9.8.7:8444".parse().unwrap());
        let clock_ms = Arc::clone(clock_ms);
        config.clock = Arc::new(move || {
            DateTime::from_timestamp_millis(clock_ms.load(Ordering::SeqCst)).unwrap()
        });
        config
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.clock_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub fn post(&self) -> PostId {
        setup().post
    }

    pub fn issue_code(&self, role: Role, device_name: &str) -> Code {
        let request = CodeRequest {
            role,
            device_name: device_name.to_owned(),
        };
        self.server
            .issue_code(&self.post(), &request)
            .unwrap()
            .code
            .parse()
            .unwrap()
    }

    pub fn data(&self) -> DataFolder {
        DataFolder::new(self.folder.path().join("data"))
    }

    pub async fn stop(self) {
        self.stop_and(|| ()).await;
    }

    /// Stops, and lets somebody look at what it leaves before its folder is gone.
    pub async fn stop_and(mut self, look: impl FnOnce()) {
        self.stop.take().unwrap().send(()).unwrap();
        self.running.take().unwrap().await.unwrap();
        look();
    }
}
