//! The addresses that sign-ups come from: homes, carriers, campuses, servers,
//! VPN and relay exits. Pools grow with the platform, as a larger platform
//! reaches more homes; only when a real range is full does sharing rise.

use crate::atlas::{Atlas, Kind, Network};
use crate::dice::{Dice, Weights, hash, mix};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Homes that share one /24 in use: access networks fill ranges one by one.
const HOMES_PER_BLOCK: u64 = 48;

/// Where one sign-up stood.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) ip: IpAddr,
    /// The other stack of the same line, where there is one.
    pub(crate) twin: Option<IpAddr>,
    /// Index into the networks of the atlas.
    pub(crate) network: usize,
    /// The country that the platform's table gives for the address.
    pub(crate) country: usize,
}

impl Line {
    pub(crate) fn facts(&self) -> &'static Network {
        &Atlas::get().networks[self.network]
    }

    pub(crate) fn kind(&self) -> Kind {
        self.facts().kind
    }
}

/// Networks to draw from, with their weights.
#[derive(Default)]
struct Choice {
    networks: Vec<usize>,
    weights: Weights,
}

impl Choice {
    fn of(kind: Kind, country: Option<usize>, dice: &mut Dice) -> Self {
        let all = &Atlas::get().networks;
        let networks: Vec<usize> = (0..all.len())
            .filter(|&n| {
                all[n].kind == kind && country.is_none_or(|country| all[n].country == country)
            })
            .collect();
        let weights =
            Weights::new(networks.iter().map(|&n| all[n].share * dice.log_normal(1.0, 0.35)));
        Self { networks, weights }
    }

    fn draw(&self, dice: &mut Dice) -> usize {
        self.networks[self.weights.draw(dice)]
    }
}

/// All roads of a world.
pub(crate) struct Roads {
    seed: u64,
    fixed: Vec<Choice>,
    mobile: Vec<Choice>,
    campus: Vec<Choice>,
    hosting: Choice,
    vpn: Choice,
    relay: Choice,
    /// By network: homes in use, or egress addresses of a carrier.
    pools: Vec<u64>,
    /// By network: how many of its lines use IPv6.
    ipv6: Vec<f64>,
    vpn_exits: u64,
    relay_exits: u64,
}

impl Roads {
    pub(crate) fn draw(seed: u64, rows: f64, countries: &Weights) -> Self {
        let atlas = Atlas::get();
        let dice = &mut Dice::new(&[seed, 11]);
        let per_country = |kind, dice: &mut Dice| -> Vec<Choice> {
            (0..atlas.countries.len())
                .map(|country| Choice::of(kind, Some(country), dice))
                .collect()
        };
        let mut roads = Self {
            seed,
            fixed: per_country(Kind::Fixed, dice),
            mobile: per_country(Kind::Mobile, dice),
            campus: per_country(Kind::Campus, dice),
            hosting: Choice::of(Kind::Hosting, None, dice),
            vpn: Choice::of(Kind::Vpn, None, dice),
            relay: Choice::of(Kind::Relay, None, dice),
            pools: vec![1; atlas.networks.len()],
            ipv6: Vec::new(),
            vpn_exits: (rows * dice.between(0.001, 0.003)) as u64 + 25,
            relay_exits: (rows * dice.between(0.002, 0.006)) as u64 + 20,
        };
        roads.size_pools(rows, countries, dice);
        let stack = |network: &Network, dice: &mut Dice| {
            (atlas.countries[network.country].ipv6 * dice.log_normal(1.0, 0.4)).min(0.95)
        };
        roads.ipv6 = atlas.networks.iter().map(|network| stack(network, dice)).collect();
        roads
    }

    fn size_pools(&mut self, rows: f64, countries: &Weights, dice: &mut Dice) {
        let homes_per_account = dice.log_normal(11.0, 0.45);
        let accounts_per_egress = dice.log_normal(7.0, 0.45);
        for country in 0..self.fixed.len() {
            let facts = &Atlas::get().countries[country];
            let accounts = rows * countries.share(country);
            let fixed = &self.fixed[country];
            for (place, &network) in fixed.networks.iter().enumerate() {
                let expected = accounts * (1.0 - facts.mobile) * fixed.weights.share(place);
                let most = Atlas::get().networks[network].blocks() * 220;
                self.pools[network] =
                    ((expected * homes_per_account) as u64).clamp(800.min(most), most);
            }
            let mobile = &self.mobile[country];
            for (place, &network) in mobile.networks.iter().enumerate() {
                let expected = accounts * facts.mobile * mobile.weights.share(place);
                let most = Atlas::get().networks[network].blocks() * 64;
                self.pools[network] =
                    ((expected / accounts_per_egress) as u64).clamp(12.min(most), most);
            }
        }
    }

    /// A home on a fixed line: (network, index of the home).
    pub(crate) fn some_home(&self, dice: &mut Dice, country: usize) -> (usize, u64) {
        let network = self.fixed[country].draw(dice);
        (network, dice.skewed(self.pools[network], 1.25))
    }

    /// Any home with equal chance: what a proxy's software sits in.
    pub(crate) fn any_home(&self, dice: &mut Dice, country: usize) -> (usize, u64) {
        let network = self.fixed[country].draw(dice);
        (network, dice.below(self.pools[network]))
    }

    /// The line of a home. The address belongs to the home; the lower half of
    /// an IPv6 address is fresh, since devices change theirs daily.
    pub(crate) fn home(&self, dice: &mut Dice, (network, index): (usize, u64)) -> Line {
        let facts = &Atlas::get().networks[network];
        let key = hash(&[self.seed, network as u64, index]);
        let block = hash(&[self.seed, network as u64, index / HOMES_PER_BLOCK, 5]) % facts.blocks();
        let v4 = IpAddr::V4(Ipv4Addr::from(facts.block(block) + 1 + (key % 254) as u32));
        let dual = (key >> 40) as f64 / (1u64 << 24) as f64;
        let region = hash(&[self.seed, network as u64, index / 160, 6]) & 0xffff;
        let prefix =
            (u64::from(facts.ipv6) << 32) | (region << 16) | ((key & 0xff) << 8) | (key >> 62);
        self.stacked(dice, network, v4, prefix, dual)
    }

    /// IPv6 first where both stacks are there, as browsers do.
    fn stacked(&self, dice: &mut Dice, network: usize, v4: IpAddr, prefix: u64, dual: f64) -> Line {
        let country = Atlas::get().networks[network].country;
        let iid = dice.bits();
        if dual >= self.ipv6[network] {
            return Line { ip: v4, twin: None, network, country };
        }
        let v6 = IpAddr::V6(Ipv6Addr::from((u128::from(prefix) << 64) | u128::from(iid)));
        let (ip, twin) = if dice.chance(0.88) { (v6, v4) } else { (v4, v6) };
        Line { ip, twin: Some(twin), network, country }
    }

    /// A handset on some carrier of the country.
    pub(crate) fn handset(&self, dice: &mut Dice, country: usize) -> Line {
        let network = self.carrier(dice, country);
        self.handset_of(dice, network)
    }

    pub(crate) fn carrier(&self, dice: &mut Dice, country: usize) -> usize {
        self.mobile[country].draw(dice)
    }

    /// A handset of one carrier: an egress address of its NAT, or a /64 of its own.
    pub(crate) fn handset_of(&self, dice: &mut Dice, network: usize) -> Line {
        let index = dice.skewed(self.pools[network], 1.5);
        let v4 = self.egress(network, index);
        let region = dice.below(96);
        let prefix = (u64::from(Atlas::get().networks[network].ipv6) << 32)
            | (region << 24)
            | (dice.bits() & 0x00ff_ffff);
        let dual = dice.unit();
        self.stacked(dice, network, v4, prefix, dual)
    }

    /// An egress address of a carrier by its index: some dozens to a /24.
    pub(crate) fn egress(&self, network: usize, index: u64) -> IpAddr {
        let facts = &Atlas::get().networks[network];
        let block = hash(&[self.seed, network as u64, index / 40, 7]) % facts.blocks();
        let host = 1 + (hash(&[self.seed, network as u64, index]) % 254) as u32;
        IpAddr::V4(Ipv4Addr::from(facts.block(block) + host))
    }

    /// The research network of a country, or a business line where it has none.
    pub(crate) fn campus_network(&self, dice: &mut Dice, country: usize) -> usize {
        if self.campus[country].weights.is_empty() {
            return self.fixed[country].draw(dice);
        }
        self.campus[country].draw(dice)
    }

    pub(crate) fn business_network(&self, dice: &mut Dice, country: usize) -> usize {
        self.fixed[country].draw(dice)
    }

    pub(crate) fn hosting_network(&self, dice: &mut Dice) -> usize {
        self.hosting.draw(dice)
    }

    /// A site's own address block in a network, by a key.
    pub(crate) fn site(&self, network: usize, key: u64) -> u32 {
        let facts = &Atlas::get().networks[network];
        facts.block(mix(key ^ self.seed) % facts.blocks())
    }

    /// A plain IPv4 line at a given address.
    pub(crate) fn at(&self, network: usize, address: u32) -> Line {
        let country = Atlas::get().networks[network].country;
        Line { ip: IpAddr::V4(Ipv4Addr::from(address)), twin: None, network, country }
    }

    /// An exit of a commercial VPN.
    pub(crate) fn vpn(&self, dice: &mut Dice) -> Line {
        let index = dice.skewed(self.vpn_exits, 1.6);
        let pick = &mut Dice::new(&[self.seed, 12, index]);
        let network = self.vpn.draw(pick);
        let block = Dice::new(&[self.seed, 13, network as u64, index / 6]).bits();
        self.at(network, self.site(network, block) + 1 + pick.below(254) as u32)
    }

    /// An exit of a privacy relay that stands for the user's own country.
    pub(crate) fn relay(&self, dice: &mut Dice, country: usize) -> Line {
        let index = dice.skewed(self.relay_exits, 1.3);
        let pick = &mut Dice::new(&[self.seed, 14, country as u64, index]);
        let network = self.relay.draw(pick);
        let block = hash(&[self.seed, 15, country as u64, index / 30]);
        let mut line = self.at(network, self.site(network, block) + pick.below(256) as u32);
        line.country = country;
        if pick.chance(0.45) {
            let prefix =
                (u64::from(line.facts().ipv6) << 32) | (block & 0xffff_ff00) | (index & 0xff);
            let v4 = line.ip;
            line.ip =
                IpAddr::V6(Ipv6Addr::from((u128::from(prefix) << 64) | u128::from(pick.bits())));
            line.twin = Some(v4);
        }
        line
    }
}
