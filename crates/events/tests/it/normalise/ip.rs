//! Addresses: prefixes, reserved ranges, IPv4 inside IPv6.

use events::ip::{Prefix, embedded_v4, reserved};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv6Addr};

fn check(addresses: &[&str], expected: Expect) {
    let lines: String = addresses
        .iter()
        .map(|text| {
            let ip: IpAddr = text.parse().unwrap();
            let mut line = format!("{text}: {} in {}", Prefix::line(ip), Prefix::site(ip));
            if let Some(kind) = reserved(ip) {
                line += &format!(", {}", kind.words());
            }
            if let Some((kind, v4)) = embedded_v4(ip) {
                line += &format!(", {kind:?} of {v4}");
            }
            line + "\n"
        })
        .collect();
    expected.assert_eq(&lines);
}

#[test]
fn a_line_lies_in_a_site() {
    check(
        &["8.8.4.4", "::ffff:8.8.4.4", "2a00:1450:4001:812::200e"],
        expect![[r#"
            8.8.4.4: 8.8.4.4/32 in 8.8.4.0/24
            ::ffff:8.8.4.4: 8.8.4.4/32 in 8.8.4.0/24
            2a00:1450:4001:812::200e: 2a00:1450:4001:812::/64 in 2a00:1450:4001::/48
        "#]],
    );
}

#[test]
fn reserved_ranges_are_told_apart_at_their_edges() {
    check(
        &[
            "0.0.0.0",
            "127.0.0.1",
            "10.1.2.3",
            "172.15.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "172.32.0.0",
            "192.168.0.1",
            "100.63.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "100.128.0.0",
            "169.254.1.1",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.255",
            "203.0.114.0",
            "198.18.0.1",
            "198.20.0.0",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.0.8",
        ],
        expect![[r#"
            0.0.0.0: 0.0.0.0/32 in 0.0.0.0/24, no address
            127.0.0.1: 127.0.0.1/32 in 127.0.0.0/24, loopback
            10.1.2.3: 10.1.2.3/32 in 10.1.2.0/24, private network
            172.15.255.255: 172.15.255.255/32 in 172.15.255.0/24
            172.16.0.0: 172.16.0.0/32 in 172.16.0.0/24, private network
            172.31.255.255: 172.31.255.255/32 in 172.31.255.0/24, private network
            172.32.0.0: 172.32.0.0/32 in 172.32.0.0/24
            192.168.0.1: 192.168.0.1/32 in 192.168.0.0/24, private network
            100.63.255.255: 100.63.255.255/32 in 100.63.255.0/24
            100.64.0.0: 100.64.0.0/32 in 100.64.0.0/24, carrier NAT
            100.127.255.255: 100.127.255.255/32 in 100.127.255.0/24, carrier NAT
            100.128.0.0: 100.128.0.0/32 in 100.128.0.0/24
            169.254.1.1: 169.254.1.1/32 in 169.254.1.0/24, link-local
            192.0.2.1: 192.0.2.1/32 in 192.0.2.0/24, documentation
            198.51.100.1: 198.51.100.1/32 in 198.51.100.0/24, documentation
            203.0.113.255: 203.0.113.255/32 in 203.0.113.0/24, documentation
            203.0.114.0: 203.0.114.0/32 in 203.0.114.0/24
            198.18.0.1: 198.18.0.1/32 in 198.18.0.0/24, benchmark
            198.20.0.0: 198.20.0.0/32 in 198.20.0.0/24
            224.0.0.1: 224.0.0.1/32 in 224.0.0.0/24, multicast
            240.0.0.1: 240.0.0.1/32 in 240.0.0.0/24, unassigned
            255.255.255.255: 255.255.255.255/32 in 255.255.255.0/24, unassigned
            192.0.0.8: 192.0.0.8/32 in 192.0.0.0/24, unassigned
        "#]],
    );
    check(
        &[
            "::",
            "::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "3fff:fff::1",
            "3fff:1000::1",
            "2001:2::1",
            "2001:2:1::1",
            "100::1",
            "4000::1",
            "64:ff9b:1::808:404",
        ],
        expect![[r#"
            ::: ::/64 in ::/48, no address
            ::1: ::/64 in ::/48, loopback
            fc00::1: fc00::/64 in fc00::/48, private network
            fdff::1: fdff::/64 in fdff::/48, private network
            fe80::1: fe80::/64 in fe80::/48, link-local
            ff02::1: ff02::/64 in ff02::/48, multicast
            2001:db8::1: 2001:db8::/64 in 2001:db8::/48, documentation
            3fff:fff::1: 3fff:fff::/64 in 3fff:fff::/48, documentation
            3fff:1000::1: 3fff:1000::/64 in 3fff:1000::/48
            2001:2::1: 2001:2::/64 in 2001:2::/48, benchmark
            2001:2:1::1: 2001:2:1::/64 in 2001:2:1::/48
            100::1: 100::/64 in 100::/48, unassigned
            4000::1: 4000::/64 in 4000::/48, unassigned
            64:ff9b:1::808:404: 64:ff9b:1::/64 in 64:ff9b:1::/48, private network
        "#]],
    );
}

#[test]
fn transition_addresses_show_the_ipv4_inside() {
    check(
        &["2002:c000:204::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b::808:404"],
        expect![[r#"
            2002:c000:204::1: 2002:c000:204::/64 in 2002:c000:204::/48, SixToFour of 192.0.2.4
            2001:0:4136:e378:8000:63bf:3fff:fdd2: 2001:0:4136:e378::/64 in 2001:0:4136::/48, Teredo of 192.0.2.45
            64:ff9b::808:404: 64:ff9b::/64 in 64:ff9b::/48, Nat64 of 8.8.4.4
        "#]],
    );
}

#[test]
fn lengths_are_cut_to_what_a_provider_hands_out() {
    let v6: IpAddr = "2a00:1450:4001:812::200e".parse().unwrap();
    assert_eq!(Prefix::of(v6, 56).to_string(), "2a00:1450:4001:800::/56");
    assert_eq!(Prefix::of(v6, 128), Prefix::of(v6, 64));
    assert_eq!(Prefix::of(v6, 0).to_string(), "::/0");
    let v4: IpAddr = "8.8.4.4".parse().unwrap();
    assert_eq!(Prefix::of(v4, 0).to_string(), "0.0.0.0/0");
    assert_eq!(format!("{:?}", Prefix::of(v4, 24)), "Prefix(…/24)");
}

proptest! {
    #[test]
    fn keys_of_global_addresses_never_collide(a: u32, b: u128) {
        let v4 = IpAddr::V4(a.into());
        let v6 = IpAddr::V6(Ipv6Addr::from_bits(b >> 3 | 1 << 125));
        prop_assert_ne!(Prefix::line(v4).key(), Prefix::line(v6).key());
        prop_assert_ne!(Prefix::site(v4).key(), Prefix::site(v6).key());
    }

    #[test]
    fn a_prefix_of_a_prefix_is_itself(bits: u128, length in 0u8..=64) {
        let prefix = Prefix::of(IpAddr::V6(Ipv6Addr::from_bits(bits | 1 << 127)), length);
        let (first, _) = prefix.to_string().split_once('/').map(|(ip, n)| (ip.parse().unwrap(), n.to_owned())).unwrap();
        prop_assert_eq!(Prefix::of(first, length).key(), prefix.key());
    }
}
