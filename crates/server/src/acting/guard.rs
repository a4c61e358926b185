//! Where webhooks may go: to the public internet over TLS. Addresses inside are somebody
//! else's doors, and only opened where this server was told that they may be.

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How far webhooks reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The public internet, over TLS.
    Public,
    /// Loopback and private networks too, and there without TLS as well.
    Inside,
}

/// The longest address of a webhook.
const URL_BYTES_MAX: usize = 2_000;

/// What is wrong with an address, as far as it shows without asking for a name.
pub fn check(url: &str, reach: Reach) -> Result<(), String> {
    let target = Target::of(url)?;
    let literal = target.host.parse::<IpAddr>().ok();
    match (literal, target.is_tls, reach) {
        (Some(ip), _, _) if !may_go(ip, reach) => Err(words(ip, reach)),
        (Some(ip), false, Reach::Inside) if !is_public(ip) => Ok(()),
        (None, false, Reach::Inside) => Ok(()),
        (_, false, _) => Err("it begins with https://: what is told names accounts".to_owned()),
        (_, true, _) => Ok(()),
    }
}

/// The same at the moment of going there; without TLS, a name leads inside.
pub(super) async fn check_now(url: &str, reach: Reach) -> Result<(), String> {
    check(url, reach)?;
    let target = Target::of(url)?;
    if target.is_tls {
        return Ok(());
    }
    let found = tokio::net::lookup_host((target.host.as_str(), 0)).await;
    let mut found = found.map_err(|e| format!("{} is not found: {e}", target.host))?;
    match found.any(|address| is_public(address.ip())) {
        true => Err(format!("{} is outside: it needs https://", target.host)),
        false => Ok(()),
    }
}

struct Target {
    host: String,
    is_tls: bool,
}

impl Target {
    /// As the client reads it that goes there: it takes 2130706433 and 0x7f.1 for addresses.
    fn of(url: &str) -> Result<Self, String> {
        let wrong = || "an address is like https://platform.example.com/dragnet".to_owned();
        if url.len() > URL_BYTES_MAX {
            return Err(format!("an address has at most {URL_BYTES_MAX} bytes"));
        }
        let url = Url::parse(url).map_err(|_| wrong())?;
        let is_tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address holds no password: what is sent is signed".to_owned());
        }
        let host = url.host_str().ok_or_else(wrong)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, is_tls })
    }
}

fn words(ip: IpAddr, reach: Reach) -> String {
    match reach {
        Reach::Public => {
            format!("{ip} is no public address: start the server with --webhooks-inside")
        }
        Reach::Inside => format!("{ip} is no address that anything is sent to"),
    }
}

/// Looks names up, and forgets what may not be gone to: whatever a name leads to the next
/// time, it is this that is connected to.
#[derive(Debug)]
pub(super) struct Names(pub(super) Reach);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let all: Vec<SocketAddr> = found.collect();
            let may: Vec<SocketAddr> =
                all.iter().copied().filter(|address| may_go(address.ip(), reach)).collect();
            match (may.is_empty(), all.first()) {
                (true, Some(first)) => Err(words(first.ip(), reach).into()),
                _ => Ok(Box::new(may.into_iter()) as Addrs),
            }
        })
    }
}

fn may_go(ip: IpAddr, reach: Reach) -> bool {
    match reach {
        Reach::Public => is_public(ip),
        Reach::Inside => !is_nobody(ip),
    }
}

/// An address that no receiver has, or that tells secrets of the machine to whoever asks:
/// clouds keep their metadata at link-local ones.
fn is_nobody(ip: IpAddr) -> bool {
    match plain(ip) {
        IpAddr::V4(ip) => {
            ip.is_unspecified() || ip.is_broadcast() || ip.is_multicast() || ip.is_link_local()
        }
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_multicast() || ip.is_unicast_link_local(),
    }
}

/// Whether it is an address of the public internet (IANA's special-purpose registries).
fn is_public(ip: IpAddr) -> bool {
    match plain(ip) {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Addresses of the old internet that are written in the new one's way.
fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => match v6.segments() {
            // Translated: 64:ff9b::/96.
            [0x64, 0xff9b, 0, 0, 0, 0, a, b] => {
                let ([a, b], [c, d]) = (a.to_be_bytes(), b.to_be_bytes());
                Ipv4Addr::new(a, b, c, d).into()
            }
            _ => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let special = match ip.octets() {
        // This network, carriers' own, protocol assignments, tests between networks, reserved.
        [0, ..] | [192, 0, 0, _] | [198, 18..=19, ..] | [240..=255, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        _ => ip.is_documentation() || ip.is_private() || ip.is_loopback(),
    };
    !special && !ip.is_link_local() && !ip.is_multicast()
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        // Teredo and what stands beside it, documentation, 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_gone_to_unless_told() {
        let public = |url: &str| check(url, Reach::Public).is_ok();
        let inside = |url: &str| check(url, Reach::Inside).is_ok();
        for url in
            ["https://8.8.8.8/x", "https://platform.example.com/x", "https://[2606:4700::1]/"]
        {
            assert!(public(url) && inside(url), "{url}");
        }
        for url in [
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "http://127.0.0.1:8080/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "http://[fd00::1]/",
        ] {
            assert!(!public(url) && inside(url), "{url}");
        }
        for url in [
            "http://8.8.8.8/",
            "https://169.254.169.254/latest",
            "https://[::ffff:169.254.169.254]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://0.0.0.0/",
            "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://169.254.43518/",
            "https://user:password@platform.example.com/",
            "file:///etc/passwd",
            "platform.example.com",
        ] {
            assert!(!public(url) && !inside(url), "{url}");
        }
        for ip in
            ["100.64.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::ffff:10.0.0.1", "2002::1"]
        {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }
}
