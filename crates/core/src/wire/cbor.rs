//! How identifiers are written: as CBOR byte strings; a scope as its post's text and a compartment number.

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};

use crate::envelope::{LeafHash, PublicKey, Signature};
use crate::id::{
    ChangeHash, Compartment, DeviceId, DocumentId, EnvelopeHash, OrganisationId, PersonId, PostId,
    ScopeId, ServerId,
};

macro_rules! as_bytes {
    ($($name:ident: $read:expr;)*) => {$(
        impl<C> Encode<C> for $name {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
                e.bytes(self.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                let at = d.position();
                let bytes = d.bytes()?.try_into().map_err(|_| {
                    DecodeError::message(concat!(stringify!($name), " has the wrong length")).at(at)
                })?;
                Ok($read(bytes))
            }
        }
    )*};
}

as_bytes! {
    ChangeHash: ChangeHash::new;
    DeviceId: DeviceId::new;
    ServerId: ServerId::new;
    EnvelopeHash: EnvelopeHash::new;
    DocumentId: DocumentId::from_bytes;
    PersonId: PersonId::from_bytes;
    OrganisationId: OrganisationId::from_bytes;
    LeafHash: LeafHash::new;
    Signature: Signature::new;
    PublicKey: PublicKey::new;
}

impl<C> Encode<C> for PostId {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for PostId {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        d.str()?
            .parse()
            .map_err(|_| DecodeError::message("post code is not valid").at(at))
    }
}

impl<C> Encode<C> for ScopeId {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        let compartment = match self.compartment {
            Compartment::Operational => 1,
        };
        e.array(2)?.encode(&self.post)?.u8(compartment)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for ScopeId {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        if d.array()? != Some(2) {
            return Err(DecodeError::message("scope is not a pair of post and compartment").at(at));
        }
        let post = d.decode()?;
        match d.u8()? {
            1 => Ok(Self {
                post,
                compartment: Compartment::Operational,
            }),
            _ => Err(DecodeError::message("compartment is not known to this build").at(at)),
        }
    }
}

/// Writes a value as CBOR.
#[expect(
    clippy::expect_used,
    reason = "memory cannot fail, and no encoder here reports an error of its own"
)]
pub(crate) fn to_vec<T: Encode<()>>(value: T) -> Vec<u8> {
    minicbor::to_vec(value).expect("BUG: an encoder reported an error of its own")
}
