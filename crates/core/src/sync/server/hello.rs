//! Whether a device is let in, and what it may ask for.

use super::{Guest, ServerExchange, refusal};
use crate::id::PersonId;
use crate::receipt::RefusalCode;
use crate::sync::server_log::{ServerLog, Standing};
use crate::wire::{Hello, Refusal, limit};

impl ServerExchange {
    pub(super) fn admit_guest<L: ServerLog>(
        &mut self,
        log: &mut L,
        hello: Hello,
    ) -> Result<Result<(), Refusal>, L::Error> {
        let standing = match self.standing(log)? {
            Ok(standing) => standing,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Err(refused) = acceptable(&hello) {
            return Ok(Err(refused));
        }
        if hello.device != self.device {
            return Ok(Err(refusal(
                RefusalCode::UnknownDevice,
                "the hello names another device than the channel",
            )));
        }
        if !hello.persons.is_empty() && !self.is_carried {
            log.introduce(self.device, &hello.persons)?;
        }
        self.guest = Some(Guest { hello, standing });
        Ok(Ok(()))
    }

    /// Announces who signed an envelope that was brought in a file, by the name that the file gives.
    pub(super) fn introduce_signer<L: ServerLog>(
        &self,
        log: &mut L,
        person: PersonId,
    ) -> Result<(), L::Error> {
        let named = self.guest.as_ref().and_then(|guest| {
            guest
                .hello
                .persons
                .iter()
                .find(|named| named.person == person)
        });
        match named {
            Some(named) => log.introduce(self.device, std::slice::from_ref(named)),
            None => Ok(()),
        }
    }

    /// Returns what the device may do at this moment, or why nothing.
    ///
    /// Asked for every message: a request can be held open for as long as its sender likes.
    pub(super) fn standing<L: ServerLog>(
        &self,
        log: &mut L,
    ) -> Result<Result<Standing, Refusal>, L::Error> {
        Ok(match log.standing(self.device, self.now_ms)? {
            None => Err(refusal(
                RefusalCode::UnknownDevice,
                "this device is not enrolled here",
            )),
            Some(standing) if standing.revoked => {
                Err(refusal(RefusalCode::Revoked, "this device was cut off"))
            }
            Some(standing) => Ok(standing),
        })
    }
}

/// Checks versions, sizes and counts of a hello.
fn acceptable(hello: &Hello) -> Result<(), Refusal> {
    let in_common = hello.version_min <= limit::VERSION && hello.version_max >= limit::VERSION_MIN;
    if hello.version_min == 0 || hello.version_min > hello.version_max || !in_common {
        let text = format!(
            "device speaks protocol {} to {}, this server {} to {}",
            hello.version_min,
            hello.version_max,
            limit::VERSION_MIN,
            limit::VERSION
        );
        return Err(refusal(RefusalCode::Version, &text));
    }
    if hello.dictionary != 0 {
        return Err(refusal(
            RefusalCode::Version,
            &format!("dictionary {} is not known here", hello.dictionary),
        ));
    }
    let counts = [
        ("scopes", hello.scopes.len(), limit::SCOPES_MAX),
        (
            "receipts to renew",
            hello.waiting.len(),
            limit::WAITING_RECEIPTS_MAX,
        ),
        ("persons", hello.persons.len(), limit::PERSONS_MAX),
        (
            "bytes of build name",
            hello.build.len(),
            limit::NAME_BYTES_MAX,
        ),
    ];
    let checkpoints = hello.scopes.iter().map(|scope| {
        (
            "checkpoints",
            scope.checkpoints.len(),
            limit::CHECKPOINTS_MAX,
        )
    });
    let names = hello
        .persons
        .iter()
        .map(|person| ("bytes of a name", person.name.len(), limit::NAME_BYTES_MAX));
    for (what, count, max) in counts.into_iter().chain(checkpoints).chain(names) {
        if count > max {
            return Err(refusal(
                RefusalCode::TooLarge,
                &format!("{count} {what}, at most {max} are allowed"),
            ));
        }
    }
    Ok(())
}
