//! Things put in order by a number. Equal ones keep the order they came in, and a value that is no number stands at an
//! end, so that every order is the same on every machine.

/// The places of the values, from the smallest value to the largest.
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// The places of the values, from the largest value to the smallest.
pub fn descending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    order
}

/// The items, from the one of the smallest size to the one of the largest.
pub fn smallest_first<T>(items: Vec<T>, size: impl Fn(&T) -> f64) -> Vec<T> {
    let order = ascending(&items.iter().map(size).collect::<Vec<f64>>());
    arranged(items, order)
}

/// The items, from the one of the largest size to the one of the smallest.
pub fn largest_first<T>(items: Vec<T>, size: impl Fn(&T) -> f64) -> Vec<T> {
    let order = descending(&items.iter().map(size).collect::<Vec<f64>>());
    arranged(items, order)
}

fn arranged<T>(items: Vec<T>, order: Vec<usize>) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| items[place].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_keep_their_order_both_ways() {
        assert_eq!(ascending(&[2.0, 1.0, 2.0, 1.0]), [1, 3, 0, 2]);
        assert_eq!(descending(&[2.0, 1.0, 2.0, 1.0]), [0, 2, 1, 3]);
        assert_eq!(
            largest_first(vec![("a", 1.0), ("b", 3.0), ("c", 1.0)], |one| one.1),
            [("b", 3.0), ("a", 1.0), ("c", 1.0)]
        );
        assert_eq!(smallest_first(vec!['c', 'a', 'b'], |letter| f64::from(*letter as u32)), ['a', 'b', 'c']);
    }
}
