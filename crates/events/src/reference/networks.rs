//! Well-known networks by AS number: data centres, relays, Tor, mobile
//! carriers. A short list of facts, so that a log with an `asn` column alone
//! already tells a visitor's kind of network; a user's own lists go before it.
//!
//! Numbers and holders as of 2026-06, checked against RouteViews and DB-IP's
//! IP to ASN Lite; what a network is used for comes from the holders' own
//! pages. Holders that mix kinds under one number are left out: no kind is
//! better than a wrong one. Cloudflare and Fastly host sites, but the visitors
//! that come *from* there come through WARP or Apple's Private Relay.

use crate::NetworkKind::{self, Hosting, Mobile, Relay, Tor};

/// A well-known network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its AS number.
    pub asn: u32,
    /// What its addresses are used for.
    pub kind: NetworkKind,
    /// Who runs it.
    pub holder: &'static str,
}

/// The date of the built-in table.
pub(super) const DATE: &str = "2026-06-17";

/// The network of that number, if it is well known.
pub fn known_network(asn: u32) -> Option<Network> {
    let found = NETWORKS.binary_search_by_key(&asn, |row| row.0).ok()?;
    let (asn, kind, holder) = NETWORKS[found];
    Some(Network { asn, kind, holder })
}

/// How many networks are built in.
pub(super) fn rows() -> u64 {
    NETWORKS.len() as u64
}

#[rustfmt::skip]
const NETWORKS: &[(u32, NetworkKind, &str)] = &[
    (3214, Hosting, "xTom"),
    (3223, Hosting, "Voxility"),
    (3842, Hosting, "InMotion Hosting"),
    (4785, Hosting, "xTom"),
    (6167, Mobile, "Verizon Wireless"),
    (8068, Hosting, "Microsoft"),
    (8075, Hosting, "Microsoft"),
    (8100, Hosting, "QuadraNet Enterprises"),
    (8560, Hosting, "IONOS"),
    (8972, Hosting, "Host Europe"),
    (9009, Hosting, "M247 Europe"),
    (9123, Hosting, "TIMEWEB"),
    (9312, Hosting, "xTom Hong Kong"),
    (9370, Hosting, "SAKURA Internet"),
    (9605, Mobile, "NTT DOCOMO, INC"),
    (9644, Mobile, "SK Telecom"),
    (10139, Mobile, "Smart Broadband"),
    (11831, Hosting, "eSecureData"),
    (11878, Hosting, "tzulo, inc"),
    (12876, Hosting, "Scaleway"),
    (13335, Relay, "Cloudflare (WARP, iCloud Private Relay)"),
    (14061, Hosting, "DigitalOcean"),
    (14576, Hosting, "Hosting Solution"),
    (14618, Hosting, "Amazon Web Services"),
    (15169, Hosting, "Google"),
    (16276, Hosting, "OVH"),
    (16345, Mobile, "Vimpelcom (Beeline)"),
    (16509, Hosting, "Amazon Web Services"),
    (18450, Hosting, "WebNX"),
    (19318, Hosting, "Interserver"),
    (19527, Hosting, "Google"),
    (19994, Hosting, "Rackspace Hosting"),
    (20057, Mobile, "AT&T Mobility"),
    (20454, Hosting, "SECURED SERVERS"),
    (20473, Hosting, "The Constant Company (Vultr)"),
    (20860, Hosting, "IOMART CLOUD SERVICES LIMITED"),
    (21859, Hosting, "Zenlayer"),
    (21928, Mobile, "T-Mobile USA"),
    (22363, Hosting, "Powerhouse Management"),
    (22394, Mobile, "Verizon Wireless"),
    (22612, Hosting, "Namecheap"),
    (23470, Hosting, "ReliableSite.Net"),
    (23693, Mobile, "Telekomunikasi Selular"),
    (24086, Mobile, "Viettel"),
    (24203, Mobile, "XL Axiata"),
    (24389, Mobile, "grameenphone limited"),
    (24940, Hosting, "Hetzner Online"),
    (24961, Hosting, "WIIT"),
    (25159, Mobile, "MegaFon"),
    (25697, Hosting, "UpCloud USA"),
    (25820, Hosting, "IT7 Networks"),
    (26496, Hosting, "GoDaddy.com"),
    (26599, Mobile, "TELEFONICA BRASIL S.A"),
    (26615, Mobile, "TIM S/A"),
    (27357, Hosting, "Rackspace Hosting"),
    (28753, Hosting, "Leaseweb Deutschland"),
    (29066, Hosting, "velia.net Internetdienste"),
    (29465, Mobile, "MTN NIGERIA Communication limited"),
    (29802, Hosting, "HIVELOCITY"),
    (30058, Hosting, "FDCservers.net"),
    (30633, Hosting, "Leaseweb USA"),
    (31133, Mobile, "MegaFon"),
    (31898, Hosting, "Oracle"),
    (32097, Hosting, "WholeSale Internet"),
    (33070, Hosting, "Rackspace Hosting"),
    (33387, Hosting, "Nocix"),
    (33771, Mobile, "Safaricom"),
    (35415, Hosting, "Webzilla B.V"),
    (35916, Hosting, "MULTACOM CORPORATION"),
    (36007, Hosting, "Kamatera"),
    (36183, Relay, "Akamai (iCloud Private Relay)"),
    (36351, Hosting, "IBM Cloud"),
    (36352, Hosting, "HostPapa (ColoCrossing)"),
    (37963, Hosting, "Hangzhou Alibaba Advertising"),
    (38266, Mobile, "Vodafone Idea (VIL)"),
    (39351, Relay, "31173 Services (Mullvad)"),
    (40021, Hosting, "Contabo"),
    (40676, Hosting, "Psychz Networks"),
    (41436, Hosting, "Kamatera"),
    (42708, Hosting, "GleSYS"),
    (42831, Hosting, "UK Dedicated Servers"),
    (43350, Hosting, "NForce Entertainment B.V"),
    (44901, Hosting, "Belcloud LTD"),
    (45090, Hosting, "Shenzhen Tencent Computer Systems Company"),
    (45102, Hosting, "Alibaba (US) Technology"),
    (45143, Mobile, "Singapore Telecom Mobile Pte"),
    (45187, Hosting, "Rackspace.com Hong Kong"),
    (45271, Mobile, "Vodafone Idea (VIL)"),
    (45609, Mobile, "Bharti Airtel"),
    (45727, Mobile, "Indosat Ooredoo Hutchison"),
    (45839, Hosting, "Shinjiru Technology Sdn Bhd"),
    (46562, Hosting, "Performive"),
    (46606, Hosting, "Unified Layer"),
    (46844, Hosting, "Sharktech"),
    (47583, Hosting, "Hostinger International"),
    (48282, Hosting, "Hosting technology LTD"),
    (49453, Hosting, "Global Layer B.V"),
    (49505, Hosting, "Selectel"),
    (49981, Hosting, "WorldStream B.V"),
    (50673, Hosting, "Serverius Holding B.V"),
    (51167, Hosting, "Contabo"),
    (51207, Mobile, "Free Mobile"),
    (51396, Hosting, "Pfcloud UG (haftungsbeschrankt)"),
    (51765, Hosting, "Crea Nova Hosting Solution"),
    (51852, Hosting, "Private Layer INC"),
    (52000, Hosting, "MIRhosting B.V"),
    (53667, Hosting, "FranTech (BuyVM)"),
    (53850, Hosting, "GorillaServers"),
    (54113, Relay, "Fastly (iCloud Private Relay)"),
    (54290, Hosting, "HostPapa"),
    (54825, Hosting, "Packet Host"),
    (55081, Hosting, "24 SHELLS"),
    (55286, Hosting, "B2 Net Solutions"),
    (55410, Mobile, "Vodafone Idea (VIL)"),
    (55720, Hosting, "Gigabit Hosting Sdn Bhd"),
    (55836, Mobile, "Reliance Jio Infocomm"),
    (55990, Hosting, "Huawei Cloud Service data center"),
    (56971, Hosting, "CGI GLOBAL LIMITED"),
    (57043, Hosting, "HOSTKEY B.V"),
    (57169, Hosting, "EDIS"),
    (58329, Hosting, "servinga"),
    (59253, Hosting, "LEASEWEB SINGAPORE PTE. LTD"),
    (60068, Relay, "Datacamp (CDN77)"),
    (60117, Hosting, "Host Sailor"),
    (60339, Mobile, "Hutchison 3G UK"),
    (60404, Hosting, "The Infrastructure Group B.V"),
    (60729, Tor, "Stiftung Erneuerbare Freiheit"),
    (60781, Hosting, "LeaseWeb Netherlands B.V"),
    (61317, Hosting, "Hivelocity"),
    (62240, Hosting, "Clouvider"),
    (62371, Relay, "Proton"),
    (62567, Hosting, "DigitalOcean"),
    (63949, Hosting, "Akamai (Linode)"),
    (64200, Hosting, "VIVID-HOSTING"),
    (64236, Hosting, "UnReal Servers"),
    (64267, Hosting, "Sprious"),
    (131445, Mobile, "ADVANCED WIRELESS NETWORK COMPANY LIMITED"),
    (132199, Mobile, "Globe Telecom"),
    (132203, Hosting, "Shenzhen Tencent Computer Systems Company"),
    (132892, Relay, "Cloudflare"),
    (135377, Hosting, "UCLOUD INFORMATION TECHNOLOGY (HK) LIMITED"),
    (136787, Relay, "PacketHub (NordVPN)"),
    (136907, Hosting, "HUAWEI INTERNATIONAL PTE. LTD"),
    (137409, Hosting, "GSL Networks"),
    (138915, Hosting, "Kaopu Cloud HK"),
    (141039, Relay, "PacketHub (NordVPN)"),
    (147049, Relay, "PacketHub (NordVPN)"),
    (197540, Hosting, "netcup"),
    (197695, Hosting, "Domain names registrar REG.RU"),
    (198093, Tor, "DFRI"),
    (198610, Hosting, "Beget"),
    (200019, Hosting, "ALEXHOST"),
    (202053, Hosting, "UpCloud"),
    (202425, Hosting, "IP Volume inc"),
    (203020, Hosting, "HostRoyale Technologies Pvt"),
    (204548, Hosting, "Kamatera"),
    (204957, Hosting, "GREEN FLOID"),
    (205100, Tor, "F3 Netze e.V"),
    (206067, Mobile, "Hutchison 3G UK"),
    (207137, Relay, "PacketHub (NordVPN)"),
    (208323, Tor, "Foundation for Applied Privacy"),
    (209103, Relay, "Proton"),
    (209242, Relay, "Cloudflare London"),
    (210558, Hosting, "1337 Services"),
    (210644, Hosting, "AEZA INTERNATIONAL LTD"),
    (212238, Relay, "Datacamp"),
    (213230, Hosting, "Hetzner Online"),
    (216246, Hosting, "Aeza Group"),
    (395954, Hosting, "Leaseweb USA"),
    (396356, Hosting, "Latitude.sh"),
    (396982, Hosting, "Google Cloud"),
    (398101, Hosting, "GoDaddy.com"),
    (399629, Hosting, "BL Networks"),
];

// Sorted, as the search needs it.
const _: () = {
    let mut at = 1;
    while at < NETWORKS.len() {
        assert!(NETWORKS[at - 1].0 < NETWORKS[at].0);
        at += 1;
    }
};
