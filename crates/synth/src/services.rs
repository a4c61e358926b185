//! What factories buy from others: proxies, CAPTCHA solving, phone numbers.
//! Services are shared: by factories among each other, and residential and VPN
//! exits by honest people who know nothing of it.

use crate::calendar::{HOUR, MINUTE};
use crate::dice::{Dice, Weights, hash};
use crate::roads::{Line, Roads};

/// All services of a world.
pub(crate) struct Services {
    pub(crate) proxies: Vec<Proxy>,
    pub(crate) solvers: Vec<Solver>,
    pub(crate) sims: Vec<SimBank>,
}

/// A seller of addresses.
pub(crate) struct Proxy {
    pub(crate) name: &'static str,
    kind: ProxyKind,
}

enum ProxyKind {
    /// Rented servers: /24 blocks (network, first address).
    Servers(Vec<(usize, u32)>),
    /// The exits of consumer VPNs.
    Vpn,
    /// Homes: exits by country.
    Homes { seed: u64, countries: Weights, exits: Vec<u64> },
    /// Dongles behind carriers.
    Handsets { countries: Weights },
}

/// What a kit asks of a proxy seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyWant {
    Servers,
    Vpn,
    Homes,
    Handsets,
}

impl Proxy {
    pub(crate) fn offers(&self, want: ProxyWant) -> bool {
        matches!(
            (&self.kind, want),
            (ProxyKind::Servers(_), ProxyWant::Servers)
                | (ProxyKind::Vpn, ProxyWant::Vpn)
                | (ProxyKind::Homes { .. }, ProxyWant::Homes)
                | (ProxyKind::Handsets { .. }, ProxyWant::Handsets)
        )
    }

    /// One of its lines, in the country asked for where it sells by country.
    pub(crate) fn line(&self, roads: &Roads, dice: &mut Dice, country: Option<usize>) -> Line {
        match &self.kind {
            ProxyKind::Servers(blocks) => {
                let &(network, first) = dice.pick(blocks);
                roads.at(network, first + 2 + dice.below(250) as u32)
            }
            ProxyKind::Vpn => roads.vpn(dice),
            ProxyKind::Homes { countries, exits, .. } => {
                let country = country.unwrap_or_else(|| countries.draw(dice));
                let index = dice.below(exits[country]);
                let home = self.exit(roads, country, index);
                roads.home(dice, home)
            }
            ProxyKind::Handsets { countries } => {
                let country = country.unwrap_or_else(|| countries.draw(dice));
                roads.handset(dice, country)
            }
        }
    }

    /// The home behind one exit.
    fn exit(&self, roads: &Roads, country: usize, index: u64) -> (usize, u64) {
        let seed = match &self.kind {
            ProxyKind::Homes { seed, .. } => *seed,
            _ => 0,
        };
        roads.any_home(&mut Dice::new(&[seed, country as u64, index]), country)
    }

    /// A home in the country that carries this seller's software, if it sells homes.
    pub(crate) fn infected_home(
        &self,
        roads: &Roads,
        dice: &mut Dice,
        country: usize,
    ) -> Option<(usize, u64)> {
        match &self.kind {
            ProxyKind::Homes { exits, .. } => {
                let index = dice.below(exits[country]);
                Some(self.exit(roads, country, index))
            }
            _ => None,
        }
    }
}

/// A CAPTCHA-solving service: its time law and the network it fetches from.
pub(crate) struct Solver {
    pub(crate) name: &'static str,
    law: SolveLaw,
    /// Where challenges are fetched when the token is relayed: a few servers, or
    /// workers' own lines in a few countries.
    servers: Vec<(usize, u32)>,
    workers: Vec<usize>,
}

enum SolveLaw {
    /// People on piecework: queue plus a practised hand.
    Workers { queue_ms: f64, median_ms: f64, sigma: f64 },
    /// A model: fast, with a floor.
    Model { floor_ms: f64, spread_ms: f64 },
    /// A model, and people when it fails.
    Mixed { model_ms: f64, workers_ms: f64, fails: f64 },
}

impl Solver {
    pub(crate) fn solve_ms(&self, dice: &mut Dice) -> u32 {
        let drawn = match self.law {
            SolveLaw::Workers { queue_ms, median_ms, sigma } => {
                queue_ms + dice.log_normal(median_ms, sigma)
            }
            SolveLaw::Model { floor_ms, spread_ms } => floor_ms + dice.exponential(spread_ms),
            SolveLaw::Mixed { model_ms, workers_ms, fails } => {
                let median = if dice.chance(fails) { workers_ms } else { model_ms };
                dice.log_normal(median, 0.18)
            }
        };
        drawn.clamp(600.0, (4 * MINUTE) as f64) as u32
    }

    /// The line that fetched the challenge for a relayed token.
    pub(crate) fn line(&self, roads: &Roads, dice: &mut Dice) -> Line {
        if !self.servers.is_empty() {
            let &(network, first) = dice.popular(&self.servers);
            return roads.at(network, first + 2 + dice.below(60) as u32);
        }
        let country = *dice.popular(&self.workers);
        if dice.chance(0.5) {
            roads.handset(dice, country)
        } else {
            let home = roads.some_home(dice, country);
            roads.home(dice, home)
        }
    }
}

/// A seller of phone numbers: blocks of ten thousand in a few countries.
pub(crate) struct SimBank {
    pub(crate) name: &'static str,
    /// (country, digits of the block after the country's code).
    blocks: Vec<(usize, String)>,
}

impl SimBank {
    /// A number of the bank, in the country asked for if it has blocks there.
    pub(crate) fn number(&self, dice: &mut Dice, country: usize) -> String {
        let here: Vec<_> = self.blocks.iter().filter(|block| block.0 == country).collect();
        let (country, block) =
            if here.is_empty() { dice.popular(&self.blocks) } else { *dice.pick(&here) };
        let mut number = crate::phone::international(*country, block);
        dice.digits(4, &mut number);
        number
    }
}

const PROXY_NAMES: [&str; 9] =
    ["amber", "basalt", "cobalt", "dune", "ember", "flint", "garnet", "heath", "ivory"];
const SOLVER_NAMES: [&str; 5] = ["quill", "rook", "sable", "thorn", "umber"];
const SIM_NAMES: [&str; 4] = ["wren", "xylo", "yarrow", "zephyr"];

impl Services {
    pub(crate) fn draw(
        seed: u64,
        rows: f64,
        roads: &Roads,
        countries: &Weights,
        count: usize,
    ) -> Self {
        let dice = &mut Dice::new(&[seed, 21]);
        let wants = [
            ProxyWant::Homes,
            ProxyWant::Servers,
            ProxyWant::Handsets,
            ProxyWant::Servers,
            ProxyWant::Homes,
            ProxyWant::Vpn,
            ProxyWant::Servers,
            ProxyWant::Homes,
            ProxyWant::Homes,
        ];
        let proxies = PROXY_NAMES
            .iter()
            .zip(wants)
            .map(|(&name, want)| Proxy {
                name,
                kind: proxy(want, dice, rows, roads, countries, count),
            })
            .collect();
        let solvers =
            SOLVER_NAMES.iter().map(|&name| solver(name, dice, roads, countries)).collect();
        let sims = SIM_NAMES.iter().map(|&name| sim_bank(name, dice, rows, countries)).collect();
        Self { proxies, solvers, sims }
    }

    /// A seller of what is wanted; the first ones have most of the trade.
    pub(crate) fn proxy(&self, dice: &mut Dice, want: ProxyWant) -> usize {
        let offers: Vec<usize> =
            (0..self.proxies.len()).filter(|&n| self.proxies[n].offers(want)).collect();
        *dice.popular(&offers)
    }

    /// A home that carries some seller's software.
    pub(crate) fn infected_home(
        &self,
        roads: &Roads,
        dice: &mut Dice,
        country: usize,
    ) -> Option<(usize, u64)> {
        let seller = dice.pick(&self.proxies);
        seller.infected_home(roads, dice, country)
    }
}

fn proxy(
    want: ProxyWant,
    dice: &mut Dice,
    rows: f64,
    roads: &Roads,
    countries: &Weights,
    count: usize,
) -> ProxyKind {
    // Sellers have lines nearly everywhere: flatter than the platform's people.
    let flat: Vec<f64> = (0..count)
        .map(|country| libm::pow(countries.share(country), 0.6) * dice.log_normal(1.0, 0.8))
        .collect();
    let flat = Weights::new(flat);
    match want {
        ProxyWant::Servers => {
            let blocks = libm::pow(rows, 0.45) * dice.log_normal(0.9, 0.5);
            ProxyKind::Servers((0..blocks as u64 + 20).map(|_| server_block(dice, roads)).collect())
        }
        ProxyWant::Vpn => ProxyKind::Vpn,
        ProxyWant::Homes => {
            let all = rows * dice.log_normal(0.035, 0.6) + 300.0;
            let exits = (0..count).map(|country| (all * flat.share(country)) as u64 + 6).collect();
            ProxyKind::Homes { seed: dice.bits(), countries: flat, exits }
        }
        ProxyWant::Handsets => ProxyKind::Handsets { countries: flat },
    }
}

fn server_block(dice: &mut Dice, roads: &Roads) -> (usize, u32) {
    let network = roads.hosting_network(dice);
    (network, roads.site(network, dice.bits()))
}

fn solver(name: &'static str, dice: &mut Dice, roads: &Roads, countries: &Weights) -> Solver {
    let law = match dice.below(3) {
        0 => SolveLaw::Workers {
            queue_ms: dice.between(2_000.0, 14_000.0),
            median_ms: dice.between(6_000.0, 15_000.0),
            sigma: dice.between(0.2, 0.4),
        },
        1 => SolveLaw::Model {
            floor_ms: dice.between(1_500.0, 5_000.0),
            spread_ms: dice.between(300.0, 1_600.0),
        },
        _ => SolveLaw::Mixed {
            model_ms: dice.between(2_500.0, 6_000.0),
            workers_ms: dice.between(16_000.0, 34_000.0),
            fails: dice.between(0.15, 0.5),
        },
    };
    let rented = dice.chance(0.6);
    let servers = (0..if rented { dice.whole(2, 14) } else { 0 })
        .map(|_| server_block(dice, roads))
        .collect();
    let workers = (0..dice.whole(1, 4)).map(|_| countries.draw(dice)).collect();
    Solver { name, law, servers, workers }
}

fn sim_bank(name: &'static str, dice: &mut Dice, rows: f64, countries: &Weights) -> SimBank {
    let homes: Vec<usize> = (0..dice.whole(1, 6)).map(|_| countries.draw(dice)).collect();
    let count = dice.whole(4, 12) + (libm::pow(rows, 0.3) * 0.6) as i64;
    let blocks = (0..count)
        .map(|_| {
            let country = *dice.popular(&homes);
            (country, crate::phone::block(dice, country))
        })
        .collect();
    SimBank { name, blocks }
}

/// Round-the-clock shifts start somewhere: eight hours of work, by key.
pub(crate) fn shift_start(key: u64) -> i64 {
    (hash(&[key, 3]) % 24) as i64 * HOUR
}
