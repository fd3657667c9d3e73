//! The devices of a post, and the codes by which further ones join.

use bitacora_core::enrol::Invitation;
use bitacora_core::enrol::team::{IssuedCode, TeamDevice, TeamList};
use bitacora_core::id::DeviceId;
use bitacora_device::Device;
use chrono::{DateTime, TimeDelta, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::shell::Answer;
use crate::view::access::Role;
use crate::view::convert::{moment, number};
use crate::view::error::{BackendError, ErrorCode};

/// How long after an enrolment somebody may still compare the digits, hours.
const COMPARED_HOURS: i64 = 24;

/// A device of the post with the people on it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Team {
    /// Which.
    pub device_id: String,
    /// Its name.
    pub name: String,
    /// Who is on it.
    pub people: Vec<String>,
    /// Its role.
    pub role: Role,
    /// Since when.
    pub enrolled_at: String,
    /// When it was last heard of.
    pub last_contact_at: Option<String>,
    /// Records received from it.
    pub received: u32,
    /// Seconds by which its clock is off.
    pub clock_offset_seconds: Option<i32>,
    /// Since when it is cut off.
    pub revoked_at: Option<String>,
    /// Six digits to compare, on the day that it enrolled.
    pub digits: Option<String>,
    /// Whether it is this one.
    pub this_device: bool,
}

impl Team {
    /// Returns a device of the server's list, which is of a time.
    fn of(device: &TeamDevice, this: DeviceId, now: DateTime<Utc>) -> Self {
        let is_new = now - device.enrolled_at < TimeDelta::hours(COMPARED_HOURS);
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
            digits: (is_new && device.revoked_at.is_none()).then(|| device.digits.clone()),
            this_device: device.id == this,
        }
    }
}

/// The devices of the post as the server listed them last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Teams {
    /// When it did; nothing if it never has.
    pub as_of: Option<String>,
    /// The devices.
    pub teams: Vec<Team>,
}

impl Teams {
    /// Returns the list that the device keeps.
    pub(crate) fn of(device: &Device) -> Answer<Self> {
        let this = device.id()?;
        let list = device.known_teams()?;
        let team = |list: &TeamList| {
            let devices = list.devices.iter();
            devices.map(|one| Team::of(one, this, list.now)).collect()
        };
        Ok(Self {
            as_of: list.as_ref().map(|list| moment(list.now)),
            teams: list.as_ref().map(team).unwrap_or_default(),
        })
    }
}

/// A code for a further device is asked for.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct EnrolCodeRequest {
    /// What the device may do.
    pub role: Role,
    /// How it will be called.
    pub name: String,
}

/// A code by which one device can enrol.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct EnrolCode {
    /// To type.
    pub code: String,
    /// To scan.
    pub qr_svg: String,
    /// Until when.
    pub expires_at: String,
    /// What the device may do.
    pub role: Role,
    /// How it will be called.
    pub name: String,
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
