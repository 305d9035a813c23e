//! 3.3 Budget: revenue and aid come in, actions are paid by priority, what exceeds the cap lapses.
//!
//! Accounts are kept in whole millionths: start + received = spent + lapsed + in hand, to the last one. The state
//! never spends what it has not got. Switched off, money does not bind: every action has its full effect and no account
//! is kept.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, Lanes, each, lanes_where};
use crate::world::World;
use crate::world::plan::Plan;
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::{Money, Share};

parameters! {
    "budget", "Revenue and aid fill the treasury; actions are paid from it by priority, equals in proportion; what exceeds the cap lapses.",
    "treasury += (revenue (1 - confidence_share (1 - confidence)) + aid) step\npaid = asked, or asked x treasury / sum of asked among equals where money is short\ntreasury above the cap lapses at the end of the step";
    /// Share of revenue that hangs on investors' confidence.
    confidence_share: 0.15, in [0.0, 1.0], plausible [0.0, 0.3], "share", "E63 (direction); size assumed", C;
}

/// The mechanism.
#[derive(Clone)]
pub struct Budget(Parameters);

impl Budget {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Receives the step's income.
    pub fn step(&self, context: &Context, state: &mut State) {
        state.government.budgeted = true;
        for k in 0..LANES {
            let government = &mut state.government;
            let confident = 1.0 - self.0.confidence_share[k] * (1.0 - government.confidence[k].get());
            let income = Money::units((government.revenue[k] * confident + government.aid[k]) * context.length.years);
            government.treasury[k] += income;
            state.ledger.received[k] += income;
        }
    }
}

/// Pays the active actions, those of lowest priority first. Writes the share of its request that each got where that is
/// not all of it.
#[inline(always)]
pub fn pay(plan: &Plan, state: &mut State) {
    for &priority in &plan.priorities {
        let equals = || plan.actions.iter().enumerate().filter(move |(_, a)| a.priority == priority);
        let mut asked = Lanes::of(Money::ZERO);
        for (index, action) in equals() {
            let active = &state.policy.active[index];
            for k in 0..LANES {
                asked[k] += if active[k] { action.asked[k] } else { Money::ZERO };
            }
        }
        let treasury = &mut state.government.treasury;
        let enough: Lanes<bool> = each(|k| asked[k] <= treasury[k]);
        for k in 0..LANES {
            let paid = if enough[k] { asked[k] } else { Money::ZERO };
            treasury[k] -= paid;
            state.ledger.spent[k] += paid;
        }
        for (index, action) in equals() {
            let (active, spent) = (&state.policy.active[index], &mut state.ledger.spent_by_action[index]);
            for k in 0..LANES {
                spent[k] += if active[k] & enough[k] { action.asked[k] } else { Money::ZERO };
            }
        }
        for k in lanes_where(|k| !enough[k]) {
            divide(plan, priority, asked[k], k, state);
        }
    }
}

/// Divides what one trial has left among actions that together ask for more.
fn divide(plan: &Plan, priority: u64, asked: Money, lane: usize, state: &mut State) {
    let share = Share::nearest(state.government.treasury[lane].get() / asked.get());
    for (index, action) in plan.actions.iter().enumerate().filter(|(_, a)| a.priority == priority) {
        if !state.policy.active[index][lane] {
            continue;
        }
        let wanted = action.asked[lane];
        // Rounding up of the share could ask for a millionth too much.
        let paid = wanted.part(share).min(state.government.treasury[lane]);
        state.government.treasury[lane] -= paid;
        state.ledger.spent[lane] += paid;
        state.ledger.spent_by_action[index][lane] += paid;
        state.ledger.unmet[lane] += wanted - paid;
        state.policy.funded[index][lane] = if wanted > Money::ZERO { paid.get() / wanted.get() } else { 1.0 };
    }
}

/// What cannot be carried over lapses.
#[inline(always)]
pub fn lapse(cap: &Lanes<Money>, state: &mut State) {
    let (treasury, lapsed) = (&mut state.government.treasury, &mut state.ledger.lapsed);
    for k in 0..LANES {
        let above = if treasury[k] > cap[k] { treasury[k] - cap[k] } else { Money::ZERO };
        lapsed[k] += above;
        treasury[k] -= above;
    }
}
