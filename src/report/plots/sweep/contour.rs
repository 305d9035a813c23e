//! Lines of equal value over a rectangle of points (marching squares).

/// The pieces of the line on which values equal `level`, in coordinates of the points' own rows and columns: `x` and `y`
/// are the places of columns and rows, `value(column, row)` what is there, if anything.
pub(super) fn contour(
    x: &[f64],
    y: &[f64],
    value: impl Fn(usize, usize) -> Option<f64>,
    level: f64,
) -> Vec<[(f64, f64); 2]> {
    let mut pieces = Vec::new();
    for column in 1..x.len() {
        for row in 1..y.len() {
            let corner = |dx: usize, dy: usize| {
                let (column, row) = (column - 1 + dx, row - 1 + dy);
                value(column, row).map(|value| (x[column], y[row], value - level))
            };
            // Around the square, so that neighbours in the list share an edge.
            let corners = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
            let [Some(a), Some(b), Some(c), Some(d)] = corners else { continue };
            let square = [a, b, c, d];
            let crossings: Vec<(f64, f64)> = (0..4)
                .filter_map(|side| {
                    let (from, to) = (square[side], square[(side + 1) % 4]);
                    if (from.2 < 0.0) == (to.2 < 0.0) {
                        return None;
                    }
                    let share = from.2 / (from.2 - to.2);
                    Some((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)))
                })
                .collect();
            match crossings.as_slice() {
                [one, two] => pieces.push([*one, *two]),
                // A saddle: the mean of the corners tells which two are joined.
                [one, two, three, four] => {
                    let middle: f64 = square.iter().map(|corner| corner.2).sum();
                    if (middle < 0.0) == (a.2 < 0.0) {
                        pieces.extend([[*one, *two], [*three, *four]]);
                    } else {
                        pieces.extend([[*four, *one], [*two, *three]]);
                    }
                }
                _ => {}
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_of_a_plane_is_a_straight_line_where_the_plane_has_that_height() {
        let places: Vec<f64> = (0..6).map(f64::from).collect();
        let pieces = contour(&places, &places, |column, row| Some(places[column] + 2.0 * places[row]), 5.5);
        assert!(pieces.len() >= 3);
        assert!(pieces.iter().flatten().all(|(x, y)| (x + 2.0 * y - 5.5).abs() < 1e-12), "{pieces:?}");
        assert!(contour(&places, &places, |_, _| Some(1.0), 2.0).is_empty());
        let holes = contour(&places, &places, |column, _| (column != 2).then(|| places[column]), 2.0);
        assert!(holes.is_empty(), "nothing is drawn beside points that failed: {holes:?}");
    }
}
