//! `/v1/enrol`: open to any key.

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Request;
use bitacora_core::enrol::message::{
    FinishAnswer, FinishRequest, MESSAGE_BYTES_MAX, StartAnswer, StartRequest,
};

use super::caller::blocking;
use super::json;
use super::refused::Refused;
use crate::channel::PeerKey;
use crate::server::Server;

/// `POST /v1/enrol/start`.
pub(super) async fn start(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
    request: Request<Body>,
) -> Result<Json<StartAnswer>, Refused> {
    let request: StartRequest = json::read(request, MESSAGE_BYTES_MAX).await?;
    blocking(move || Ok(Json(server.start_enrolment(peer, &request)?))).await
}

/// `POST /v1/enrol/finish`.
pub(super) async fn finish(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
    request: Request<Body>,
) -> Result<Json<FinishAnswer>, Refused> {
    let request: FinishRequest = json::read(request, MESSAGE_BYTES_MAX).await?;
    blocking(move || Ok(Json(server.finish_enrolment(peer, &request)?))).await
}
