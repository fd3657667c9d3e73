//! Records into files: for spreadsheets, for `import` elsewhere, for the post's server.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use bitacora_core::encounter::Status;
use bitacora_core::id::EncounterId;
use bitacora_core::summary::{Held, Summary};
use bitacora_device::Device;
use bitacora_device::Period as Days;
use bitacora_report::listing::{Beside, RecordsCsv};
use serde_json::json;

use crate::args::{ExportArgs, ExportFormat, Global};
use crate::failure::Failure;
use crate::output::{Output, Progress, finished, say};
use crate::session;

/// `export`
pub(crate) fn export(global: &Global, out: Output, args: &ExportArgs) -> Result<(), Failure> {
    if args.format == ExportFormat::Sealed {
        let path = args.out.as_deref().unwrap_or(Path::new("."));
        return sealed(&session::open(global)?, out, path);
    }
    let device = session::open(global)?;
    let Some(path) = &args.out else {
        return export_to(&device, args.format, stdout().lock());
    };
    let mut options = OpenOptions::new();
    // People in danger stand in it: nobody else of this machine reads it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| cannot_be_made(path, error))?;
    export_to(&device, args.format, BufWriter::new(file))
}

fn cannot_be_made(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::refused(format!("--out: {} cannot be made: {why}", path.display()))
        .next("Name a file that does not exist yet, in a folder that does.")
}

/// Writes what the post has not received, encrypted for its server: the road without a network.
fn sealed(device: &Device, out: Output, path: &Path) -> Result<(), Failure> {
    if path.exists() && !path.is_dir() {
        return Err(cannot_be_made(path, "it is there already"));
    }
    let report = device.export_records(path)?;
    let answer = json!({
        "file": report.path,
        "records": report.records,
        "records_left_out": report.left_out.total(),
        "envelopes": report.envelopes,
        "envelopes_left": report.left,
    });
    out.answer(&answer, || {
        let full = match report.left {
            0 => "",
            _ => "\nNot everything fitted; hand this one in, sync or export again.",
        };
        let more = match report.left_out.total() {
            0 => full.to_owned(),
            records => format!("\n{records} more are not in it, or not whole.{full}"),
        };
        format!(
            "{} records that the post has not received are in {}.\nOnly the post's server can open it: \
             `bitacora-server hand-in FILE` there. They count as received after the next sync.{more}",
            report.records,
            report.path.display()
        )
    })
}

fn export_to(device: &Device, format: ExportFormat, mut out: impl Write) -> Result<(), Failure> {
    let written = match format {
        ExportFormat::Csv => sheet(device, &mut out)?,
        ExportFormat::Jsonl | ExportFormat::Sealed => captures(device, &mut out)?,
    };
    finished(out.flush())?;
    say(format_args!("{written} records exported"));
    Ok(())
}

/// Writes a line a record, also of incomplete, void and refused ones: the columns `status`, `held` and `refused` say so.
fn sheet(device: &Device, out: &mut impl Write) -> Result<u64, Failure> {
    let mut file = RecordsCsv::new(out)?;
    let (mut written, mut failed) = (0, None);
    device.for_each_summary(Days::ALL, |record, flags| {
        let beside = Beside {
            place: flags.place.as_str(),
            refused: flags.refused,
            held: flags.held,
        };
        // What was taken back within seconds of its save leaves every list, a file's too.
        if record.status != Status::Withdrawn && failed.is_none() {
            failed = file.write(&record, beside).err();
            written += 1;
        }
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => file.finish().map(|()| written).map_err(Failure::from),
    }
}

/// Writes a capture a record. A capture says neither *void* nor *two values* nor *not accepted*: the first are left out,
/// for an import would bring them back to life, of the second the value shown is written, and the third are written,
/// for only this device has them; all are told.
fn captures(device: &Device, out: &mut impl Write) -> Result<u64, Failure> {
    let mut progress = Progress::of("exporting");
    let Chosen {
        ids,
        void,
        undecided,
        refused,
    } = Chosen::of(device)?;
    let mut written = 0u64;
    for id in ids {
        let mut capture = device.encounter(id)?.capture();
        capture.encounter_id = Some(id);
        serde_json::to_writer(&mut *out, &capture)?;
        finished(out.write_all(b"\n"))?;
        written += 1;
        progress.at(format_args!("{written} records"));
    }
    drop(progress);
    if void > 0 {
        say(format_args!("{void} void records were left out"));
    }
    if undecided > 0 {
        say(format_args!(
            "{undecided} records have two values in a field; the one that is shown was written"
        ));
    }
    if refused > 0 {
        say(format_args!(
            "{refused} records are among them that the post did not accept: no table counts them"
        ));
    }
    Ok(written)
}

/// Which records become captures: 16 bytes each, so that the store is not held while files are made.
#[derive(Default)]
struct Chosen {
    ids: Vec<EncounterId>,
    void: u64,
    undecided: u64,
    refused: u64,
}

impl Chosen {
    fn of(device: &Device) -> Result<Self, Failure> {
        let mut chosen = Self::default();
        device.for_each_summary(Days::ALL, |record, flags| {
            chosen.add(&record, flags.held);
        })?;
        Ok(chosen)
    }

    fn add(&mut self, record: &Summary, held: Held) {
        match record.status {
            Status::Withdrawn => {}
            Status::Voided | Status::Merged => self.void += 1,
            _ => {
                self.undecided += u64::from(!record.undecided.is_empty());
                self.refused += u64::from(held == Held::Refused);
                self.ids.push(record.encounter_id);
            }
        }
    }
}
