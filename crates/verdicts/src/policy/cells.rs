//! What a condition can be at all: where it is made of comparisons of names with constants,
//! each name has a few stretches within which nothing changes, and one specimen of each
//! tells all. Conditions that are made of more are not looked at: nothing is said of them.

use super::facts::{Fact, Facts};
use super::name::{Name, Type};
use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue, operators};
use std::collections::BTreeMap;

/// More specimens than this are not tried: a condition that nobody could check by eye
/// either.
const CELLS_MAX: usize = 20_000;

/// The constants that a condition compares its names with.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    names: BTreeMap<String, Vec<Constant>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Constant {
    Text(String),
    Number(f64),
}

/// What a name is for a specimen.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Number(f64),
    Truth(bool),
}

/// A specimen of a sign-up: what some names are for it.
pub(super) struct Cell {
    values: Vec<(Name, Value)>,
}

impl Facts for Cell {
    fn fact(&self, name: Name) -> Fact<'_> {
        let value = self.values.iter().find(|(own, _)| *own == name).map(|(_, value)| value);
        match (value, name.type_of()) {
            (Some(Value::Text(text)), _) => Fact::Text(text),
            (Some(Value::Number(number)), _) => Fact::Number(*number),
            (Some(Value::Truth(truth)), _) => Fact::Truth(*truth),
            (None, Type::Text) => Fact::Text(""),
            (None, Type::Number) => Fact::Number(0.0),
            (None, Type::Truth) => Fact::Truth(false),
        }
    }
}

impl Constants {
    /// Those of a condition; none where it is made of more than comparisons.
    pub(super) fn of(expression: &IdedExpr) -> Option<Self> {
        let mut constants = Self::default();
        constants.take(&expression.expr).then_some(constants)
    }

    fn take(&mut self, expression: &Expr) -> bool {
        match expression {
            Expr::Ident(name) => {
                self.names.entry(name.clone()).or_default();
                true
            }
            Expr::Literal(LiteralValue::Boolean(_)) => true,
            Expr::Call(call) => match call.func_name.as_str() {
                operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT => {
                    call.args.iter().all(|one| self.take(&one.expr))
                }
                operators::EQUALS
                | operators::NOT_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS
                | operators::LESS
                | operators::LESS_EQUALS => self.compares(&call.args),
                operators::IN => self.is_in(&call.args),
                _ => false,
            },
            _ => false,
        }
    }

    fn compares(&mut self, sides: &[IdedExpr]) -> bool {
        match sides {
            [IdedExpr { expr: Expr::Ident(name), .. }, IdedExpr { expr, .. }]
            | [IdedExpr { expr, .. }, IdedExpr { expr: Expr::Ident(name), .. }] => {
                self.against(name, expr)
            }
            _ => false,
        }
    }

    fn is_in(&mut self, sides: &[IdedExpr]) -> bool {
        match sides {
            [IdedExpr { expr: Expr::Ident(name), .. }, IdedExpr { expr: Expr::List(list), .. }] => {
                list.elements.iter().all(|one| self.against(name, &one.expr))
            }
            _ => false,
        }
    }

    fn against(&mut self, name: &str, expression: &Expr) -> bool {
        let Expr::Literal(literal) = expression else { return false };
        let known = self.names.entry(name.to_owned()).or_default();
        match literal {
            LiteralValue::Boolean(_) => {}
            LiteralValue::String(text) => known.push(Constant::Text(text.inner().to_owned())),
            LiteralValue::Int(number) => known.push(Constant::Number(**number as f64)),
            LiteralValue::UInt(number) => known.push(Constant::Number(**number as f64)),
            LiteralValue::Double(number) => known.push(Constant::Number(**number)),
            _ => return false,
        }
        true
    }

    /// The same, with those of another condition.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (name, constants) in &other.names {
            both.names.entry(name.clone()).or_default().extend(constants.iter().cloned());
        }
        both
    }

    /// Whether every specimen passes; none where there are too many of them.
    pub(super) fn every(
        &self,
        names: &BTreeMap<String, Name>,
        mut passes: impl FnMut(&Cell) -> bool,
    ) -> Option<bool> {
        let axes: Vec<(Name, Vec<Value>)> = self
            .names
            .iter()
            .map(|(text, constants)| {
                let name = *names.get(text)?;
                Some((name, stretches(name, constants)))
            })
            .collect::<Option<_>>()?;
        let cells = axes.iter().try_fold(1usize, |all, (_, one)| all.checked_mul(one.len()))?;
        if cells > CELLS_MAX {
            return None;
        }
        let cell = |mut at: usize| {
            let values = axes.iter().map(|(name, values)| {
                let value = values[at % values.len()].clone();
                at /= values.len();
                (*name, value)
            });
            Cell { values: values.collect() }
        };
        Some((0..cells).all(|at| passes(&cell(at))))
    }
}

/// A value of each stretch within which a name's comparisons stay as they are.
fn stretches(name: Name, constants: &[Constant]) -> Vec<Value> {
    match name.type_of() {
        Type::Truth => vec![Value::Truth(false), Value::Truth(true)],
        Type::Number => {
            let known = constants.iter().filter_map(|constant| match constant {
                Constant::Number(number) => Some(*number),
                Constant::Text(_) => None,
            });
            numbers(name, known.collect()).into_iter().map(Value::Number).collect()
        }
        Type::Text => {
            let mut texts: Vec<String> = match name {
                Name::Phase => vec!["before".to_owned(), "after".to_owned()],
                // No text has a control character of its own in it.
                _ => vec![String::new(), "\u{1}".to_owned()],
            };
            for constant in constants {
                if let Constant::Text(text) = constant
                    && name != Name::Phase
                    && !texts.contains(text)
                {
                    texts.push(text.clone());
                }
            }
            texts.into_iter().map(Value::Text).collect()
        }
    }
}

/// The constants themselves, what lies between them, and the ends of what there can be.
fn numbers(name: Name, known: Vec<f64>) -> Vec<f64> {
    let largest = if name == Name::Risk { 1.0 } else { f64::INFINITY };
    let mut cuts: Vec<f64> = known.into_iter().filter(|n| (0.0..=largest).contains(n)).collect();
    cuts.extend([0.0, largest.min(1e12)]);
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let between = cuts.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let between: Vec<f64> = between.collect();
    cuts.extend(between);
    cuts
}
