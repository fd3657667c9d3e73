//! What the server answers over HTTP. Handlers convert, call, convert.

mod caller;
mod enrol;
mod exchange;
mod frames;
mod json;
mod refused;
mod team;
mod word;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::channel::Known;
use crate::server::Server;
use refused::Refused;

pub use word::refusal_words;

/// Tells the channel whose connections are a device's: those that a request of its would be answered for.
pub(crate) fn known(server: Server) -> Known {
    Arc::new(move |peer| server.caller(peer).is_ok())
}

/// Returns the routes.
pub(crate) fn router(server: Server) -> Router {
    Router::new()
        .route("/v1/enrol/start", post(enrol::start))
        .route("/v1/enrol/finish", post(enrol::finish))
        .route(bitacora_core::wire::PATH, post(exchange::exchange))
        .route("/v1/frames", post(frames::hand_in))
        .route("/v1/team", get(team::list))
        .route("/v1/team/codes", post(team::issue_code))
        .route("/v1/team/revoke", post(team::revoke))
        .fallback(async || Refused::no_such_route())
        .method_not_allowed_fallback(async || Refused::no_such_method())
        .layer(DefaultBodyLimit::disable())
        .with_state(server)
}
