//! The words by which a request is refused: a closed list, so that an interface can have a sentence for each.

use bitacora_core::enrol::message::Refusal;

macro_rules! words {
    ($($(#[$meaning:meta])* $name:ident = $word:literal,)*) => {
        /// Why a request was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Word {
            $($(#[$meaning])* $name,)*
            /// An enrolment was refused.
            Enrolment(Refusal),
        }

        impl Word {
            /// Returns the word on the wire.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Enrolment(refusal) => refusal.as_str(),
                }
            }
        }

        const WORDS: &[&str] = &[$($word,)*];
    };
}

words! {
    /// Nothing is at this address.
    NoSuchRoute = "no_such_route",
    /// The address does not answer this method.
    NoSuchMethod = "no_such_method",
    /// The device is not enrolled here.
    UnknownDevice = "unknown_device",
    /// The device was revoked.
    Revoked = "revoked",
    /// Only the commander may.
    Role = "role",
    /// The request makes no sense.
    Malformed = "malformed",
    /// The body is of another type.
    ContentType = "content_type",
    /// The body is packed in a way that is not taken.
    ContentEncoding = "content_encoding",
    /// The body is too large.
    TooLarge = "too_large",
    /// The file is no file of this server's devices.
    File = "file",
    /// The device's name is not usable.
    Name = "name",
    /// The post is another one.
    Post = "post",
    /// Too many codes wait to be used.
    TooManyCodes = "too_many_codes",
    /// No device of the post has this id.
    NoSuchDevice = "no_such_device",
    /// The server failed.
    Internal = "internal",
}

/// Returns every word by which a request can be refused, those of enrolment included.
pub fn refusal_words() -> Vec<&'static str> {
    let enrolment = Refusal::ALL.into_iter().map(Refusal::as_str);
    WORDS.iter().copied().chain(enrolment).collect()
}
