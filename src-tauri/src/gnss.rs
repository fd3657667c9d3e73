//! Where this device is, as far as a receiver says.
//!
//! On a laptop a receiver stands behind gpsd, which tells every program that asks, one line of JSON a report. A phone's
//! own receiver will fill the same place. Nothing here is kept or logged: the last fix is in memory until a newer one.

mod late;
mod report;

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bitacora_core::capture::Position;
use bitacora_device::{Environment, Steady};
use chrono::{DateTime, TimeDelta, Utc};
use report::Report;

pub(crate) use late::add_later;

use crate::since::Since;

/// Where gpsd listens unless `BITACORA_GPSD` says otherwise.
const ADDRESS: &str = "127.0.0.1:2947";
/// How long until a receiver that is not there is looked for again.
const RETRY: Duration = Duration::from_secs(10);
/// How old a fix may be to say where an encounter was.
pub(crate) const FRESH: Duration = Duration::from_secs(120);
/// How often the time is told; it is looked at again before each save.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// The longest line of gpsd, bytes; its own buffers hold 10 kB.
const LINE_MAX: u64 = 64 * 1024;
/// Asks gpsd to tell everything from now on.
const WATCH: &[u8] = b"?WATCH={\"enable\":true,\"json\":true};\n";

/// A receiver, or the place for one. Cloning it is cheap; all clones are one.
#[derive(Clone)]
pub(crate) struct Gnss {
    seen: Arc<Mutex<Seen>>,
    environment: Environment,
}

#[derive(Default)]
struct Seen {
    is_there: bool,
    /// Since when it looks in vain: it came then, or that was its last fix.
    without_since: Option<Since>,
    fix: Option<(Position, Since)>,
    /// What time satellites said it was, and when by the clock that nobody can set and that goes on in sleep.
    time: Option<(DateTime<Utc>, Steady)>,
}

/// Is told that satellites say what time it is.
type OnTime = Box<dyn Fn() + Send>;

impl Gnss {
    /// Makes the place for a receiver. How old a fix is says the environment's steady clock: it goes on in sleep.
    pub(crate) fn new(environment: Environment) -> Self {
        let seen = Arc::default();
        Self { seen, environment }
    }

    /// Listens to a receiver until the app ends. `on_time` is called from its thread when satellites say what time it
    /// is, at most every [`TELL_EVERY`].
    pub(crate) fn listen(&self, on_time: impl Fn() + Send + 'static) {
        let gnss = self.clone();
        let address = std::env::var("BITACORA_GPSD").unwrap_or_else(|_| ADDRESS.to_owned());
        let listening = std::thread::Builder::new()
            .name("gnss".to_owned())
            .spawn(move || gnss.follow(&address, &Teller::new(Box::new(on_time))));
        if let Err(error) = listening {
            tracing::warn!(%error, "Nobody listens to a receiver.");
        }
    }

    /// Returns whether a receiver is there, with a fix or without.
    pub(crate) fn is_there(&self) -> bool {
        self.seen().is_there
    }

    /// Returns whether a receiver is there that has found nothing for as long as a fix is fresh.
    pub(crate) fn finds_nothing(&self) -> bool {
        let seen = self.seen();
        let since = seen.without_since;
        let since = since.map(|since| since.elapsed(&self.environment));
        seen.is_there && since.is_some_and(|since| since > FRESH)
    }

    /// Returns the last fix with its age now, if it is fresh.
    pub(crate) fn fix(&self) -> Option<Position> {
        let seen = self.seen();
        let (position, at) = seen.fix.as_ref()?;
        let age = at.elapsed(&self.environment);
        (age <= FRESH).then(|| Position {
            fix_age_s: u32::try_from(age.as_secs()).ok(),
            ..position.clone()
        })
    }

    /// Returns what time it is by satellites, if they said so just now.
    pub(crate) fn time(&self) -> Option<DateTime<Utc>> {
        let (time, then) = self.seen().time?;
        let now = self.environment.steady();
        let now = now.filter(|now| now.start == then.start)?;
        let age_ms = now.millis_since(Some(then));
        let is_fresh = u128::from(age_ms) <= FRESH.as_millis();
        let age = TimeDelta::try_milliseconds(i64::try_from(age_ms).ok()?)?;
        is_fresh.then_some(time)?.checked_add_signed(age)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "nothing tells when a receiver is plugged in; it is looked for again"
    )]
    fn follow(&self, address: &str, teller: &Teller) {
        loop {
            // A receiver that is not there is the usual case on a laptop, and no fault.
            let ended = TcpStream::connect(address).and_then(|stream| self.read(stream, teller));
            if let Err(error) = ended {
                tracing::debug!(%error, "No receiver.");
            }
            self.seen().is_there = false;
            std::thread::sleep(RETRY);
        }
    }

    fn read(&self, mut stream: TcpStream, teller: &Teller) -> std::io::Result<()> {
        stream.write_all(WATCH)?;
        {
            let mut seen = self.seen();
            seen.is_there = true;
            seen.without_since = Some(Since::now(&self.environment));
        }
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader
                .by_ref()
                .take(LINE_MAX)
                .read_until(b'\n', &mut line)?;
            if read == 0 || line.last() != Some(&b'\n') {
                return Ok(());
            }
            if let Some(report) = Report::of(&line) {
                self.take(&report, teller);
            }
        }
    }

    /// Keeps what a report says.
    fn take(&self, report: &Report, teller: &Teller) {
        if let Some(position) = report.position() {
            let mut seen = self.seen();
            let now = Since::now(&self.environment);
            seen.fix = Some((position, now));
            seen.without_since = Some(now);
        }
        if let Some(told) = report.time().zip(self.environment.steady()) {
            self.seen().time = Some(told);
            teller.tell();
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells of the time, not every second.
struct Teller {
    on_time: OnTime,
    told: Cell<Option<Instant>>,
}

impl Teller {
    fn new(on_time: OnTime) -> Self {
        let told = Cell::new(None);
        Self { on_time, told }
    }

    fn tell(&self) {
        if self
            .told
            .get()
            .is_none_or(|told| told.elapsed() >= TELL_EVERY)
        {
            self.told.set(Some(Instant::now()));
            (self.on_time)();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use bitacora_device::Environment;

    use super::seen::FIX;
    use super::{Gnss, Teller, WATCH};
    use crate::since::asleep::Minutes;

    #[test]
    fn a_receiver_is_there_before_its_first_fix_and_gone_with_its_line() {
        let gpsd = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(gpsd.local_addr().unwrap()).unwrap();
        let gnss = Gnss::new(Environment::system());
        assert!(!gnss.is_there(), "nobody has answered yet");
        let reading = {
            let gnss = gnss.clone();
            std::thread::spawn(move || {
                let heard = Arc::new(AtomicU32::new(0));
                let hears = Arc::clone(&heard);
                let teller = Teller::new(Box::new(move || {
                    hears.fetch_add(1, Ordering::SeqCst);
                }));
                gnss.read(stream, &teller).unwrap();
                heard.load(Ordering::SeqCst)
            })
        };
        let (mut at_gpsd, _) = gpsd.accept().unwrap();
        let mut asked = vec![0; WATCH.len()];
        at_gpsd.read_exact(&mut asked).unwrap();
        assert_eq!(asked, WATCH, "it asks for reports");
        let lines = concat!(
            r#"{"class":"VERSION","release":"3.22","proto_major":3,"proto_minor":14}"#,
            "\n",
            r#"{"class":"TPV","device":"/dev/ttyACM0","mode":1,"time":"2024-01-01T00:00:00.000Z"}"#,
            "\n",
            r#"{"class":"TPV","device":"/dev/ttyACM0","mode":3,"time":"2025-03-14T12:21:40.500Z","lat":8.451,"lon":-77.643,"altHAE":61.5,"eph":61.2,"epv":23.0}"#,
            "\n",
        );
        at_gpsd.write_all(lines.as_bytes()).unwrap();
        drop(at_gpsd);
        assert_eq!(reading.join().unwrap(), 1, "the time was told once");
        let time = gnss.time().unwrap();
        let since = (time.timestamp_millis() - 1_741_954_900_500).unsigned_abs();
        assert!(since < 60_000, "what it is now, from what was told: {time}");
        assert!(
            gnss.is_there(),
            "until the next look it is thought to be there"
        );
        let fix = gnss.fix().unwrap();
        assert_eq!(
            (fix.lat, fix.lon, fix.fix_age_s),
            (8.451, -77.643, Some(0)),
            "the fix, and how old it is"
        );
    }

    #[test]
    fn a_position_from_before_the_sleep_is_none_of_now() {
        let clock = Minutes::default();
        let gnss = Gnss::new(clock.environment());
        gnss.see(FIX);
        clock.sleep(2);
        let age = gnss.fix().unwrap().fix_age_s;
        assert_eq!(age, Some(120), "sleep counts");
        assert!(!gnss.finds_nothing(), "it was just there");
        clock.sleep(1);
        assert_eq!(gnss.fix(), None, "too old to say where an encounter was");
    }
}

#[cfg(test)]
pub(crate) mod seen {
    //! What a receiver sees, for tests.

    use super::report::Report;
    use super::{Gnss, Teller};

    /// A report with a fix.
    pub(crate) const FIX: &str =
        r#"{"class":"TPV","device":"/dev/ttyACM0","mode":3,"lat":8.451,"lon":-77.643,"eph":61.2}"#;

    impl Gnss {
        /// Takes a line of gpsd.
        pub(crate) fn see(&self, line: &str) {
            let report = Report::of(line.as_bytes()).unwrap();
            self.take(&report, &Teller::new(Box::new(|| {})));
        }
    }
}
