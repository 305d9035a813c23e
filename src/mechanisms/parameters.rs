//! The declaration of a mechanism's parameters: one list serves the reader of scenarios, the documentation and
//! the typed columns that the mechanism computes with.

/// Declares `Parameters` (a column per parameter) and `SPEC` (what the catalog holds) of a mechanism.
///
/// Each parameter: `name: default, in [low, high], plausible [low, high], unit, source, grade;` with its meaning
/// as doc comment. Where a scenario names no value, it is drawn from the plausible range around the default.
macro_rules! parameters {
    // A mechanism without parameters has a spec alone.
    ($name:literal, $doc:literal, $equations:literal;) => {
        /// What the catalog says of this mechanism.
        pub const SPEC: $crate::scenario::catalog::MechanismSpec = $crate::scenario::catalog::MechanismSpec {
            name: $name,
            doc: $doc,
            equations: $equations,
            parameters: &[],
        };
    };
    (
        $name:literal, $doc:literal, $equations:literal;
        $($(#[doc = $meaning:literal])* $parameter:ident: $default:expr, in [$low:expr, $high:expr],
          plausible [$from:expr, $to:expr], $unit:literal, $source:literal, $grade:ident;)+
    ) => {
        /// Drawn parameters, one column each.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Parameters {
            $($(#[doc = $meaning])* pub $parameter: $crate::world::table::Column,)*
        }

        impl Parameters {
            /// From columns in the order of the spec.
            pub fn from_drawn(values: &[$crate::world::table::Column]) -> Self {
                let mut values = values.iter().copied();
                // The world draws as many columns as the spec has parameters.
                $(let $parameter = values.next().unwrap_or($crate::world::table::column(f64::NAN));)*
                Self { $($parameter,)* }
            }
        }

        /// What the catalog says of this mechanism.
        pub const SPEC: $crate::scenario::catalog::MechanismSpec = $crate::scenario::catalog::MechanismSpec {
            name: $name,
            doc: $doc,
            equations: $equations,
            parameters: &[$($crate::scenario::catalog::ParameterSpec {
                name: stringify!($parameter),
                // Doc comments begin with a space.
                doc: concat!($($meaning),*).trim_ascii(),
                unit: $unit,
                default: Some($default),
                low: $low,
                high: $high,
                plausible: Some(($from, $to)),
                source: $source,
                grade: $crate::scenario::uncertain::Grade::$grade,
            },)*],
        };

    };
}

pub(crate) use parameters;
