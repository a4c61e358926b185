//! What a row's features say of its group, in names.

use super::{
    DIVERGENCES, DIVERGENCES_AT, EXCLUSIVES_AT, GROUP_AT, Row, SPREADS, SPREADS_AT, TOPS, TOPS_AT,
};
use signals::Kind;

/// The part of a row's features that tells its group, in names.
pub struct GroupView {
    /// Mean oddness of TLS against browser, above the background's.
    pub tls: f32,
    /// Mean oddness of fingerprint against platform, above the background's.
    pub fingerprint: f32,
    /// Share of tokens from elsewhere, above the background's.
    pub elsewhere: f32,
    /// Share of random names, above the background's.
    pub random: f32,
    /// Share from hosting networks, above the background's.
    pub hosting: f32,
    /// Share from relays, above the background's.
    pub relays: f32,
    /// Share of the commonest operator.
    pub operator: f32,
    /// Share of the commonest referrer.
    pub referrer: f32,
    /// Mailboxes to a member; 0 where none has one.
    pub mailboxes: f32,
    /// Divergence in nats of TLS clients from what its countries would have,
    pub clients: f32,
    /// of name textures,
    pub textures: f32,
    /// and of solve times.
    pub solves: f32,
    /// Share of the commonest network, mail domain.
    net: f32,
    device: f32,
    shape: f32,
    domain: f32,
    /// How much of its commonest mail domain the group is.
    domain_exclusive: f32,
}

/// The group's part of `row`.
pub fn group(row: &Row) -> GroupView {
    let place = |of: &[Kind], kind: Kind| of.iter().position(|k| *k == kind).expect("listed");
    let top = |kind: Kind| TOPS_AT + place(TOPS, kind);
    let divergence = |kind: Kind| row[DIVERGENCES_AT + place(DIVERGENCES, kind)];
    GroupView {
        tls: row[GROUP_AT + 1],
        fingerprint: row[GROUP_AT + 2],
        elsewhere: row[GROUP_AT + 4],
        random: row[GROUP_AT + 5],
        hosting: row[GROUP_AT + 6],
        relays: row[GROUP_AT + 7],
        operator: row[top(Kind::Asn)],
        referrer: row[top(Kind::Referrer)],
        mailboxes: row[SPREADS_AT + place(SPREADS, Kind::Mailbox)],
        clients: divergence(Kind::Ja4),
        textures: divergence(Kind::Texture),
        solves: divergence(Kind::Solve),
        net: row[top(Kind::Net)],
        device: row[top(Kind::Device)],
        shape: row[top(Kind::NameShape)],
        domain: row[top(Kind::Domain)],
        domain_exclusive: row[EXCLUSIVES_AT],
    }
}

impl GroupView {
    /// Own mail domain, one network that is no data centre, a device each,
    /// people's names, tokens and TLS of their own: what a company's or a
    /// school's onboarding looks like.
    pub fn looks_organised(&self) -> bool {
        let own_domain = self.domain >= 0.7 && self.domain_exclusive >= 0.5;
        let own_devices = self.net >= 0.6 && self.hosting < 0.3 && self.device < 0.3;
        let own_names = self.random < 0.3 && self.shape < 0.35;
        own_domain && own_devices && own_names && self.elsewhere < 0.3 && self.tls < 1.0
    }
}
