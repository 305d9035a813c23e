//! Conditional policies do what they say, step by step in every trial: dates, windows with hysteresis, minimum duration,
//! truces, treasury, relation, tolerance, and their combinations. What an action spends shows whether it is active.

use super::support::{Series, off_but, read, series};

const TRIALS: usize = 64;

/// A scenario whose only action costs ten a year and is active while `when` holds.
fn scenario(on: &[&str], when: &str) -> String {
    format!(
        r#"schema = 1
title = "Conditions"
start = 2025-01-01
horizon = "2y"
seed = 11
defaults = "fixed"
[state]
revenue = 20
treasury = 5
[hosts.neighbour]
relation = 0.3
mediates = true
[regions.hills]
population = 1_000_000
[groups.rebels]
cause = "autonomy"
strength = 400
presence = {{ hills = 1.0 }}
tempo = 0.15
trust = 0.6
sanctuary = {{ neighbour = {{ share = 0.3, tolerance = 0.5 }} }}
[[policies]]
name = "conditional"
[[policies.actions]]
kind = "policing"
budget = 10
{when}
{}"#,
        off_but(on)
    )
}

fn ran(on: &[&str], when: &str) -> Series {
    series(&read(&scenario(on, when)), 0, TRIALS)
}

/// Steps in which the action is paid, in each trial.
fn active(series: &Series) -> Vec<Vec<bool>> {
    series.total("spent").iter().map(|steps| steps.iter().map(|s| *s > 0.0).collect()).collect()
}

/// The rule in words: holds from above `start` until below `stop`, looking at `values` before each step.
fn hysteresis(values: &[f64], start: f64, stop: f64) -> Vec<bool> {
    let mut holds = false;
    values
        .iter()
        .map(|v| {
            holds = if holds { *v > stop } else { *v > start };
            holds
        })
        .collect()
}

/// Sums over the last `window` steps before each step.
fn windows(counts: &[f64], window: usize) -> Vec<f64> {
    (0..counts.len()).map(|t| counts[t.saturating_sub(window)..t].iter().sum()).collect()
}

#[test]
fn a_date_condition_holds_from_its_first_day_to_its_last() {
    let when = r#"when = { observe = "date", after = 2025-07-01, before = 2026-01-01 }"#;
    for steps in active(&ran(&["budget", "policy"], when)) {
        // 2025-07-01 is day 181 and 2026-01-01 day 365: steps 26 to 52 begin between them.
        let expected: Vec<bool> = (0..steps.len()).map(|t| (26..=52).contains(&t)).collect();
        assert_eq!(steps, expected);
    }
}

#[test]
fn a_window_of_attacks_starts_above_one_figure_and_stops_below_another() {
    let when = r#"when = { observe = "attacks", region = "hills", weeks = 6, above = 8, until_below = 5 }"#;
    let series = ran(&["budget", "policy", "attacks"], when);
    let mut switched = 0;
    for (steps, attacks) in active(&series).iter().zip(series.total("attacks")) {
        // Below 5 means not above 5 any more, to the figure itself.
        assert_eq!(*steps, hysteresis(&windows(attacks, 6), 8.0, 5.0));
        switched += steps.windows(2).filter(|w| w[0] != w[1]).count();
    }
    assert!(switched > TRIALS, "the condition switched only {switched} times: the test shows nothing");
}

#[test]
fn an_action_stays_active_for_its_minimum_whatever_its_condition_says() {
    let when = "minimum = \"8w\"\nwhen = { observe = \"attacks\", weeks = 2, above = 3 }";
    let series = ran(&["budget", "policy", "attacks"], when);
    let mut longer = 0;
    for steps in active(&series) {
        let mut begun = None;
        for (t, now) in steps.iter().enumerate() {
            match (*now, begun) {
                (true, None) => begun = Some(t),
                (false, Some(since)) => {
                    assert!(t - since >= 8, "active for {} weeks only", t - since);
                    longer += 1;
                    begun = None;
                }
                _ => {}
            }
        }
    }
    assert!(longer > TRIALS / 2, "only {longer} spells ended: the test shows nothing");
}

#[test]
fn a_treasury_condition_sees_the_money_in_hand_when_the_step_is_decided() {
    // Income of 20 a year comes before the decision; the action spends 10 a year, so the treasury grows until the cap.
    let when = r#"when = { observe = "treasury", above = 8, until_below = 6 }"#;
    let series = ran(&["budget", "policy"], when);
    let income = 20.0 * 7.0 / 365.25;
    for (steps, treasury) in active(&series).iter().zip(series.total("treasury")) {
        let before: Vec<f64> =
            (0..treasury.len()).map(|t| if t == 0 { 5.0 } else { treasury[t - 1] } + income).collect();
        assert_eq!(*steps, hysteresis(&before, 8.0, 6.0));
        assert!(steps.contains(&true) && !steps[0]);
    }
}

#[test]
fn conditions_on_a_truce_follow_it_and_its_breaking() {
    let talks = r#"
[[policies.actions]]
kind = "talks"
with = ["rebels"]
mediator = "neighbour"
concessions = 0.4
"#;
    let on = ["budget", "policy", "talks", "attacks"];
    let truces = |is: &str| {
        let when = format!("when = {{ observe = \"ceasefire\", group = \"rebels\", is = \"{is}\" }}\n{talks}");
        let series = ran(&on, &when);
        let holding: Vec<Vec<bool>> =
            series.total("truce_weeks").iter().map(|steps| steps.iter().map(|w| *w > 0.0).collect()).collect();
        (active(&series), holding)
    };
    let (paid, holding) = truces("holding");
    let mut seen = 0;
    for (paid, holding) in paid.iter().zip(&holding) {
        for t in 1..paid.len() {
            assert_eq!(paid[t], holding[t - 1], "step {t}");
            seen += usize::from(paid[t]);
        }
    }
    assert!(seen > 100, "hardly any truce: the test shows nothing");
    let (paid, holding) = truces("broken");
    let mut seen = 0;
    for (paid, holding) in paid.iter().zip(&holding) {
        for t in 1..paid.len() {
            let broke = holding[..t].iter().any(|h| *h) && !holding[t - 1];
            assert_eq!(paid[t], broke, "step {t}");
            seen += usize::from(broke);
        }
    }
    assert!(seen > 100, "hardly any truce broke: the test shows nothing");
}

#[test]
fn relation_tolerance_and_infighting_are_compared_as_they_stand() {
    let on = ["budget", "policy"];
    let whens = [
        (r#"when = { observe = "relation", host = "neighbour", above = 0.2 }"#, true),
        (r#"when = { observe = "relation", host = "neighbour", above = 0.4 }"#, false),
        (r#"when = { observe = "relation", host = "neighbour", below = 0.4 }"#, true),
        (r#"when = { observe = "tolerance", host = "neighbour", group = "rebels", above = 0.4 }"#, true),
        (r#"when = { observe = "tolerance", host = "neighbour", group = "rebels", below = 0.4 }"#, false),
        (r#"when = { observe = "infighting", below = 0.5 }"#, true),
        (r#"when = { observe = "infighting", above = 0.5 }"#, false),
    ];
    for (when, expected) in whens {
        for steps in active(&ran(&on, when)) {
            assert!(steps.iter().all(|s| *s == expected), "{when}");
        }
    }
}

#[test]
fn all_any_and_not_combine_conditions() {
    let on = ["budget", "policy"];
    let (yes, no) = (r#"{ observe = "infighting", below = 0.5 }"#, r#"{ observe = "infighting", above = 0.5 }"#);
    let whens = [
        (format!("when = {{ all = [{yes}, {yes}] }}"), true),
        (format!("when = {{ all = [{yes}, {no}] }}"), false),
        (format!("when = {{ any = [{no}, {yes}] }}"), true),
        (format!("when = {{ any = [{no}, {no}] }}"), false),
        (format!("when = {{ not = {no} }}"), true),
        (format!("when = {{ all = [{yes}, {{ not = {{ any = [{no}, {yes}] }} }}] }}"), false),
    ];
    for (when, expected) in whens {
        assert!(active(&ran(&on, &when)).iter().flatten().all(|s| *s == expected), "{when}");
    }
}
