//! The commander's views, from tables, records and the server's list of devices.

use bitacora_core::encounter::Merge;
use bitacora_core::enrol::Invitation;
use bitacora_core::enrol::team::{IssuedCode, TeamDevice};
use bitacora_core::id::DeviceId;
use bitacora_device::{self as device, Device};
use bitacora_report::daily::{Cells, Reason, Table};
use bitacora_report::figure::Figure;
use bitacora_report::repeats::{Pair, Search};
use chrono::NaiveDate;
use qrcode::QrCode;
use qrcode::render::svg;

use super::convert::{self, moment, number};
use super::error::{BackendError, ErrorCode};
use super::post::{
    Decide, EnrolCode, EnrolCodeRequest, Incomplete, LeftOut, LeftOutReason, MissingTeam, Refused,
    Repeat, TableRow, Team, ToDecide, Today, Undecided,
};
use super::record::{Attentions, Count, TwoValues};
use super::settings::Language;
use crate::shell::Answer;

impl From<Figure> for Count {
    fn from(figure: Figure) -> Self {
        Self {
            min: number(figure.min),
            max: number(figure.max),
        }
    }
}

impl TableRow {
    fn of(nationality: &str, people: &Cells) -> Self {
        Self {
            nationality: nationality.to_owned(),
            men: people.men.into(),
            women: people.women.into(),
            boys: people.boys.into(),
            girls: people.girls.into(),
            unknown: people.unknown.into(),
            total: people.total.into(),
        }
    }
}

impl Today {
    /// Returns a day's table as the screen shows it.
    pub(crate) fn of(table: &Table, day: NaiveDate, to_decide: ToDecide) -> Self {
        let attentions = table.attentions.iter().map(|one| Attentions {
            category: one.category.clone(),
            people: one.people.into(),
        });
        let missing = table.coverage.teams_missing.iter().map(|team| MissingTeam {
            device_id: team.device_id.to_string(),
            name: team.name.clone(),
            last_contact_at: team.last_contact_at.map(moment),
            patrol_code: team.patrol_code.clone(),
        });
        let left_out = table.left_out.iter().filter_map(|one| {
            let reason = match one.reason {
                Reason::Incomplete => LeftOutReason::Incomplete,
                Reason::Void | Reason::Merged => LeftOutReason::Void,
                Reason::Withdrawn => LeftOutReason::Withdrawn,
                // The day's table counts them.
                Reason::NotReviewed | Reason::ChangedAfterReview => return None,
            };
            Some(LeftOut {
                reason,
                count: number(one.records),
            })
        });
        Self {
            day: day.to_string(),
            as_of: table.as_of.to_rfc3339(),
            people: table.totals.total.into(),
            encounters: number(table.encounters),
            reviewed: number(table.reviewed),
            table: table
                .rows
                .iter()
                .map(|row| TableRow::of(&row.nationality, &row.people))
                .collect(),
            totals: TableRow::of("", &table.totals),
            attentions: attentions.collect(),
            teams_expected: number(table.coverage.teams_expected),
            teams_missing: missing.collect(),
            left_out: left_out.collect(),
            to_decide,
        }
    }
}

impl Decide {
    /// Returns what waits for a decision.
    pub(crate) fn of(device: &Device, language: Language) -> Answer<Self> {
        let undecided = device
            .conflicts()?
            .into_iter()
            .map(|conflict| undecided(device, &conflict, language));
        let incomplete = every(device, device::RowState::Incomplete)?;
        let refused = every(device, device::RowState::Refused)?
            .into_iter()
            .map(|row| {
                let reason = device
                    .show(row.summary.encounter_id)?
                    .refused
                    .unwrap_or_default();
                Ok(Refused {
                    row: (&row).into(),
                    reason,
                })
            });
        Ok(Self {
            two_values: undecided.collect::<Answer<_>>()?,
            incomplete: incomplete
                .iter()
                .map(|row| Incomplete {
                    row: row.into(),
                    missing: convert::missing(row),
                })
                .collect(),
            possible_repeats: repeats(device)?,
            refused: refused.collect::<Answer<_>>()?,
        })
    }
}

fn undecided(
    device: &Device,
    conflict: &device::Conflict,
    language: Language,
) -> Answer<Undecided> {
    let may_choose = device
        .show(conflict.row.summary.encounter_id)?
        .rights
        .may_choose;
    let fields = conflict
        .fields
        .iter()
        .filter(|field| field.merge == Merge::Both);
    Ok(Undecided {
        row: (&conflict.row).into(),
        fields: fields
            .map(|field| TwoValues::of(field, may_choose, language))
            .collect(),
        version: conflict.version.to_string(),
    })
}

/// Returns all rows in a state, page by page.
fn every(device: &Device, state: device::RowState) -> Answer<Vec<device::Row>> {
    let limit = device::PAGE_ROWS_MAX;
    let mut filter = device::RowFilter {
        state,
        limit,
        ..device::RowFilter::default()
    };
    let mut rows = Vec::new();
    loop {
        let page = device.rows(&filter)?;
        let last = page.rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        rows.extend(page.rows);
        if last {
            return Ok(rows);
        }
        filter.offset = filter.offset.saturating_add(u64::from(limit));
    }
}

/// Returns pairs of records that may be of one group, the newest first.
fn repeats(device: &Device) -> Answer<Vec<Repeat>> {
    let (mut search, mut pairs) = (Search::new(), Vec::new());
    device.for_each_summary(device::Period::ALL, |summary, _| {
        pairs.extend(search.add(&summary))
    })?;
    pairs
        .iter()
        .rev()
        .map(|pair| repeat(device, pair))
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "metres on Earth fit"
)]
fn repeat(device: &Device, pair: &Pair) -> Answer<Repeat> {
    Ok(Repeat {
        a: (&device.row(pair.first)?).into(),
        b: (&device.row(pair.second)?).into(),
        minutes_apart: number(pair.why.minutes_apart.max(0)),
        metres_apart: pair.why.metres_apart.map(|metres| metres.round() as u32),
    })
}

impl Team {
    /// Returns a device of the server's list.
    pub(crate) fn of(device: &TeamDevice, this: DeviceId) -> Self {
        let ahead = |seconds: i64| i32::try_from(seconds).ok();
        Self {
            device_id: device.id.to_string(),
            name: device.name.clone(),
            people: device.people.clone(),
            role: device.role.into(),
            enrolled_at: moment(device.enrolled_at),
            last_contact_at: device.last_contact_at.map(moment),
            received: number(device.received),
            clock_offset_seconds: device.clock_ahead_seconds.and_then(ahead),
            revoked_at: device.revoked_at.map(moment),
            digits: Some(device.digits.clone()),
            this_device: device.id == this,
        }
    }
}

impl EnrolCode {
    /// Returns a new code to type or to scan. The picture names the address by which this device
    /// reaches the server, if the server does not know one of its own.
    pub(crate) fn of(
        device: &Device,
        issued: &IssuedCode,
        asked: EnrolCodeRequest,
    ) -> Answer<Self> {
        let qr_svg = match &issued.qr_svg {
            Some(svg) => svg.clone(),
            None => picture(device, issued)?,
        };
        Ok(Self {
            code: issued.code.clone(),
            qr_svg,
            expires_at: moment(issued.expires_at),
            role: asked.role,
            name: asked.name,
        })
    }
}

fn picture(device: &Device, issued: &IssuedCode) -> Answer<String> {
    let fault = |what: &str| BackendError::new(ErrorCode::Internal, format!("no QR: {what}"));
    let server = device.server()?.ok_or_else(|| fault("not enrolled"))?;
    let invitation = Invitation {
        url: server
            .url
            .parse()
            .map_err(|_| fault("the server's address"))?,
        server: issued.server,
        code: issued.code.parse().map_err(|_| fault("the code"))?,
    };
    let code = QrCode::new(invitation.to_string()).map_err(|_| fault("too long"))?;
    Ok(code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build())
}
