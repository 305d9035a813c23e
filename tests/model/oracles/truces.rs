//! Truces: a constant hazard gives a geometric life; a deal and a collapse compete by their hazards.

use crate::support::*;

/// Talks alone with a group whose trust is one half for ever; `collapse` and `deal` are hazards per week.
fn talks_alone(collapse: f64, deal: f64) -> String {
    // collapse rate = collapse (1 - trust) x 1, deal rate = deal x trust x concessions: both halved by trust 1/2.
    format!(
        r#"
schema = 1
title = "Talks alone"
start = 2020-01-01
horizon = "530w"
seed = 22
defaults = "fixed"
splinters = 0
[state]
revenue = 1
infighting = 0
[regions.one]
population = 1_000_000
[groups.g]
cause = "c"
strength = 100
presence = {{ one = 1.0 }}
tempo = 0
trust = 0.5
demands = 0
[[policies]]
name = "talk"
[[policies.actions]]
kind = "talks"
with = ["g"]
concessions = 1
when = {{ not = {{ observe = "ceasefire", group = "g", is = "broken" }} }}
{off}
[mechanisms.talks]
contact = 520
ceasefire = 520
collapse = {collapse}
collapse_pressure = 0
collapse_infighting = 0
collapse_gap = 0
deal = {deal}
resistance = 0
disarm = 0
defect = 0
splinter = 0
trust_growth = 0
"#,
        off = off_but(&["policy", "talks"]),
        collapse = 2.0 * collapse * WEEKS_PER_YEAR,
        deal = 2.0 * deal * WEEKS_PER_YEAR,
    )
}

#[test]
fn a_constant_hazard_gives_truces_a_geometric_life() {
    // 0.05 a week, tested each week after the one in which the truce begins: P(life > n) = 0.95^n.
    let series = series(&read(&talks_alone(-(0.95_f64.ln()), 0.0)), 0, 20_000);
    let lives: Vec<f64> = series.total("truce_weeks").iter().map(|w| w.iter().sum()).collect();
    assert!(lives.iter().all(|&life| life >= 1.0), "contact and ceasefire come within weeks");
    assert_mean(&lives, 20.0, "weeks of a truce");
    let longer = |weeks: f64| lives.iter().filter(|&&life| life > weeks).count();
    assert_share(longer(26.0), lives.len(), 0.95_f64.powi(26), "truces longer than 26 weeks");
    assert_share(longer(1.0), lives.len(), 0.95, "truces longer than a week");
    assert_eq!(quantile(&lives, 0.5), 14.0, "the median is ceil(ln 0.5 / ln 0.95)");
}

#[test]
fn a_deal_comes_before_the_spoilers_by_the_ratio_of_hazards() {
    for (spoilers, exact) in [(1.0, 2.0 / 3.0), (3.0, 0.4), (6.0, 0.25)] {
        let run = run(&read(&talks_alone(0.01 * spoilers, 0.02)), 10_000);
        let deals = run.total("deals");
        let ended = deals.iter().zip(run.total("collapses")).filter(|(d, c)| *d + *c == 1.0).count();
        assert_eq!(ended, 10_000, "every truce ended once");
        assert_share(
            deals.iter().filter(|&&d| d == 1.0).count(),
            ended,
            exact,
            &format!("deals against {spoilers} spoilers"),
        );
    }
}
