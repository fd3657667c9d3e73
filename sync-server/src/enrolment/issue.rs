//! Issuing a code.

use bitacora_core::enrol::team::{CodeRequest, DEVICE_NAME_BYTES_MAX, IssuedCode};
use bitacora_core::enrol::{CODE_LIFE_SECONDS, Code, Invitation};
use bitacora_core::id::PostId;
use chrono::Duration;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use thiserror::Error;

use crate::server::Server;
use crate::store::StoreError;
use crate::store::table::{enrol_code, post};

/// Beginnings are 1,024; more tries than this fail only when nearly all are living codes.
const TRIES_MAX: usize = 64;

/// Why no code was issued.
#[derive(Debug, Error)]
pub enum IssueError {
    /// The device's name is empty, too long, or has control characters.
    #[error("name is not valid: expected 1 to {DEVICE_NAME_BYTES_MAX} bytes of text")]
    Name,
    /// The post is not one of this server's.
    #[error("post is not known to this server")]
    Post,
    /// Too many codes live at once.
    #[error("too many codes are open; wait until some have expired")]
    TooMany,
    /// The system gave no randomness.
    #[error("no randomness for a new code")]
    Random,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Issues a code that enrols one device of a post within 15 minutes.
    pub fn issue_code(
        &self,
        post: &PostId,
        request: &CodeRequest,
    ) -> Result<IssuedCode, IssueError> {
        let device_name = request.device_name.trim();
        let named = (1..=DEVICE_NAME_BYTES_MAX).contains(&device_name.len());
        if !named || device_name.chars().any(char::is_control) {
            return Err(IssueError::Name);
        }
        let issued_at = self.now();
        let expires_at = issued_at + Duration::seconds(CODE_LIFE_SECONDS);
        let code = self.store().write(|tx| {
            enrol_code::forget_old(tx, issued_at)?;
            if post::find(tx, post)?.is_none() {
                return Err(IssueError::Post);
            }
            for _ in 0..TRIES_MAX {
                let code = random_code()?;
                let new = enrol_code::NewCode {
                    role: request.role,
                    post,
                    device_name,
                    issued_at,
                    expires_at,
                };
                if enrol_code::issue(tx, &code, new)? {
                    return Ok(code);
                }
            }
            Err(IssueError::TooMany)
        })?;
        tracing::info!(post = %post, role = %request.role, "An enrolment code was issued");
        let server = self.id();
        let invitation = self.public_url().map(|url| Invitation {
            url: url.clone(),
            server,
            code: code.clone(),
        });
        let invitation = invitation.map(|invitation| invitation.to_string());
        let qr_svg = invitation.as_deref().and_then(qr).map(|qr| as_svg(&qr));
        Ok(IssuedCode {
            code: code.to_string(),
            expires_at,
            post: post.clone(),
            server,
            invitation,
            qr_svg,
        })
    }
}

fn random_code() -> Result<Code, IssueError> {
    let mut random = [0; 5];
    getrandom::fill(&mut random).map_err(|_| IssueError::Random)?;
    Ok(Code::from_random(random))
}

/// Draws an invitation; none if it is too long for a QR code, which a checked address never is.
pub(crate) fn qr(invitation: &str) -> Option<QrCode> {
    QrCode::with_error_correction_level(invitation, EcLevel::M).ok()
}

fn as_svg(qr: &QrCode) -> String {
    qr.render::<svg::Color<'_>>()
        .min_dimensions(256, 256)
        .build()
}
