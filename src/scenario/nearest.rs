//! The valid name nearest to one that is not.

/// The candidate that a person who wrote `name` most likely meant: the one with the fewest edits (insertion,
/// deletion, substitution, swap of neighbours), at most a third of the name; the first among equals.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(name, &mut candidates.into_iter())
}

fn nearest_of<'a>(name: &str, candidates: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(65).flat_map(char::to_lowercase).collect();
    let allowed = (name.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().take(65).flat_map(char::to_lowercase).collect();
        if letters.len().abs_diff(name.len()) > allowed {
            continue;
        }
        let distance = edits(&name, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The dotted path that a person who wrote `path` most likely meant: the one with the fewest edits over all its parts,
/// each part at most a third wrong, or one that ends in the same part.
pub fn nearest_path<'a>(path: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let parts: Vec<&str> = path.split('.').collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.clone() {
        let theirs: Vec<&str> = candidate.split('.').collect();
        if theirs.len() != parts.len() {
            continue;
        }
        let total: Option<usize> = parts.iter().zip(&theirs).map(|(part, one)| distance(part, one)).sum();
        if let Some(total) = total.filter(|total| best.is_none_or(|(least, _)| total < &least)) {
            best = Some((total, candidate));
        }
    }
    let last = parts.last()?;
    best.map(|(_, found)| found).or_else(|| {
        let mut ending = candidates.filter(|one| one.rsplit('.').next() == Some(*last) && parts.len() > 1);
        ending.find(|one| one.split('.').next() == parts.first().copied())
    })
}

/// Edits between two names, if few enough to be a slip of the pen.
fn distance(name: &str, candidate: &str) -> Option<usize> {
    if name == candidate {
        return Some(0);
    }
    nearest(name, [candidate])?;
    let letters = |text: &str| text.chars().take(65).flat_map(char::to_lowercase).collect::<Vec<_>>();
    Some(edits(&letters(name), &letters(candidate)).max(1))
}

/// Optimal string alignment distance.
fn edits(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                least = least.min(before_last[j - 1] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_with_the_fewest_edits_is_found() {
        let names = ["strength", "sanctuary", "tempo", "trust"];
        assert_eq!(nearest("strenght", names), Some("strength"));
        assert_eq!(nearest("Tempo", names), Some("tempo"));
        assert_eq!(nearest("turst", names), Some("trust"));
        assert_eq!(nearest("population", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn the_nearest_path_is_right_in_every_part_but_for_slips() {
        let paths = ["groups.lions.strength", "groups.wolves.strength", "groups.lions.sanctuary.host.share"];
        let near = |path| nearest_path(path, paths.into_iter());
        assert_eq!(near("groups.lions.strenght"), Some("groups.lions.strength"));
        assert_eq!(near("group.wolves.strength"), Some("groups.wolves.strength"));
        assert_eq!(near("groups.other.share"), Some("groups.lions.sanctuary.host.share"));
        assert_eq!(near("weather"), None);
    }

    #[test]
    fn edits_count_a_swap_of_neighbours_once() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(edits(&letters("abcd"), &letters("abdc")), 1);
        assert_eq!(edits(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(edits(&letters(""), &letters("abc")), 3);
    }
}
