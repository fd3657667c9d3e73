//! How many connections an address may hold before it has proved to be a device of the post: one machine in the
//! network must not keep everybody else out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The bits of an IPv6 address that name a network; a machine takes as many of the others as it likes.
const NETWORK: u128 = !0 << 64;

/// What each address holds.
#[derive(Debug)]
pub(super) struct Shares {
    each_max: usize,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of an address; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Arc<Shares>,
    address: IpAddr,
}

impl Shares {
    /// Nobody holds anything; each may hold so many.
    pub(super) fn of(each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            each_max,
            held: Mutex::default(),
        })
    }

    /// Counts one more connection of an address; none if it has its share.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Share> {
        let address = counted_as(address);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = held.entry(address).or_default();
        if *now >= self.each_max {
            return None;
        }
        *now = now.saturating_add(1);
        Some(Share {
            shares: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self
            .shares
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(now) = held.get_mut(&self.address) {
            *now = now.saturating_sub(1);
            if *now == 0 {
                held.remove(&self.address);
            }
        }
    }
}

fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn a_machine_has_one_share_however_it_calls_itself() {
        let shares = Shares::of(2);
        let take = |address: &str| shares.take(address.parse().unwrap());
        let first = take("fd00::1").unwrap();
        let _second = take("fd00::2:3").unwrap();
        assert!(take("fd00::4").is_none(), "the same network");
        assert!(take("fd00:0:0:1::4").is_some(), "another one");
        drop(first);
        assert!(take("fd00::4").is_some(), "given back");

        let _plain = take("10.20.0.5").unwrap();
        let _mapped = take("::ffff:10.20.0.5").unwrap();
        assert!(take("10.20.0.5").is_none(), "the same machine");
    }
}
