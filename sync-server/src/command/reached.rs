//! Where phones reach a server that listens here: the addresses of this machine, the likeliest first.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// Beginnings of the names of interfaces behind which there are containers and virtual machines, and no phones.
const VIRTUAL: [&str; 6] = ["docker", "br-", "veth", "virbr", "vmnet", "vboxnet"];

/// Returns the addresses at which phones may reach a server that is bound like this; none if this machine has only
/// such as nobody else can reach.
pub(super) fn addresses(bound: SocketAddr) -> Vec<SocketAddr> {
    if !bound.ip().is_unspecified() {
        return vec![bound];
    }
    // A service that is kept from asking still knows its way out.
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "This machine's addresses cannot be listed");
        Vec::new()
    });
    let way_out = sends_from();
    let each = interfaces
        .into_iter()
        .filter(|interface| interface.is_oper_up())
        .map(|interface| (interface.ip(), interface.name));
    let mut each: Vec<_> = each.collect();
    if each.is_empty() {
        each.extend(way_out.map(|ip| (ip, String::new())));
    }
    let found = likeliest_first(each, bound.ip(), way_out);
    let at = |ip| SocketAddr::new(ip, bound.port());
    found.into_iter().map(at).collect()
}

/// Sorts what each interface has. A post's own network comes first, as a phone is in it.
fn likeliest_first(
    mut interfaces: Vec<(IpAddr, String)>,
    bound: IpAddr,
    sends_from: Option<IpAddr>,
) -> Vec<IpAddr> {
    interfaces.retain(|(ip, _)| is_for_others(*ip) && (ip.is_ipv4() || bound.is_ipv6()));
    interfaces.sort_by_key(|(ip, name)| {
        let is_virtual = VIRTUAL.iter().any(|virtual_| name.starts_with(virtual_));
        let preferred = (is_private(*ip), ip.is_ipv4(), Some(*ip) == sends_from);
        (is_virtual, Reverse(preferred))
    });
    interfaces.dedup_by_key(|(ip, _)| *ip);
    interfaces.into_iter().map(|(ip, _)| ip).collect()
}

fn is_for_others(ip: IpAddr) -> bool {
    let is_of_the_link = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !ip.is_loopback() && !ip.is_unspecified() && !is_of_the_link
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

/// Returns the address that this machine would send from to elsewhere; none without a route. Nothing is sent.
fn sends_from() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address of documentation (RFC 5737): only the route is looked up.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use std::net::Ipv6Addr;

    use super::*;

    const ALL: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    fn found(interfaces: &[(&str, &str)], bound: IpAddr, sends_from: Option<&str>) -> Vec<String> {
        let interfaces = interfaces
            .iter()
            .map(|(name, ip)| (ip.parse().unwrap(), (*name).to_owned()));
        let sends_from = sends_from.map(|ip| ip.parse().unwrap());
        let found = likeliest_first(interfaces.collect(), bound, sends_from);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn without_a_route_the_posts_own_network_is_found() {
        let interfaces = [
            ("lo", "127.0.0.1"),
            ("docker0", "172.17.0.1"),
            ("wlan0", "192.168.7.2"),
            ("eth1", "169.254.3.3"),
            ("wlan0", "fe80::1"),
        ];
        assert_eq!(found(&interfaces, ALL, None), ["192.168.7.2", "172.17.0.1"]);
    }

    #[test]
    fn of_several_networks_a_private_one_comes_first_and_of_those_the_one_with_the_route() {
        let interfaces = [
            ("ppp0", "181.10.20.30"),
            ("eth0", "192.168.7.2"),
            ("eth1", "10.20.0.5"),
        ];
        let expected = ["10.20.0.5", "192.168.7.2", "181.10.20.30"];
        assert_eq!(found(&interfaces, ALL, Some("10.20.0.5")), expected);
        let expected = ["192.168.7.2", "10.20.0.5", "181.10.20.30"];
        assert_eq!(
            found(&interfaces, ALL, Some("181.10.20.30")),
            expected,
            "an uplink is no way for a phone"
        );
    }

    #[test]
    fn addresses_of_six_are_told_where_the_server_listens_on_them() {
        let interfaces = [("eth0", "fd00::5"), ("eth0", "192.168.7.2")];
        assert_eq!(found(&interfaces, ALL, None), ["192.168.7.2"]);
        let all = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        assert_eq!(found(&interfaces, all, None), ["192.168.7.2", "fd00::5"]);
    }

    #[test]
    fn a_machine_without_a_network_has_none() {
        assert!(found(&[("lo", "127.0.0.1")], ALL, None).is_empty());
    }
}
