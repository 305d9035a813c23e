//! The flagship's stylised facts: the first year against what observers counted, and how attacks answer to a truce and
//! to a large operation. The bounds are those the project set itself before it calibrated.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use jirga::experiment::observed::{self, Comparison, Fact};
use jirga::experiment::prepared::Prepared;
use jirga::experiment::run::{self, NoProgress};
use jirga::scenario::{self, Scenario};
use jirga::simulation;

use crate::support::*;

fn path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/pakistan.toml"))
}

/// The flagship over another horizon.
pub fn short(horizon: &str) -> Scenario {
    with(&[&format!("horizon={horizon}")])
}

fn with(sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    scenario::load(path(), &sets, &simulation::catalog()).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

fn policy(scenario: &Scenario, name: &str) -> usize {
    scenario.policies.iter().position(|p| p.name == name).unwrap_or_else(|| panic!("no policy {name}"))
}

/// The first year of the status quo in 500 trials: comparisons with observed figures, and stylised facts.
fn first_year() -> &'static (Vec<Comparison>, Vec<Fact>) {
    static YEAR: OnceLock<(Vec<Comparison>, Vec<Fact>)> = OnceLock::new();
    YEAR.get_or_init(|| {
        let scenario = short("1y");
        let prepared = Prepared::new(&scenario, vec![policy(&scenario, "status-quo")], scenario.seed);
        let mut kept = Kept::default();
        let result =
            run::run(&prepared, 500, &NoProgress, &AtomicBool::new(false), &mut kept).expect("no journal, no error");
        assert_eq!(result.broken, []);
        let folder = path().parent().expect("the file lies in a folder");
        let compared = observed::compare(&prepared, folder, &kept.0[0]).expect("the observed series can be read");
        (compared, observed::facts(&prepared, &kept.0[0], &result.outcomes))
    })
}

/// The comparison of the year from 15 August 2021 in a province, or in the whole.
fn observed_in(province: Option<&str>, what: &str) -> &'static Comparison {
    let found = first_year().0.iter().find(|c| {
        c.row.from.to_string() == "2021-08-15"
            && c.row.to.to_string() == "2022-08-14"
            && c.row.province.as_deref() == province
            && c.what == what
    });
    found.unwrap_or_else(|| panic!("no observed {what} in {province:?}"))
}

#[test]
fn the_first_year_lies_where_observers_counted_it() {
    // PIPS, 15 August 2021 to 14 August 2022: attacks and killed, attackers who died counted.
    let figures = [(None, 250.0, 433.0), (Some("KP"), 156.0, 286.0), (Some("Balochistan"), 79.0, 127.0)];
    for (province, attacks, killed) in figures {
        for (what, counted) in [("attacks", attacks), ("killed", killed)] {
            let c = observed_in(province, what);
            println!(
                "{what} in {province:?}: observed {}, median {}, 80 % {} to {}",
                c.observed, c.median, c.low, c.high
            );
            assert_eq!(c.observed, counted);
            assert!(c.within(), "{what} in {province:?}: {counted} outside {} to {}", c.low, c.high);
            assert!(
                (c.median / counted - 1.0).abs() <= 0.2,
                "{what} in {province:?}: median {} of {counted}",
                c.median
            );
            // A model that allows everything is no model.
            assert!(province.is_some() || c.high <= 2.5 * c.low, "{what}: {} to {}", c.low, c.high);
        }
    }
}

#[test]
fn attacks_of_the_first_year_are_clustered_and_mostly_not_deadly() {
    let [clustered, bloodless] = first_year().1.as_slice() else { panic!("two facts") };
    println!("{}: {} ({} to {})", clustered.name, clustered.median, clustered.low, clustered.high);
    println!("{}: {} ({} to {})", bloodless.name, bloodless.median, bloodless.low, bloodless.high);
    assert!(clustered.name.contains("variance / mean") && bloodless.name.contains("kill nobody"));
    assert!((1.2..=3.0).contains(&clustered.median), "{}", clustered.median);
    assert!((0.45..=0.65).contains(&bloodless.median), "{}", bloodless.median);
}

#[test]
fn attacks_of_a_group_fall_in_a_truce_and_come_back_when_it_breaks() {
    // The talks of 2021-22 are with one group, so a week of truce is one of that group's.
    let scenario = short("2y");
    let series = series(&scenario, policy(&scenario, "status-quo"), 640);
    let (attacks, truce) = (series.of_group("attacks", "ttp"), series.total("truce_weeks"));
    let window = 12;
    // (attacks, weeks) before, in and after the first truce of a trial that lasted at least a month and broke.
    let mut sums = [(0.0, 0.0); 3];
    let mut truces = 0;
    for (a, t) in attacks.iter().zip(truce) {
        let Some(begin) = t.iter().position(|&x| x > 0.0) else { continue };
        let end = begin + t[begin..].iter().take_while(|&&x| x > 0.0).count();
        if begin < window || end < begin + 4 || end + window > t.len() || t[end..end + window].iter().any(|&x| x > 0.0)
        {
            continue;
        }
        truces += 1;
        for (sum, weeks) in sums.iter_mut().zip([begin - window..begin, begin..end, end..end + window]) {
            sum.1 += weeks.len() as f64;
            sum.0 += a[weeks].iter().sum::<f64>();
        }
    }
    let [before, during, after] = sums.map(|(attacks, weeks)| attacks / weeks);
    println!("{truces} truces: {before:.2} attacks a week before, {during:.2} in a truce, {after:.2} after");
    assert!(truces >= 100, "{truces}");
    let left = during / before;
    assert!((0.1..=0.5).contains(&left), "a truce leaves {left:.2} of the attacks");
    assert!(after > 1.5 * during && after > 0.6 * before, "after the truce {after:.2} a week, before {before:.2}");
}

#[test]
fn a_large_operation_lowers_attacks_where_it_is_fought_and_they_come_back_after_it() {
    let scenario = short("5y");
    let run = |name: &str| series(&scenario, policy(&scenario, name), 96);
    let (calm, fought) = (run("status-quo"), run("large-operation"));
    // Paired with the status quo, trial by trial, in the province of the operation.
    let weekly = |series: &Series, from: usize, to: usize| -> f64 {
        let trials = series.of_province("attacks", "KP");
        trials.iter().map(|w| w[from..to].iter().sum::<f64>()).sum::<f64>() / ((to - from) * trials.len()) as f64
    };
    let ratio = |from: usize, to: usize| weekly(&fought, from, to) / weekly(&calm, from, to);
    // Weeks from 15 August 2021: the operation runs from 1 January 2023 (week 72) to 1 July 2024 (week 150).
    let begin = 72;
    let end = 150;
    let (late, year_after, last) = (ratio(end - 26, end), ratio(end + 26, end + 52), ratio(end + 78, 260));
    println!(
        "attacks against the status quo: first half year {:.2}, last half year {late:.2}, a year after {year_after:.2}, at the end {last:.2}",
        ratio(begin, begin + 26)
    );
    let (low, after) = (weekly(&fought, end - 26, end), weekly(&fought, end + 78, 260));
    println!("attacks a week: first half year {:.2}", weekly(&fought, begin, begin + 26));
    println!(
        "attacks a week: before {:.2}, in its last half year {low:.2}, two years after {after:.2}",
        weekly(&fought, begin - 26, begin)
    );
    assert!(weekly(&fought, begin, begin + 26) < weekly(&fought, begin - 26, begin), "attacks fall when it begins");
    assert!(low < after, "attacks rise after it");
    assert!(late < 0.85, "the operation leaves {late:.2} of the attacks");
    assert!(last > late + 0.05, "{last:.2} of the attacks at the end, {late:.2} in the operation's last half year");
}
