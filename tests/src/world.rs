//! A post with a real server and named devices, all in one process, over real mutual TLS.
//!
//! Time is driven, randomness is the system's. Every device reaches the server through a link of its
//! own that can be cut, so that a scenario says what the weather does.

mod clock;
mod phone;
mod table;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use bitacora_core::enrol::team::CodeRequest;
use bitacora_core::enrol::{Code, Role};
use bitacora_core::id::PostId;
use bitacora_server::store::{DataFolder, Setup};
use bitacora_server::{Config, Server};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use clock::DrivenClock;
pub use phone::{PIN, Phone, copy_folder};

/// When every world begins: 14 August 2023, 07:00 at Bajo Chiquito.
const MORNING: &str = "2023-08-14T12:00:00Z";
/// A port that the system chooses.
const ANYWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// One post.
pub struct World {
    /// The server, also reachable without the network.
    pub server: Server,
    /// The time of everybody whose clock is right.
    pub clock: DrivenClock,
    address: SocketAddr,
    headquarters: bool,
    setup: Setup,
    folder: TempDir,
    server_folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl World {
    /// Starts a server for an empty post.
    pub async fn start() -> Result<Self> {
        let folder = folder()?;
        let server = folder.path().join("server");
        let clock = DrivenClock::at(MORNING.parse()?);
        Self::start_with((folder, server), setup()?, clock, ANYWHERE).await
    }

    /// The same with the server's data in a folder of the caller's.
    pub async fn start_in(server: PathBuf) -> Result<Self> {
        Self::start_at(server, ANYWHERE).await
    }

    /// The same where devices that know it look for it.
    pub async fn start_at(server: PathBuf, address: SocketAddr) -> Result<Self> {
        let clock = DrivenClock::at(MORNING.parse()?);
        Self::start_with((folder()?, server), setup()?, clock, address).await
    }

    /// Starts a server of its own for another post, at the same time of day.
    pub async fn another_post(&self, post: &str, post_name: &str) -> Result<Self> {
        let other = Setup {
            post: post.parse()?,
            post_name: post_name.to_owned(),
            ..setup()?
        };
        let folder = folder()?;
        let server = folder.path().join("server");
        Self::start_with((folder, server), other, self.clock.clone(), ANYWHERE).await
    }

    async fn start_with(
        (folder, server_folder): (TempDir, PathBuf),
        setup: Setup,
        clock: DrivenClock,
        address: SocketAddr,
    ) -> Result<Self> {
        let (server, address, stop, serving) =
            serve(&server_folder, &setup, &clock, address, false).await?;
        Ok(Self {
            server,
            clock,
            address,
            headquarters: false,
            setup,
            folder,
            server_folder,
            stop: Some(stop),
            serving: Some(serving),
        })
    }

    /// Stops the server and starts it again as headquarters, or as a post.
    pub async fn be_headquarters(&mut self, is: bool) -> Result<()> {
        self.headquarters = is;
        self.restart_server().await
    }

    /// Starts a server whose clock shows the real time now, for programs that cannot be told another.
    pub async fn start_by_the_wall_clock() -> Result<Self> {
        day_that_lasts().await;
        let world = Self::start().await?;
        world.clock.pass(Utc::now() - world.clock.now());
        world.clock.go();
        Ok(world)
    }

    /// Returns the time now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets time pass for everybody.
    pub fn pass(&self, time: TimeDelta) {
        self.clock.pass(time);
    }

    /// Returns the post's code.
    pub fn post(&self) -> PostId {
        self.setup.post.clone()
    }

    /// Makes a device with a person on it, enrolled for a role.
    pub async fn phone(&self, name: &str, role: Role) -> Result<Phone> {
        let phone = self.stranger(name)?;
        let code = self.code(role, name)?;
        phone.enrol(&code).await?;
        Ok(phone)
    }

    /// Makes a device that the server does not know.
    pub fn stranger(&self, name: &str) -> Result<Phone> {
        self.stranger_in(&self.folder.path().join(name), name)
    }

    /// The same with its vault in a folder of the caller's.
    pub fn stranger_in(&self, vault: &Path, name: &str) -> Result<Phone> {
        Phone::make(vault, name, self.clock.clone(), self.address)
    }

    /// Takes up a phone whose vault lies there, unlocked by its first person.
    pub fn taken_up(&self, vault: &Path, name: &str) -> Result<Phone> {
        Phone::found(vault, name, self.clock.clone(), self.address)
    }

    /// Makes a phone of a vault that was made elsewhere: a copy of it, unlocked by its first person.
    pub fn found(&self, name: &str, vault: &Path) -> Result<Phone> {
        let to = self.folder.path().join(name);
        copy_folder(vault, &to)?;
        // Git keeps no empty folder.
        std::fs::create_dir_all(to.join("attempts"))?;
        self.taken_up(&to, name)
    }

    /// Copies a phone's vault to another phone: from then on two have one identity.
    pub fn copy_of(&self, phone: &mut Phone, name: &str) -> Result<Phone> {
        phone.copied(&self.folder.path().join(name), name, self.address, None)
    }

    /// The same while it is unlocked: both go on as the same writer.
    pub fn copy_of_unlocked(&self, phone: &mut Phone, name: &str) -> Result<Phone> {
        let vault = self.folder.path().join(name);
        phone.copied(&vault, name, self.address, Some([0xc0; 16]))
    }

    /// Enrols a phone whose identity another one has too, once more.
    pub async fn enrol_again(&self, phone: &Phone, role: Role) -> Result<()> {
        phone.enrol(&self.code(role, &phone.name)?).await
    }

    /// Stops the server and puts an older copy of its folder in the place of all, as an operator does whose
    /// disk died.
    pub async fn put_back(&mut self, copy: &Path) -> Result<()> {
        self.stop_server().await?;
        std::fs::remove_dir_all(self.server_folder())?;
        copy_folder(copy, &self.server_folder())?;
        self.restart_server().await
    }

    /// Stops the server and starts one that has nothing of it, not even its key, at the same address.
    pub async fn replace_server(&mut self) -> Result<()> {
        self.stop_server().await?;
        std::fs::remove_dir_all(self.server_folder())?;
        self.restart_server().await
    }

    /// Copies the server's folder while it is stopped for that.
    pub async fn back_up(&mut self, to: &Path) -> Result<()> {
        self.stop_server().await?;
        copy_folder(&self.server_folder(), to)?;
        self.restart_server().await
    }

    /// Issues an enrolment code as the operator would.
    pub fn code(&self, role: Role, device_name: &str) -> Result<Code> {
        let request = CodeRequest {
            role,
            device_name: device_name.to_owned(),
        };
        let issued = self.server.issue_code(&self.post(), &request)?;
        issued.code.parse().context("the issued code")
    }

    /// Returns the local day that it is at the post.
    pub fn day(&self) -> NaiveDate {
        self.now()
            .with_timezone(&chrono_tz::America::Panama)
            .date_naive()
    }

    /// Returns how many documents the server holds.
    pub fn documents(&self) -> Result<u64> {
        Ok(self.server.health()?.documents)
    }

    /// Returns how many changes stand in the server's logs.
    pub fn changes(&self) -> Result<u64> {
        Ok(self.server.health()?.rows)
    }

    /// Returns the server's data folder.
    pub fn server_folder(&self) -> PathBuf {
        self.server_folder.clone()
    }

    /// Returns where the server listens, behind every link.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops the server.
    pub async fn stop_server(&mut self) -> Result<()> {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.await?;
        }
        Ok(())
    }

    /// Starts the server again on its data, at the same address.
    pub async fn restart_server(&mut self) -> Result<()> {
        self.stop_server().await?;
        let (server, address, stop, serving) = serve(
            &self.server_folder,
            &self.setup,
            &self.clock,
            self.address,
            self.headquarters,
        )
        .await?;
        (self.server, self.address) = (server, address);
        (self.stop, self.serving) = (Some(stop), Some(serving));
        Ok(())
    }
}

/// Waits for the next day of the post if this one ends before a story of the real clock would.
async fn day_that_lasts() {
    const LASTS: TimeDelta = TimeDelta::minutes(6);
    let now = Utc::now().with_timezone(&chrono_tz::America::Panama);
    let soon = now + LASTS;
    if soon.date_naive() != now.date_naive() {
        tokio::time::sleep(LASTS.to_std().unwrap_or_default()).await;
    }
}

/// Returns a folder in memory where the system has such: scenarios end processes, never the power, and a disk that
/// others use too would make them wait for thousands of syncs.
fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    };
    Ok(folder?)
}

type Serving = (Server, SocketAddr, oneshot::Sender<()>, JoinHandle<()>);

async fn serve(
    folder: &Path,
    setup: &Setup,
    clock: &DrivenClock,
    address: SocketAddr,
    headquarters: bool,
) -> Result<Serving> {
    let mut config = Config::new(DataFolder::new(folder));
    config.setup = Some(setup.clone());
    config.headquarters = Some(headquarters);
    config.limits.stop_grace = std::time::Duration::from_secs(2);
    let clock = clock.clone();
    config.clock = Arc::new(move || clock.now());
    let server = Server::open(config)?;
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let running = server.clone();
    let serving = tokio::spawn(async move {
        let stopped = async { drop(stopped.await) };
        if let Err(error) = running.serve(listener, stopped).await {
            eprintln!("the server stopped: {error}");
        }
    });
    Ok((server, address, stop, serving))
}

fn setup() -> Result<Setup> {
    Ok(Setup {
        organisation_name: "Unidad humanitaria".to_owned(),
        post: "PA-BCH".parse()?,
        post_name: "Bajo Chiquito".to_owned(),
        tz: "America/Panama".to_owned(),
        vocabulary: "pa".to_owned(),
        lock_minutes: 10,
    })
}
