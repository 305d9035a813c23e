//! Scenarios of any size: groups spread over regions, some tied, one policy of operations, policing and strikes.

use std::fmt::Write as _;

/// The text of a scenario.
pub fn text(groups: usize, regions: usize, weeks: usize) -> String {
    let mut text = format!(
        "schema = 1\ntitle = \"Size\"\nstart = 2030-01-01\nhorizon = \"{}d\"\nbaseline = \"all\"\nsplinters = 4\n\
         state = {{ revenue = 100 }}\n[hosts.neighbour]\nrelation = 0.1\n[regions]\n",
        7 * weeks
    );
    // Writing to a String cannot fail.
    for r in 0..regions {
        let _ = writeln!(text, "r{r} = {{ population = 3_000_000, writ = 0.6, grievance = {{ cause = 0.5 }} }}");
    }
    for g in 0..groups {
        let places: Vec<String> = (0..4).map(|i| format!("r{} = 0.25", (g + i) % regions)).collect();
        let _ = write!(
            text,
            "[groups.g{g}]\ncause = \"cause\"\nstrength = 600\ntempo = 0.08\npresence = {{ {} }}\n\
             sanctuary = {{ neighbour = {{ share = 0.2, tolerance = 0.5 }} }}\n",
            places.join(", ")
        );
        if g > 0 {
            let _ = writeln!(text, "ties = {{ g{} = \"cooperation\" }}", g - 1);
        }
    }
    text.push_str(
        "[[policies]]\nname = \"all\"\nactions = [{ kind = \"intelligence-operations\", budget = 60, cost = 0.5 }, \
         { kind = \"policing\", budget = 20 }]\n",
    );
    text
}
