//! What a QR code of enrolment says: where the server is, which key it has, and the code.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Code, InvalidCode};
use crate::id::{InvalidId, ServerId};

const PREFIX: &str = "bitacora:";
const VERSION: &str = "1";
const TEXT_BYTES_MAX: usize = 512;
const URL_BYTES_MAX: usize = 256;

/// The port of a server, wherever nobody says another: nobody should have to type it in gloves.
pub const SERVER_PORT: u16 = 8444;

/// The address of a server: `https://host:port`, nothing behind it. Read without a port, it is the
/// servers' own ([`SERVER_PORT`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(String);

/// A scanned or pasted invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where the server is.
    pub url: ServerUrl,
    /// The server's key, by its hash: pinned before the first byte is sent.
    pub server: ServerId,
    /// The single-use code.
    pub code: Code,
}

/// Why a text is no server address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("server address is not valid: expected https://HOST or https://HOST:PORT")]
pub struct InvalidServerUrl;

/// Why a text is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidInvitation {
    /// Something else was scanned.
    #[error("this is not an invitation of Bitácora")]
    Foreign,
    /// A newer build made it.
    #[error("the invitation was made by a newer version; update this app")]
    Newer,
    /// A field is not there.
    #[error("the invitation lacks its field {0:?}")]
    Missing(&'static str),
    /// The address is refused.
    #[error(transparent)]
    Url(#[from] InvalidServerUrl),
    /// The server's key hash is malformed.
    #[error(transparent)]
    Server(#[from] InvalidId),
    /// The code is malformed.
    #[error(transparent)]
    Code(#[from] InvalidCode),
}

impl ServerUrl {
    /// Returns the address without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServerUrl {
    type Err = InvalidServerUrl;

    fn from_str(text: &str) -> Result<Self, InvalidServerUrl> {
        let text = text.trim();
        let text = text.strip_suffix('/').unwrap_or(text);
        let authority = text.strip_prefix("https://").ok_or(InvalidServerUrl)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if text.len() > URL_BYTES_MAX || !authority.chars().all(allowed) {
            return Err(InvalidServerUrl);
        }
        match port_of(authority).ok_or(InvalidServerUrl)? {
            "" => Ok(Self(format!("{text}:{SERVER_PORT}"))),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// Returns what follows the host, `:port` or nothing; `None` if host or port are none.
fn port_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => match bracketed.split_once(']') {
            Some((address, rest)) if address.parse::<std::net::Ipv6Addr>().is_ok() => ("v6", rest),
            _ => return None,
        },
        None => authority
            .find(':')
            .map_or((authority, ""), |colon| authority.split_at(colon)),
    };
    let port_is_number = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.parse::<u16>().is_ok_and(|port| port > 0));
    let valid = !host.is_empty()
        && !host.starts_with(['.', '-'])
        && !host.contains(['[', ']'])
        && port_is_number;
    valid.then_some(port)
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{PREFIX}{VERSION}?u={}&k={}&c={}",
            self.url,
            self.server,
            self.code.as_str()
        )
    }
}

impl FromStr for Invitation {
    type Err = InvalidInvitation;

    /// Reads an invitation; fields that this build does not know are ignored.
    fn from_str(text: &str) -> Result<Self, InvalidInvitation> {
        let text = text.trim();
        if text.len() > TEXT_BYTES_MAX {
            return Err(InvalidInvitation::Foreign);
        }
        let (version, fields) = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('?'))
            .ok_or(InvalidInvitation::Foreign)?;
        match version.parse::<u32>() {
            Ok(1) => {}
            Ok(2..) => return Err(InvalidInvitation::Newer),
            _ => return Err(InvalidInvitation::Foreign),
        }
        let field = |name: &'static str| {
            fields
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
                .map(|(_, value)| value)
                .ok_or(InvalidInvitation::Missing(name))
        };
        Ok(Self {
            url: field("u")?.parse()?,
            server: field("k")?.parse()?,
            code: field("c")?.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            url: "https://10.20.0.5:8444".parse().unwrap(),
            server: ServerId::of_key(&[7; 32]),
            code: Code::from_random([9, 8, 7, 6, 5]),
        }
    }

    #[test]
    fn an_invitation_is_read_back() {
        let text = invitation().to_string();
        assert_eq!(
            text.parse(),
            Ok(invitation()),
            "a scanned code must say what was drawn"
        );
        assert_eq!(
            format!("{text}&x=later").parse(),
            Ok(invitation()),
            "later fields must not stop an older phone"
        );
    }

    #[rstest]
    #[case::empty("", InvalidInvitation::Foreign)]
    #[case::web_page("https://example.org", InvalidInvitation::Foreign)]
    #[case::newer("bitacora:2?u=https://a", InvalidInvitation::Newer)]
    #[case::version_zero("bitacora:0?u=https://a", InvalidInvitation::Foreign)]
    #[case::no_key("bitacora:1?u=https://a&c=ABCDEFGH", InvalidInvitation::Missing("k"))]
    #[case::script(
        "bitacora:1?u=javascript:alert(1)&k=00&c=ABCDEFGH",
        InvalidInvitation::Url(InvalidServerUrl)
    )]
    fn what_is_wrong_is_named(#[case] text: &str, #[case] expected: InvalidInvitation) {
        assert_eq!(
            text.parse::<Invitation>(),
            Err(expected),
            "the person must learn what to do next"
        );
    }

    #[test]
    fn ten_kilobytes_are_refused() {
        let long = format!("{}&x={}", invitation(), "a".repeat(10_240));
        assert_eq!(
            long.parse::<Invitation>(),
            Err(InvalidInvitation::Foreign),
            "a QR of ours is short"
        );
    }

    #[rstest]
    #[case("http://10.0.0.1")]
    #[case("https://")]
    #[case("https://user@host")]
    #[case("https://host/path")]
    #[case("https://host:0")]
    #[case("https://host:99999")]
    #[case("https://host:")]
    #[case("https://[::1")]
    #[case("https://ho st")]
    fn a_bad_address_is_refused(#[case] text: &str) {
        assert_eq!(
            text.parse::<ServerUrl>(),
            Err(InvalidServerUrl),
            "{text} must not be called"
        );
    }

    #[rstest]
    #[case("https://localhost:8444/", "https://localhost:8444")]
    #[case("https://post.example.org:443", "https://post.example.org:443")]
    #[case("https://[fe80::1]:443", "https://[fe80::1]:443")]
    #[case("https://10.20.0.5", "https://10.20.0.5:8444")]
    #[case("https://post.example.org/", "https://post.example.org:8444")]
    #[case("https://[fe80::1]", "https://[fe80::1]:8444")]
    fn a_good_address_is_kept_and_has_a_port(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(
            text.parse::<ServerUrl>().unwrap().as_str(),
            expected,
            "private and public addresses are both real"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text: String) {
            let _ = text.parse::<Invitation>();
            let _ = format!("bitacora:1?{text}").parse::<Invitation>();
            let _ = format!("https://{text}").parse::<ServerUrl>();
        }
    }
}
