//! Bodies that are read whole, most of them small JSON.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;

use super::refused::Refused;

/// Reads a JSON body of at most `bytes_max`.
pub(super) async fn read<T: DeserializeOwned>(
    request: Request<Body>,
    bytes_max: usize,
) -> Result<T, Refused> {
    let body = whole(request, "application/json", bytes_max).await?;
    serde_json::from_slice(&body).map_err(|error| {
        // serde's message names field and reason; positions only, no content of ours.
        Refused::malformed(format!("The body is not the JSON expected here: {error}"))
    })
}

/// Reads a body of at most `bytes_max` of this type of content.
pub(super) async fn whole(
    request: Request<Body>,
    content_type: &'static str,
    bytes_max: usize,
) -> Result<Bytes, Refused> {
    plain_content(request.headers(), content_type)?;
    let body = Limited::new(request.into_body(), bytes_max).collect().await;
    let body = body.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            too_large(bytes_max)
        } else {
            Refused::malformed("The body ended early.")
        }
    })?;
    Ok(body.to_bytes())
}

/// Refuses another type of content, and content in a coding that this server does not read.
pub(super) fn plain_content(headers: &HeaderMap, expected: &'static str) -> Result<(), Refused> {
    let value = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    };
    let kind = value(header::CONTENT_TYPE)
        .split(';')
        .next()
        .unwrap_or("")
        .trim();
    if !kind.eq_ignore_ascii_case(expected) {
        let reason = format!("The content type must be {expected}.");
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            super::word::Word::ContentType,
            reason,
        ));
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        let reason = "The body must not have a content encoding.";
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            super::word::Word::ContentEncoding,
            reason,
        ));
    }
    Ok(())
}

/// The refusal of a body over its limit.
pub(super) fn too_large(bytes_max: usize) -> Refused {
    let reason = format!("The body is larger than the {bytes_max} bytes allowed here.");
    Refused::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        super::word::Word::TooLarge,
        reason,
    )
}
