//! What the cells say of each sign-up: per class of resource and of behaviour
//! the log odds of belonging to the surplus. Evidence of one class counts
//! once, however many of its cells agree: they are not independent.

use crate::cells::families::{Behaviour, FAMILIES, Resource, behaviour};
use crate::cells::{Cell, Cells};

/// Beyond this many nats a cell is as sure as its own bookkeeping.
pub const LOG_ODDS_MAX: f32 = 7.0;

/// The strongest evidence of each sign-up, by class.
pub struct Evidence {
    /// By class of resource.
    pub by_resource: Vec<[f32; Resource::COUNT]>,
    /// By class of behaviour.
    pub by_behaviour: Vec<[f32; Behaviour::COUNT]>,
}

impl Evidence {
    /// Collects the evidence of `rows` sign-ups.
    pub fn of(cells: &Cells, rows: usize) -> Self {
        let mut evidence = Self {
            by_resource: vec![[0.0; Resource::COUNT]; rows],
            by_behaviour: vec![[0.0; Behaviour::COUNT]; rows],
        };
        for cell in &cells.cells {
            let weight = weight(cell);
            let resource = FAMILIES[usize::from(cell.family)].class as usize;
            let behaviour = behaviour(cell.behaviour) as usize;
            for row in cells.rows(cell) {
                raise(&mut evidence.by_resource[*row as usize][resource], weight);
                raise(&mut evidence.by_behaviour[*row as usize][behaviour], weight);
            }
        }
        evidence
    }

    /// Sum over classes of behaviour: how much a sign-up is like its
    /// neighbours in ways that are not one and the same.
    pub fn total(&self, row: usize) -> f32 {
        self.by_behaviour[row].iter().sum()
    }
}

/// Log odds of a cell, between 0 and [`LOG_ODDS_MAX`].
pub fn weight(cell: &Cell) -> f32 {
    (cell.log_odds() as f32).clamp(0.0, LOG_ODDS_MAX)
}

fn raise(value: &mut f32, to: f32) {
    if to > *value {
        *value = to;
    }
}
