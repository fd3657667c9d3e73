//! Where this device is, as far as a receiver says.
//!
//! On a laptop a receiver stands behind gpsd, which tells every program that asks, one line of JSON a report. A phone's
//! own receiver will fill the same place. Nothing here is kept or logged: the last fix is in memory until a newer one.

mod late;
mod report;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bitacora_core::capture::Position;

pub(crate) use late::add_later;

/// Where gpsd listens unless `BITACORA_GPSD` says otherwise.
const ADDRESS: &str = "127.0.0.1:2947";
/// How long until a receiver that is not there is looked for again.
const RETRY: Duration = Duration::from_secs(10);
/// How old a fix may be to say where an encounter was.
pub(crate) const FRESH: Duration = Duration::from_secs(120);
/// The longest line of gpsd, bytes; its own buffers hold 10 kB.
const LINE_MAX: u64 = 64 * 1024;
/// Asks gpsd to tell everything from now on.
const WATCH: &[u8] = b"?WATCH={\"enable\":true,\"json\":true};\n";

/// A receiver, or the place for one. Cloning it is cheap; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct Gnss(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    is_there: bool,
    /// Since when it looks in vain: it came then, or that was its last fix.
    without_since: Option<Instant>,
    fix: Option<(Position, Instant)>,
}

impl Gnss {
    /// Listens to a receiver until the app ends.
    pub(crate) fn listen(&self) {
        let gnss = self.clone();
        let address = std::env::var("BITACORA_GPSD").unwrap_or_else(|_| ADDRESS.to_owned());
        let listening = std::thread::Builder::new()
            .name("gnss".to_owned())
            .spawn(move || gnss.follow(&address));
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
        let since = seen.without_since.map(|since| since.elapsed());
        seen.is_there && since.is_some_and(|since| since > FRESH)
    }

    /// Returns the last fix with its age now, if it is fresh.
    pub(crate) fn fix(&self) -> Option<Position> {
        let seen = self.seen();
        let (position, at) = seen.fix.as_ref()?;
        let age = at.elapsed();
        (age <= FRESH).then(|| Position {
            fix_age_s: u32::try_from(age.as_secs()).ok(),
            ..position.clone()
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "nothing tells when a receiver is plugged in; it is looked for again"
    )]
    fn follow(&self, address: &str) {
        loop {
            // A receiver that is not there is the usual case on a laptop, and no fault.
            let ended = TcpStream::connect(address).and_then(|stream| self.read(stream));
            if let Err(error) = ended {
                tracing::debug!(%error, "No receiver.");
            }
            self.seen().is_there = false;
            std::thread::sleep(RETRY);
        }
    }

    fn read(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.write_all(WATCH)?;
        {
            let mut seen = self.seen();
            seen.is_there = true;
            seen.without_since = Some(Instant::now());
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
            if let Some(position) = report::fix(&line) {
                let mut seen = self.seen();
                let now = Instant::now();
                seen.fix = Some((position, now));
                seen.without_since = Some(now);
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::{Gnss, WATCH};

    #[test]
    fn a_receiver_is_there_before_its_first_fix_and_gone_with_its_line() {
        let gpsd = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(gpsd.local_addr().unwrap()).unwrap();
        let gnss = Gnss::default();
        assert!(!gnss.is_there(), "nobody has answered yet");
        let reading = {
            let gnss = gnss.clone();
            std::thread::spawn(move || gnss.read(stream))
        };
        let (mut at_gpsd, _) = gpsd.accept().unwrap();
        let mut asked = vec![0; WATCH.len()];
        at_gpsd.read_exact(&mut asked).unwrap();
        assert_eq!(asked, WATCH, "it asks for reports");
        let lines = concat!(
            r#"{"class":"VERSION","release":"3.22","proto_major":3,"proto_minor":14}"#,
            "\n",
            r#"{"class":"TPV","device":"/dev/ttyACM0","mode":1}"#,
            "\n",
            r#"{"class":"TPV","device":"/dev/ttyACM0","mode":3,"lat":8.451,"lon":-77.643,"altHAE":61.5,"eph":61.2,"epv":23.0}"#,
            "\n",
        );
        at_gpsd.write_all(lines.as_bytes()).unwrap();
        drop(at_gpsd);
        reading.join().unwrap().unwrap();
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
}
