//! `POST /v1/frames`: a file of sealed records, from any enrolled device on behalf of its author.

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Request;
use bitacora_core::enrol::team::{FILE_BYTES_MAX, HandedIn};

use super::caller::blocking;
use super::json;
use super::refused::Refused;
use crate::channel::PeerKey;
use crate::server::Server;

/// Takes a file.
pub(super) async fn hand_in(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
    request: Request<Body>,
) -> Result<Json<HandedIn>, Refused> {
    let guest = server.clone();
    blocking(move || guest.caller(peer)).await?;
    let file = json::whole(request, "application/octet-stream", FILE_BYTES_MAX).await?;
    blocking(move || Ok(Json(server.take_file(&file)?))).await
}
