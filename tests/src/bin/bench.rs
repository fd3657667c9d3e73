//! `bench`: holds the product against its budgets. One JSON line per measure; exit 1 if one is not met.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use bitacora_core::authoring::Author;
use bitacora_core::capture::Capture;
use bitacora_core::clock::TrustedClock;
use bitacora_core::encounter::{self, Header};
use bitacora_core::enrol::Role;
use bitacora_core::id::{ActorId, DeviceId, DraftId, EncounterId, PersonId};
use bitacora_core::summary::Figures as _;
use bitacora_device::{
    Courier, Device, DraftBody, DraftKind, Environment, KdfCost, Line, NewPerson, RowFilter, Vault,
};
use bitacora_report::coverage::Coverage;
use bitacora_report::daily::{Facts, Query, Tally};
use bitacora_report::period::Period;
use bitacora_tests::bench::bare::Bare;
use bitacora_tests::bench::budget::{Budgets, Measure};
use bitacora_tests::bench::memory::peak_megabytes;
use bitacora_tests::bench::meter::Meter;
use bitacora_tests::bench::ratio::ratio;
use bitacora_tests::generator::{BusyDay, Deed};
use bitacora_tests::world::World;
use chrono::DateTime;
use tempfile::TempDir;
use uuid::Uuid;

/// As in the app, where somebody waits for a save.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RECORDS: usize = 10_000;
const PUSHED: usize = 1_000;
const SAVE_ROUNDS: u32 = 300;
const PAGE_ROUNDS: u32 = 2_000;
const READ_ROUNDS: u32 = 60;
const PIN: &str = "482913";

fn main() -> Result<ExitCode> {
    anyhow::ensure!(
        !cfg!(feature = "failpoints"),
        "built with failpoints: that is not the program that people use"
    );
    let mut bench = Bench {
        budgets: Budgets::read()?,
        measures: Vec::new(),
    };
    let captures = captures(RECORDS)?;
    bench.saving(&captures)?;
    tokio::runtime::Runtime::new()?.block_on(bench.bytes(&captures))?;
    let full = TempDir::new()?;
    let device = filled(full.path(), &captures)?;
    bench.reading(&device)?;
    tokio::runtime::Runtime::new()?.block_on(bench.memory(device, full.path()))?;
    let unmeasured = bench.budgets.unmeasured(&bench.measures);
    anyhow::ensure!(
        unmeasured.is_empty(),
        "budgets without a measure: {unmeasured:?}"
    );
    let met = bench.measures.iter().all(|measure| measure.ok);
    Ok(if met {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

struct Bench {
    budgets: Budgets,
    measures: Vec<Measure>,
}

impl Bench {
    fn put(&mut self, name: &str, value: f64) -> Result<()> {
        let measure = self.budgets.measure(name, value)?;
        println!("{}", serde_json::to_string(&measure)?);
        self.measures.push(measure);
        Ok(())
    }

    /// Saving a form durably, as *Guardar* does, against a bare insert and commit of the same bytes.
    fn saving(&mut self, captures: &[Capture]) -> Result<()> {
        let folder = TempDir::new()?;
        let bytes = first_changes(captures)?;
        let device = vault(folder.path(), KdfCost::FOR_TESTS)?;
        let drafts = drafts(&device, captures)?;
        let mut bare = Bare::create(folder.path())?;
        let (mut next, mut next_bare) = (drafts.into_iter(), bytes.iter().cycle());
        let value = ratio(
            SAVE_ROUNDS,
            || {
                device.record_draft(next.next().context("a form")?)?;
                Ok(())
            },
            || bare.insert(next_bare.next().context("its bytes")?),
        )?;
        self.put("save_durable_ratio", value)
    }

    /// Lists and reports at ten thousand records, against the bare query and the bare scan.
    fn reading(&mut self, device: &Device) -> Result<()> {
        let folder = TempDir::new()?;
        let mut bare = Bare::create(folder.path())?;
        let mut lines = Vec::with_capacity(RECORDS);
        device.for_each_summary(bitacora_device::Period::ALL, |summary, _| {
            lines.push(summary.pack());
        })?;
        bare.fill(&lines)?;
        let filter = RowFilter::default();
        let page = ratio(
            PAGE_ROUNDS,
            || {
                let page = device.page(&filter, |line| {
                    show(line);
                    Ok(())
                })?;
                anyhow::ensure!(
                    page.total == RECORDS as u64 && page.rows.len() == filter.limit as usize,
                    "the list does not have every record"
                );
                Ok(())
            },
            || bare.page(filter.limit).map(drop),
        )?;
        self.put("list_page_10000_ratio", page)?;
        let post_id = device.status()?.post.post_id;
        let period = Period::range("2023-01-01".parse()?, "2023-12-31".parse()?)?;
        // As `bitacora report daily` asks for them.
        let days = bitacora_device::Period {
            first: Some(period.from()),
            last: Some(period.to()),
        };
        let facts = Facts {
            post_name: "Bajo Chiquito".to_owned(),
            tz: chrono_tz::America::Panama,
            as_of: chrono::Utc::now(),
            clock_doubt: 0,
            coverage: Coverage::default(),
        };
        let report = ratio(
            READ_ROUNDS,
            || {
                let mut tally = Tally::new(Query {
                    post_id: post_id.clone(),
                    period,
                    only_reviewed: false,
                });
                device.for_each_packed(days, |record, flags| tally.add(record, flags.held))?;
                let table = tally.finish(facts.clone());
                let left_out: u64 = table.left_out.iter().map(|left| left.records).sum();
                // A few have no time, and stand on the day of their saving.
                anyhow::ensure!(
                    table.encounters + left_out > RECORDS as u64 * 9 / 10,
                    "the table has {} and leaves out {left_out}",
                    table.encounters
                );
                Ok(())
            },
            || {
                std::hint::black_box(bare.scan()?);
                Ok(())
            },
        )?;
        self.put("report_daily_10000_ratio", report)
    }

    /// Bytes of a first push and of a sync with nothing new, on an open connection.
    async fn bytes(&mut self, captures: &[Capture]) -> Result<()> {
        let world = World::start().await?;
        let phone = world.stranger("Cabo 17")?;
        let meter = Meter::before(world.address()).await?;
        let code = world.code(Role::PatrolMember, "Cabo 17")?;
        phone
            .device
            .enrol(
                &format!("https://{}", meter.address()).parse()?,
                &code,
                None,
            )
            .await?;
        let courier = Courier::new(phone.device.clone());
        let before = meter.reading();
        courier.sync(|_| ()).await?;
        let opened = meter.reading();
        for capture in captures.iter().take(PUSHED) {
            phone.device.record(capture, None)?;
        }
        let quiet = courier.sync(|_| ()).await?;
        let pushed = meter.reading();
        anyhow::ensure!(phone.unreceived()? == 0, "the push was not received");
        anyhow::ensure!(
            pushed.connections == opened.connections,
            "the connection was not kept"
        );
        self.put(
            "first_push_1000_bytes_per_record",
            pushed.since(opened).inner_bytes as f64 / PUSHED as f64,
        )?;
        anyhow::ensure!(quiet.breaks == 0, "the link broke");
        let nothing = courier.sync(|_| ()).await?;
        let after = meter.reading();
        self.put("nothing_new_bytes", after.since(pushed).inner_bytes as f64)?;
        self.put("nothing_new_requests", f64::from(nothing.exchanges))?;
        let first = opened.since(before);
        self.put(
            "handshake_bytes",
            first
                .tcp_bytes
                .saturating_sub(after.since(pushed).tcp_bytes) as f64,
        )
    }

    /// Peak memory of the command line at ten thousand records, unlocking included.
    async fn memory(&mut self, device: Device, vault: &Path) -> Result<()> {
        let world = World::start().await?;
        let code = world.code(Role::PostCommander, "Comandante")?;
        device
            .enrol(
                &format!("https://{}", world.address()).parse()?,
                &code,
                None,
            )
            .await?;
        device.lock();
        let vault = vault.join("vault");
        let run = |command: &'static str, vault: PathBuf| async move {
            tokio::task::spawn_blocking(move || {
                peak_megabytes(
                    Command::new(program()?)
                        .args([command, "--vault"])
                        .arg(vault)
                        .env("BITACORA_PIN", PIN),
                )
            })
            .await?
        };
        let list = run("list", vault.clone()).await?;
        self.put("list_10000_peak_memory", list)?;
        let sync = run("sync", vault).await?;
        self.put("sync_10000_peak_memory", sync)
    }
}

fn program() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("bitacora"))
}

/// Captures of generated busy days, one after the other.
fn captures(count: usize) -> Result<Vec<Capture>> {
    let mut captures = Vec::with_capacity(count);
    for seed in 0.. {
        let midnight = DateTime::parse_from_rfc3339("2023-08-14T00:00:00-05:00")?
            + chrono::TimeDelta::days(seed % 100);
        let day = BusyDay::at_bajo_chiquito(seed.unsigned_abs(), midnight);
        captures.extend(day.actions().filter_map(|action| match action.deed {
            Deed::Record { capture, .. } => Some(Capture {
                encounter_id: None,
                ..*capture
            }),
            Deed::Edit { .. } => None,
        }));
        if captures.len() >= count {
            break;
        }
    }
    captures.truncate(count);
    Ok(captures)
}

/// Forms that are filled and not yet saved.
fn drafts(device: &Device, captures: &[Capture]) -> Result<Vec<DraftId>> {
    let forms = captures.iter().take(SAVE_ROUNDS as usize).map(|capture| {
        let body = DraftBody {
            capture: capture.clone(),
            ..DraftBody::default()
        };
        let draft = device.start_draft(DraftKind::New, None)?;
        device.save_draft(draft.draft_id, &body)?;
        Ok(draft.draft_id)
    });
    forms.collect()
}

fn vault(folder: &Path, kdf: KdfCost) -> Result<Device> {
    let new = NewPerson {
        name: "Cabo 17".into(),
        pin: PIN.into(),
        post: None,
        tz: None,
    };
    Ok(Vault::create(
        &folder.join("vault"),
        &new,
        Environment::system().with_kdf(kdf),
    )?
    .0)
}

fn filled(folder: &Path, captures: &[Capture]) -> Result<Device> {
    let device = vault(folder, KdfCost::STANDARD)?;
    for capture in captures {
        device.record(capture, None)?;
    }
    Ok(device)
}

/// Reads all that a line of a list shows, as the screen and the command line do.
fn show(line: &Line<'_>) {
    use std::hint::black_box;
    black_box((line.heading, line.place, line.unreceived, line.saved_at));
    black_box((line.author_name, line.device_name, line.patrol_code));
    black_box(line.figures.people());
    for nationality in line.figures.nationalities() {
        black_box(nationality);
    }
    for mark in line.marks() {
        black_box(mark);
    }
}

/// As many bytes for each capture as its first change has; which ones is the same to a database that is encrypted.
fn first_changes(captures: &[Capture]) -> Result<Vec<Vec<u8>>> {
    let rounds = captures.iter().take(SAVE_ROUNDS as usize);
    let bytes = rounds.map(|capture| {
        let author = Author {
            person: PersonId::from_bytes(rand::random()),
            device: DeviceId::new(rand::random()),
            actor: ActorId::new(rand::random()),
            at: "2023-08-14T15:00:00Z".parse()?,
            clock: TrustedClock::Unknown,
        };
        let header = Header {
            encounter_id: EncounterId::new(Uuid::from_u128(rand::random())),
            short_code: "BCH-0814-7QK-3".to_owned(),
            post_id: "PA-BCH".parse()?,
            author_id: author.person,
            device_id: author.device,
            created_at: author.at,
            tz: "America/Panama".to_owned(),
        };
        let written = encounter::record(&header, capture, &author)?;
        Ok(vec![0x5a; written.bytes.len()])
    });
    bytes.collect()
}
