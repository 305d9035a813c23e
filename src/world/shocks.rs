//! Dated events resolved against the world: when each falls in each trial, and what it moves.

use super::draw::Drawer;
use super::ids::{CauseId, GroupId, HostId, RegionId};
use super::scene::Layout;
use super::table::Column;
use crate::sampling::lanes::{Lanes, each};
use crate::scenario::policy::Shock;
use crate::scenario::quantity::{GroupPart, Quantity, StatePart};
use crate::scenario::whole::Scenario;

/// A quantity that a shock can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lever {
    /// Fighters of a group.
    Strength(GroupId),
    /// Quality of its leadership, 0 to 1.
    Leadership(GroupId),
    /// Its cohesion, 0 to 1.
    Cohesion(GroupId),
    /// Its trust in the state, 0 to 1.
    Trust(GroupId),
    /// Its anger at strikes and traps.
    Retaliation(GroupId),
    /// Its attacks an in-country fighter and year.
    Tempo(GroupId),
    /// Its recruits a fighter and year.
    Recruitment(GroupId),
    /// Its share of hardliners.
    Hardline(GroupId),
    /// How much it asks for in talks, 0 to 1.
    Demands(GroupId),
    /// Affinity of two groups.
    Affinity(GroupId, GroupId),
    /// Relation of a host to the state, -1 to 1.
    Relation(HostId),
    /// Tolerance of a host for a group, 0 to 1.
    Tolerance(HostId, GroupId),
    /// Writ in a region, 0 to 1.
    Writ(RegionId),
    /// Cooperation in a region, 0 to 1.
    Cooperation(RegionId),
    /// Grievance of a cause in a region, 0 to 1.
    Grievance(RegionId, CauseId),
    /// The state's money.
    Treasury,
    /// Money that comes in, per year.
    Revenue,
    /// Money from abroad, per year.
    Aid,
    /// Investors' confidence, 0 to 1.
    Confidence,
    /// 1 in infighting, else 0.
    Infighting,
}

/// One move of a shock.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// What is moved.
    pub lever: Lever,
    /// True if set to the value, false if the value is added.
    pub set: bool,
    /// The value, one per trial.
    pub value: Column,
}

/// Fighters that change sides in a shock.
#[derive(Debug, Clone, PartialEq)]
pub struct TransferPlan {
    /// The group that they leave.
    pub from: GroupId,
    /// The group that they join.
    pub to: GroupId,
    /// Share of the fighters who change, one per trial.
    pub share: Column,
}

/// A shock with its date drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct ShockPlan {
    /// Step at which it falls in each trial; `usize::MAX` where it does not.
    pub step: Lanes<usize>,
    /// What it moves, `set` before `add`.
    pub moves: Vec<Move>,
    /// Who changes sides.
    pub transfers: Vec<TransferPlan>,
}

impl ShockPlan {
    /// Draws whether and when the shock falls, which is chance, and its values, which are parameters.
    pub fn draw(
        shock: &Shock,
        number: usize,
        scenario: &Scenario,
        layout: &Layout,
        drawer: &Drawer<'_>,
        chance: &Drawer<'_>,
    ) -> Self {
        let address = format!("shocks.{number}.date");
        let happens = chance.uniforms(&address, 0);
        let when = chance.uniforms(&address, 1);
        let probability = drawer.column(&shock.probability);
        let (first, last) = match (&shock.on, shock.between.as_slice()) {
            (Some(day), _) => (*day, *day),
            (None, [first, last]) => (*first, *last),
            (None, _) => (scenario.end, scenario.end),
        };
        let first_day = scenario.start.days_until(first);
        let days = first.days_until(last).max(0) + 1;
        let step_days = i64::from(layout.step.days);
        let step = each(|lane| {
            let day = first_day + ((when[lane] * days as f64) as i64).min(days - 1);
            let falls = happens[lane] < probability[lane] && day >= 0;
            if falls { (day / step_days) as usize } else { usize::MAX }
        });
        let moves = [(true, &shock.set), (false, &shock.add)]
            .into_iter()
            .flat_map(|(set, table)| table.iter().map(move |(path, value)| (set, path, value)))
            .filter_map(|(set, path, value)| {
                let lever = resolve(&Quantity::parse(path)?, layout)?;
                Some(Move { lever, set, value: drawer.column(value) })
            })
            .collect();
        let transfers = shock
            .transfer
            .iter()
            .filter_map(|t| {
                Some(TransferPlan {
                    from: *layout.group_names.get(&t.from)?,
                    to: *layout.group_names.get(&t.to)?,
                    share: drawer.column(&t.share),
                })
            })
            .collect();
        Self { step, moves, transfers }
    }
}

fn resolve(quantity: &Quantity, layout: &Layout) -> Option<Lever> {
    let group = |name: &String| layout.group_names.get(name).copied();
    let host = |name: &String| layout.host_names.get(name).copied();
    let region = |name: &String| layout.region_names.get(name).copied();
    Some(match quantity {
        Quantity::Group { group: name, part } => {
            let group = group(name)?;
            match part {
                GroupPart::Strength => Lever::Strength(group),
                GroupPart::Leadership => Lever::Leadership(group),
                GroupPart::Cohesion => Lever::Cohesion(group),
                GroupPart::Trust => Lever::Trust(group),
                GroupPart::Retaliation => Lever::Retaliation(group),
                GroupPart::Tempo => Lever::Tempo(group),
                GroupPart::Recruitment => Lever::Recruitment(group),
                GroupPart::Hardline => Lever::Hardline(group),
                GroupPart::Demands => Lever::Demands(group),
            }
        }
        Quantity::Affinity { group: a, other } => Lever::Affinity(group(a)?, group(other)?),
        Quantity::Relation { host: h } => Lever::Relation(host(h)?),
        Quantity::Tolerance { host: h, group: g } => Lever::Tolerance(host(h)?, group(g)?),
        Quantity::Writ { region: r } => Lever::Writ(region(r)?),
        Quantity::Cooperation { region: r } => Lever::Cooperation(region(r)?),
        Quantity::Grievance { region: r, cause } => {
            Lever::Grievance(region(r)?, layout.cause_names.get(cause).copied()?)
        }
        Quantity::State { part } => match part {
            StatePart::Treasury => Lever::Treasury,
            StatePart::Revenue => Lever::Revenue,
            StatePart::Aid => Lever::Aid,
            StatePart::Confidence => Lever::Confidence,
            StatePart::Infighting => Lever::Infighting,
        },
    })
}
