//! Laws over random scenarios: what is conserved, what adds up, what is finite. Debug assertions check the laws after
//! every mechanism as well.

use jirga::experiment::results::Slice;
use jirga::simulation::metrics::{Kind, METRICS};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::*;

/// Figures in [0, 1] that a scenario is made of; the ends are as likely as a tenth each.
fn figures() -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![1 => Just(0.0), 1 => Just(1.0), 8 => 0.0..1.0_f64];
    proptest::collection::vec(one, 400)
}

/// Sizes of a scenario: groups, regions, hosts, slots for splinters, days of a step, steps.
fn sizes() -> impl Strategy<Value = (usize, usize, usize, usize, u32, u32)> {
    (1..6_usize, 1..5_usize, 0..3_usize, 0..4_usize, 1..31_u32, 1..60_u32)
}

/// Deals out the figures one after the other.
struct Dealer<'a>(std::iter::Cycle<std::slice::Iter<'a, f64>>);

impl Dealer<'_> {
    fn share(&mut self) -> f64 {
        // The figures are dealt in a circle, so there is always a next one.
        *self.0.next().unwrap_or(&0.5)
    }
    fn upto(&mut self, most: f64) -> f64 {
        self.share() * most
    }
    fn flag(&mut self) -> bool {
        self.share() > 0.5
    }
    /// Shares that sum to one; the first takes what is missing.
    fn parts(&mut self, names: &[String]) -> String {
        let raw: Vec<f64> = names.iter().map(|_| 0.01 + self.share()).collect();
        let sum: f64 = raw.iter().sum();
        let parts: Vec<String> = names.iter().zip(&raw).map(|(n, x)| format!("{n} = {:.6}", x / sum)).collect();
        format!("{{ {} }}", parts.join(", "))
    }
}

fn names(stem: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{stem}{i}")).collect()
}

fn quoted(names: &[String]) -> String {
    let all: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    format!("[{}]", all.join(", "))
}

fn scenario_text(
    figures: &[f64],
    (groups, regions, hosts, splinters, step, steps): (usize, usize, usize, usize, u32, u32),
) -> String {
    let mut d = Dealer(figures.iter().cycle());
    let (groups, regions, hosts) = (names("g", groups), names("r", regions), names("h", hosts));
    let causes = names("c", 2);
    let defaults = if d.flag() { "ranges" } else { "fixed" };
    let mut t = format!(
        "schema = 1\ntitle = \"Random\"\nstart = 2020-01-01\nhorizon = \"{}d\"\nstep = \"{step}d\"\nseed = {}\nsplinters = {splinters}\ndefaults = \"{defaults}\"\n",
        steps * step,
        d.upto(1e6) as u64
    );
    t += &format!(
        "[state]\nrevenue = {}\naid = {}\ntreasury = {}\ntreasury_cap = {}\nconfidence = {}\ninfighting = {}\n",
        d.upto(100.0),
        d.upto(20.0),
        d.upto(30.0),
        d.upto(50.0),
        d.share(),
        d.share()
    );
    t += "[causes.c0]\n[causes.c1]\n";
    for (i, region) in regions.iter().enumerate() {
        t += &format!(
            "[regions.{region}]\nprovince = \"p{}\"\npopulation = {}\nwrit = {}\ncooperation = {}\nforeign_projects = {}\ngrievance = {{ c0 = {}, c1 = {} }}\n",
            i % 2,
            d.upto(1e7).round(),
            d.share(),
            d.share(),
            d.share(),
            d.share(),
            d.share()
        );
    }
    for host in &hosts {
        t += &format!(
            "[hosts.{host}]\nrelation = {}\ncapacity = {}\nmediates = {}\nfights = {{ {} = {} }}\nfactions = [{{ name = \"a\", weight = 1, consents = true }}, {{ name = \"b\", weight = {} }}]\n",
            2.0 * d.share() - 1.0,
            d.share(),
            d.flag(),
            groups[0],
            d.upto(2.0),
            d.share()
        );
    }
    for (i, group) in groups.iter().enumerate() {
        let reach: Vec<String> = regions.iter().filter(|_| d.flag()).cloned().collect();
        let reach = if reach.is_empty() { vec![regions[i % regions.len()].clone()] } else { reach };
        let kinds = ["security", "civilian", "foreign", "infrastructure"].map(str::to_string);
        let sources = ["local", "diaspora", "host"].map(str::to_string);
        let (presence, targets, funding) = (d.parts(&reach), d.parts(&kinds), d.parts(&sources));
        t += &format!(
            "[groups.{group}]\ncause = \"{}\"\nstrength = {}\ncount = {}\npresence = {presence}\ntempo = {}\nlethality = {}\ntargets = {targets}\nfunding = {funding}\nrecruitment = {}\ncapacity = {}\nhardline = {}\nindependence = {}\nleadership = {}\ncohesion = {}\ntrust = {}\ndemands = {}\nage = {}\nallegiance = {}\n",
            causes[usize::from(d.flag())],
            d.upto(1500.0).round(),
            1.0 + d.upto(9.0),
            d.upto(0.4),
            d.upto(8.0),
            d.upto(1.0),
            d.upto(4.0),
            d.share(),
            d.share(),
            d.share(),
            d.share(),
            d.share(),
            d.share(),
            d.upto(20.0),
            d.share() > 0.8
        );
        let share = 0.95 / hosts.len().max(1) as f64;
        for host in &hosts {
            t += &format!("[groups.{group}.sanctuary.{host}]\nshare = {}\ntolerance = {}\n", d.upto(share), d.share());
        }
        let affinity: Vec<String> =
            groups[..i].iter().map(|other| format!("{other} = {}", 2.0 * d.share() - 1.0)).collect();
        let tie = ["hostile", "none", "cooperation", "coalition"][(d.upto(3.99)) as usize];
        let ties: Vec<String> = groups[..i].iter().map(|other| format!("{other} = \"{tie}\"")).collect();
        t += &format!(
            "[groups.{group}.affinity]\n{}\n[groups.{group}.ties]\n{}\n",
            affinity.join("\n"),
            ties.join("\n")
        );
    }
    t += &format!(
        "[[shocks]]\non = 2020-01-{:02}\nprobability = {}\nadd = {{ \"groups.g0.strength\" = {}, \"state.treasury\" = {}, \"regions.r0.writ\" = {} }}\n",
        1 + d.upto(20.0) as u32,
        d.share(),
        (d.share() * 2000.0 - 1000.0).round(),
        d.upto(20.0) - 10.0,
        d.share() - 0.5
    );
    if groups.len() > 1 {
        t += &format!("transfer = [{{ from = \"g1\", to = \"g0\", share = {} }}]\n", d.share());
    }
    t + &policy_text(&mut d, &groups, &regions, &hosts) + &rates(&mut d)
}

fn policy_text(d: &mut Dealer, groups: &[String], regions: &[String], hosts: &[String]) -> String {
    let mut t = "[[policies]]\nname = \"random\"\n".to_string();
    let mut act = |d: &mut Dealer, kind: &str, more: String| {
        if d.share() < 0.75 {
            let (budget, priority) = (d.upto(40.0), 1 + d.upto(8.0) as u32);
            t +=
                &format!("[[policies.actions]]\nkind = \"{kind}\"\nbudget = {budget}\npriority = {priority}\n{more}\n");
        }
    };
    let (all, first) = (quoted(groups), quoted(&groups[..1]));
    let cost = 0.05 + d.share();
    let above = d.upto(10.0);
    act(
        d,
        "intelligence-operations",
        format!("cost = {cost}\nwhen = {{ observe = \"attacks\", weeks = 4, above = {above} }}"),
    );
    act(d, "large-operation", format!("regions = {}", quoted(&regions[..1])));
    let (concessions, trap) = (d.share(), d.upto(30.0));
    act(d, "talks", format!("with = {all}\nconcessions = {concessions}\ntrap_after = {trap}"));
    act(d, "reconciliation", format!("with = {first}"));
    let intensity = d.share();
    act(d, "pressure", format!("groups = {all}\nintensity = {intensity}"));
    for kind in ["policing", "dialogue", "development", "counter-finance", "border-control", "protection", "consensus"]
    {
        act(d, kind, String::new());
    }
    if let Some(host) = hosts.first() {
        let tempo = d.upto(80.0);
        act(d, "cross-border-strikes", format!("groups = {all}\nhost = \"{host}\"\ntempo = {tempo}"));
        act(d, "diplomacy", format!("hosts = {}", quoted(hosts)));
    }
    t
}

/// Rates of rare events, raised at random.
fn rates(d: &mut Dealer) -> String {
    format!(
        "[mechanisms.splits]\nrate = {}\n[mechanisms.mergers]\nrate = {}\n[mechanisms.alliances]\nform = {}\nlapse = {}\n[mechanisms.clashes]\nrate = {}\n[mechanisms.talks]\ncontact = {}\nceasefire = {}\ncollapse = {}\ndeal = {}\n[mechanisms.attacks]\nexcitation = {}\nsize = {}\n[mechanisms.movement]\nrate = {}\ndrift = {}\n",
        d.upto(20.0),
        d.upto(20.0),
        d.upto(10.0),
        d.upto(10.0),
        d.upto(1.0),
        d.upto(200.0),
        d.upto(200.0),
        d.upto(10.0),
        d.upto(20.0),
        d.upto(0.8),
        d.upto(1.5),
        d.upto(10.0),
        d.upto(12.0)
    )
}

/// Everything that must hold of the outcomes of a run.
fn check(run: &Run) {
    let columns = &run.outcomes.columns;
    for policy in &run.outcomes.policies {
        for (column, values) in columns.iter().zip(&policy.values) {
            for value in values.all() {
                assert!(value.is_finite(), "{column:?} is {value}");
                assert!(value >= 0.0 || (column.metric == "relation" && value >= -1.0), "{column:?} is {value}");
            }
        }
    }
    let years = columns.iter().filter(|c| c.metric == "attacks" && matches!(c.slice, Slice::Year(_))).count() as u16;
    for metric in METRICS {
        let name = metric.spec.name;
        let of = |want: &dyn Fn(&Slice) -> bool| -> Vec<f64> {
            let parts = columns
                .iter()
                .zip(&run.outcomes.policies[0].values)
                .filter(|(c, _)| c.metric == name && want(&c.slice));
            let mut sum = vec![0.0; run.outcomes.trials];
            parts.for_each(|(_, values)| sum.iter_mut().zip(values.all()).for_each(|(s, v)| *s += v));
            sum
        };
        let total = &run.total(name);
        let adds_up = |parts: &[f64], whole: &[f64], what: &str| {
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-6 * b.abs().max(1.0);
            assert!(parts.iter().zip(whole).all(near), "{name} by {what} does not add up");
        };
        if metric.kind == Kind::Flow {
            adds_up(&of(&|s| matches!(s, Slice::Year(_))), total, "year");
        } else {
            adds_up(&of(&|s| *s == Slice::Year(years - 1)), total, "the last year");
        }
        if metric.region.is_some() {
            adds_up(&of(&|s| matches!(s, Slice::Province(_))), total, "province");
            for year in 0..years {
                let parts = of(&|s| matches!(s, Slice::YearProvince(y, _) if *y == year));
                adds_up(&parts, &run.slice(name, Slice::Year(year)), "province in a year");
            }
        }
        if metric.group.is_some() {
            adds_up(&of(&|s| matches!(s, Slice::Group(_))), total, "group");
        }
    }
}

#[test]
fn laws_hold_and_parts_add_up_in_random_scenarios() {
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let checked = runner.run(&(figures(), sizes()), |(figures, sizes)| {
        let text = scenario_text(&figures, sizes);
        let scenario = try_read(&text, &[]).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        check(&run(&scenario, 32));
        Ok(())
    });
    if let Err(found) = checked {
        panic!("{found}");
    }
}

#[test]
fn laws_hold_and_parts_add_up_where_everything_happens() {
    check(&run(&read(include_str!("../scenarios/everything.toml")), 64));
}
