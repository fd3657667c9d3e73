//! `/v1/team`: for a device whose holder administers devices, about its own post.

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{Request, StatusCode};
use bitacora_core::enrol::message::MESSAGE_BYTES_MAX;
use bitacora_core::enrol::team::{CodeRequest, IssuedCode, RevokeRequest, TeamList};

use super::caller::blocking;
use super::json;
use super::refused::Refused;
use crate::channel::PeerKey;
use crate::server::Server;

/// `GET /v1/team`.
pub(super) async fn list(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
) -> Result<Json<TeamList>, Refused> {
    blocking(move || {
        let caller = server.administrator(peer)?;
        Ok(Json(server.team(Some(&caller.post))?))
    })
    .await
}

/// `POST /v1/team/codes`.
pub(super) async fn issue_code(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
    request: Request<Body>,
) -> Result<Json<IssuedCode>, Refused> {
    let request: CodeRequest = json::read(request, MESSAGE_BYTES_MAX).await?;
    blocking(move || {
        let caller = server.administrator(peer)?;
        Ok(Json(server.issue_code(&caller.post, &request)?))
    })
    .await
}

/// `POST /v1/team/revoke`: answers with the list as it is then.
pub(super) async fn revoke(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
    request: Request<Body>,
) -> Result<Json<TeamList>, Refused> {
    let request: RevokeRequest = json::read(request, MESSAGE_BYTES_MAX).await?;
    blocking(move || {
        let caller = server.administrator(peer)?;
        let team = server.team(Some(&caller.post))?;
        if !team
            .devices
            .iter()
            .any(|device| device.id == request.device)
        {
            return Err(Refused::new(
                StatusCode::NOT_FOUND,
                super::word::Word::NoSuchDevice,
                "No device of this post has this id.",
            ));
        }
        server.revoke(request.device, Some(&caller.post))?;
        Ok(Json(server.team(Some(&caller.post))?))
    })
    .await
}
