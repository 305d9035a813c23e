//! Random scenarios that are valid: every mechanism with any of its parameters, every instrument with any of its options and
//! targets, every law of uncertainty, conditions of every form, shocks on every quantity. What the catalog holds is
//! drawn from the catalog, so that what is added to the engine is covered by being there.

use jirga::scenario::catalog::{ParameterSpec, TargetOf};
use jirga::simulation;

/// A seeded source of numbers (SplitMix64).
pub struct Dealer(pub u64);

impl Dealer {
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In [0, 1); the ends are as likely as a twentieth each.
    pub fn share(&mut self) -> f64 {
        match self.word() % 20 {
            0 => 0.0,
            1 => 1.0,
            _ => (self.word() >> 11) as f64 / (1_u64 << 53) as f64,
        }
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.word() % count.max(1) as u64) as usize
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        ((self.word() >> 11) as f64 / (1_u64 << 53) as f64) < probability
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.share() * (high - low)
    }

    /// A number or a law within a range, as a scenario writes it.
    pub fn law(&mut self, low: f64, high: f64) -> String {
        let mut ends = [self.between(low, high), self.between(low, high)];
        ends.sort_by(f64::total_cmp);
        let [a, b] = ends;
        let wide = b - a > 1e-6 * high.abs().max(1e-3);
        let middle = self.between(a, b).clamp(a, b);
        match self.below(10) {
            1 if wide => format!("{{ uniform = [{a:?}, {b:?}] }}"),
            2 if wide => format!("{{ triangular = [{a:?}, {middle:?}, {b:?}], source = \"a test\", grade = \"B\" }}"),
            3 if wide => format!("{{ pert = [{a:?}, {middle:?}, {b:?}] }}"),
            4 if wide => format!("{{ normal = [{middle:?}, {:?}], min = {a:?}, max = {b:?} }}", b - a),
            5 if wide && a > 0.0 => format!("{{ lognormal = [{middle:?}, 0.5], min = {a:?}, max = {b:?} }}"),
            6 if low <= 0.0 && high >= 1.0 => {
                format!("{{ beta = [{:?}, {:?}] }}", 0.5 + self.share() * 4.0, 0.5 + self.share() * 4.0)
            }
            7 if wide && a > 0.0 => format!("{{ loguniform = [{a:?}, {b:?}] }}"),
            8 => format!("{{ choice = [{a:?}, {b:?}, {middle:?}], weights = [1, {:?}, 0] }}", self.share()),
            _ => format!("{middle:?}"),
        }
    }

    /// Shares that sum to one.
    fn parts(&mut self, names: &[String]) -> String {
        let raw: Vec<f64> = names.iter().map(|_| 0.01 + self.share()).collect();
        let sum: f64 = raw.iter().sum();
        let parts: Vec<String> = names.iter().zip(&raw).map(|(n, x)| format!("{n} = {:.6}", x / sum)).collect();
        format!("{{ {} }}", parts.join(", "))
    }

    fn some(&mut self, of: &[String]) -> Vec<String> {
        let some: Vec<String> = of.iter().filter(|_| self.chance(0.5)).cloned().collect();
        if some.is_empty() { vec![self.one(of).clone()] } else { some }
    }

    /// A value for a parameter of the engine: mostly plausible, sometimes anywhere it is accepted.
    fn parameter(&mut self, spec: &ParameterSpec) -> String {
        let (low, high) = match (spec.plausible, spec.default) {
            (Some((low, high)), _) => (low, high),
            (None, Some(default)) => (spec.low.max(default / 2.0), spec.high.min(default * 2.0 + 0.1)),
            (None, None) => (spec.low, spec.high.min(spec.low.max(0.0) + 50.0)),
        };
        match self.below(8) {
            0 => self.law(spec.low, spec.high.min(100.0_f64.max(spec.low * 2.0))),
            1 => format!("{:?}", if self.chance(0.5) { spec.low } else { spec.high.min(1e4) }),
            _ => self.law(low, high.max(low)),
        }
    }
}

fn names(stem: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{stem}{i}")).collect()
}

fn quoted(names: &[String]) -> String {
    let all: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    format!("[{}]", all.join(", "))
}

/// Who is in a scenario.
struct Cast {
    groups: Vec<String>,
    regions: Vec<String>,
    hosts: Vec<String>,
}

/// A scenario; `seed` decides everything.
pub fn scenario(seed: u64) -> String {
    let mut d = Dealer(seed);
    let cast =
        Cast { groups: names("g", 1 + d.below(6)), regions: names("r", 1 + d.below(5)), hosts: names("h", d.below(3)) };
    let step = 1 + d.below(30);
    let days = step * (1 + d.below(50)) + d.below(3);
    let defaults = *d.one(&["ranges", "fixed"]);
    let mut t = format!(
        "schema = 1\ntitle = \"Random {seed}\"\nstart = 2020-01-01\nhorizon = \"{days}d\"\nstep = \"{step}d\"\nseed = {}\n\
         splinters = {}\ndefaults = \"{defaults}\"\n[state]\n",
        d.word(),
        d.below(6)
    );
    for (key, high) in [
        ("revenue", 100.0),
        ("aid", 20.0),
        ("treasury", 30.0),
        ("treasury_cap", 50.0),
        ("confidence", 1.0),
        ("infighting", 1.0),
    ] {
        let value = d.law(0.0, high);
        t += &format!("{key} = {value}\n");
    }
    t += "[causes.c0]\n[causes.c1]\n";
    t += &format!("distance = {{ c0 = {} }}\n", d.law(0.0, 1.0));
    places(&mut d, &cast, &mut t);
    for index in 0..cast.groups.len() {
        group(&mut d, &cast, index, &mut t);
    }
    for _ in 0..d.below(4) {
        shock(&mut d, &cast, days, &mut t);
    }
    let policies = 1 + d.below(2);
    for policy in 0..policies {
        t += &format!("[[policies]]\nname = \"p{policy}\"\n");
        actions(&mut d, &cast, days, &mut t);
    }
    for mechanism in simulation::catalog().mechanisms {
        t += &format!("[mechanisms.{}]\n", mechanism.name);
        if d.chance(0.08) {
            t += "on = false\n";
        }
        for spec in mechanism.parameters {
            if d.chance(0.4) {
                t += &format!("{} = {}\n", spec.name, d.parameter(spec));
            }
        }
    }
    t
}

fn places(d: &mut Dealer, cast: &Cast, t: &mut String) {
    for (i, region) in cast.regions.iter().enumerate() {
        let population = if d.chance(0.1) { "0".to_string() } else { format!("{}", (d.share() * 1e7).round()) };
        *t += &format!("[regions.{region}]\nprovince = \"p{}\"\npopulation = {population}\n", i % 2);
        for key in ["writ", "cooperation", "foreign_projects"] {
            *t += &format!("{key} = {}\n", d.law(0.0, 1.0));
        }
        *t += &format!("grievance = {{ c0 = {}, c1 = {} }}\n", d.law(0.0, 1.0), d.law(0.0, 1.0));
    }
    for host in &cast.hosts {
        let mediates = d.chance(0.5);
        *t += &format!("[hosts.{host}]\nrelation = {}\ncapacity = {}\n", d.law(-1.0, 1.0), d.law(0.0, 1.0));
        *t += &format!("mediates = {mediates}\nfights = {{ {} = {} }}\n", cast.groups[0], d.law(0.0, 2.0));
        let weight = d.law(0.1, 1.0);
        *t += &format!(
            "factions = [{{ name = \"a\", weight = 1, consents = true }}, {{ name = \"b\", weight = {weight} }}]\n"
        );
        if cast.groups.len() > 1 {
            *t += &format!("truce_shifts = [{{ groups = [\"g0\", \"g1\"], by = {} }}]\n", d.law(-1.0, 1.0));
        }
    }
}

fn group(d: &mut Dealer, cast: &Cast, index: usize, t: &mut String) {
    let name = &cast.groups[index];
    let reach = d.some(&cast.regions);
    let kinds = ["security", "civilian", "foreign", "infrastructure"].map(str::to_string);
    let sources = ["local", "diaspora", "host"].map(str::to_string);
    let (presence, targets, funding) = (d.parts(&reach), d.parts(&kinds), d.parts(&sources));
    *t += &format!(
        "[groups.{name}]\ncause = \"c{}\"\npresence = {presence}\ntargets = {targets}\nfunding = {funding}\nallegiance = {}\n",
        d.below(2),
        d.chance(0.2)
    );
    for (key, low, high) in [
        ("strength", 0.0, 1500.0),
        ("count", 1.0, 12.0),
        ("tempo", 0.0, 0.6),
        ("lethality", 0.0, 8.0),
        ("recruitment", 0.0, 2.0),
        ("capacity", 0.0, 4.0),
        ("hardline", 0.0, 1.0),
        ("independence", 0.0, 1.0),
        ("leadership", 0.0, 1.0),
        ("cohesion", 0.0, 1.0),
        ("trust", 0.0, 1.0),
        ("demands", 0.0, 1.0),
        ("age", 0.0, 30.0),
    ] {
        *t += &format!("{key} = {}\n", d.law(low, high));
    }
    for host in &cast.hosts {
        if d.chance(0.7) {
            let share = d.law(0.0, 0.45);
            *t += &format!("[groups.{name}.sanctuary.{host}]\nshare = {share}\ntolerance = {}\n", d.law(0.0, 1.0));
        }
    }
    *t += &format!("[groups.{name}.affinity]\n");
    for other in &cast.groups[..index] {
        *t += &format!("{other} = {}\n", d.law(-1.0, 1.0));
    }
    *t += &format!("[groups.{name}.ties]\n");
    for other in &cast.groups[..index] {
        *t += &format!("{other} = \"{}\"\n", d.one(&["hostile", "none", "cooperation", "coalition"]));
    }
}

/// A quantity that a shock moves, with the range of what it is set to.
fn quantity(d: &mut Dealer, cast: &Cast) -> (String, f64, f64) {
    let (group, region) = (d.one(&cast.groups).clone(), d.one(&cast.regions).clone());
    let host = cast.hosts.first();
    match (d.below(12), host) {
        (0, _) => (format!("groups.{group}.strength"), 0.0, 3000.0),
        (1, _) => {
            let part = *d.one(&["leadership", "cohesion", "trust", "hardline", "demands"]);
            (format!("groups.{group}.{part}"), 0.0, 1.0)
        }
        (2, _) => (format!("groups.{group}.{}", d.one(&["retaliation", "tempo", "recruitment"])), 0.0, 1.0),
        (3, _) if cast.groups.len() > 1 => ("groups.g0.affinity.g1".to_string(), -1.0, 1.0),
        (4, Some(host)) => (format!("hosts.{host}.relation"), -1.0, 1.0),
        (5, Some(host)) => (format!("hosts.{host}.tolerance.{group}"), 0.0, 1.0),
        (6, _) => (format!("regions.{region}.{}", d.one(&["writ", "cooperation"])), 0.0, 1.0),
        (7, _) => (format!("regions.{region}.grievance.c{}", d.below(2)), 0.0, 1.0),
        (8, _) => (format!("state.{}", d.one(&["treasury", "revenue", "aid"])), 0.0, 60.0),
        _ => (format!("state.{}", d.one(&["confidence", "infighting"])), 0.0, 1.0),
    }
}

fn date(d: &mut Dealer, days: usize) -> String {
    // Within the horizon, mostly; every year of the calendar that a horizon touches has these days.
    format!("202{}-{:02}-{:02}", d.below(1 + days / 365).min(9), 1 + d.below(12), 1 + d.below(28))
}

fn shock(d: &mut Dealer, cast: &Cast, days: usize, t: &mut String) {
    *t += "[[shocks]]\n";
    let (mut first, mut last) = (date(d, days), date(d, days));
    if first > last {
        std::mem::swap(&mut first, &mut last);
    }
    *t += &if first < last && d.chance(0.5) {
        format!("between = [{first}, {last}]\n")
    } else {
        format!("on = {first}\n")
    };
    *t += &format!("probability = {}\n", d.law(0.0, 1.0));
    let ((path, low, high), set) = (quantity(d, cast), d.chance(0.5));
    let value = d.law(if set { low } else { -high }, high);
    *t += &format!("{} = {{ \"{path}\" = {value} }}\n", if set { "set" } else { "add" });
    if cast.groups.len() > 1 && d.chance(0.3) {
        *t += &format!("transfer = [{{ from = \"g1\", to = \"g0\", share = {} }}]\n", d.law(0.0, 1.0));
    }
}

fn condition(d: &mut Dealer, cast: &Cast, days: usize, depth: usize) -> String {
    let (group, region) = (d.one(&cast.groups).clone(), d.one(&cast.regions).clone());
    let host = cast.hosts.first();
    let (low, high) = (d.share() * 5.0, 5.0 + d.share() * 20.0);
    match (d.below(if depth < 3 { 11 } else { 8 }), host) {
        (0, _) => format!(
            "{{ observe = \"attacks\", region = \"{region}\", weeks = {}, above = {high:?}, until_below = {low:?} }}",
            1 + d.below(20)
        ),
        (1, _) => format!("{{ observe = \"killed\", group = \"{group}\", above = {high:?} }}"),
        (2, _) => format!("{{ observe = \"treasury\", below = {low:?}, until_above = {high:?} }}"),
        (3, Some(host)) => format!(
            "{{ observe = \"tolerance\", host = \"{host}\", group = \"{group}\", above = {:?} }}",
            d.share() * 0.9
        ),
        (4, Some(host)) => format!("{{ observe = \"relation\", host = \"{host}\", below = {:?} }}", d.share() * 0.9),
        (5, _) => "{ observe = \"infighting\", above = 0.5 }".to_string(),
        (6, _) => format!("{{ observe = \"date\", after = {} }}", date(d, days)),
        (8, _) => format!("{{ not = {} }}", condition(d, cast, days, depth + 1)),
        (9 | 10, _) => {
            let word = *d.one(&["all", "any"]);
            let (a, b) = (condition(d, cast, days, depth + 1), condition(d, cast, days, depth + 1));
            format!("{{ {word} = [{a}, {b}] }}")
        }
        _ => format!(
            "{{ observe = \"ceasefire\", group = \"{group}\", is = \"{}\" }}",
            d.one(&["none", "holding", "deal", "broken"])
        ),
    }
}

fn actions(d: &mut Dealer, cast: &Cast, days: usize, t: &mut String) {
    for spec in simulation::catalog().instruments {
        let names = |of: TargetOf| match of {
            TargetOf::Groups => &cast.groups,
            TargetOf::Hosts => &cast.hosts,
            TargetOf::Regions => &cast.regions,
        };
        if d.chance(0.35) || spec.targets.iter().any(|target| target.required && names(target.of).is_empty()) {
            continue;
        }
        *t += &format!("[[policies.actions]]\nkind = \"{}\"\npriority = {}\n", spec.name, 1 + d.below(8));
        *t += &format!("budget = {}\n", if d.chance(0.15) { "0".to_string() } else { d.law(0.0, 40.0) });
        for target in spec.targets.iter().filter(|target| !names(target.of).is_empty()) {
            if target.required || d.chance(0.5) {
                let some = d.some(names(target.of));
                let value = if target.many { quoted(&some) } else { format!("\"{}\"", some[0]) };
                *t += &format!("{} = {value}\n", target.key);
            }
        }
        for option in spec.options {
            if option.name == "cost" {
                *t += &format!("cost = {}\n", d.law(0.05, 2.0));
            } else if option.default.is_none() || d.chance(0.4) {
                *t += &format!("{} = {}\n", option.name, d.parameter(option));
            }
        }
        if d.chance(0.2) {
            *t += &format!("minimum = \"{}w\"\n", 1 + d.below(20));
        }
        if d.chance(0.2) {
            *t += &format!("from = {}\n", date(d, days));
        }
        if d.chance(0.5) {
            *t += &format!("when = {}\n", condition(d, cast, days, 0));
        }
    }
}
