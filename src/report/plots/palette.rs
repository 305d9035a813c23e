//! Colours that readers with any colour vision tell apart.
//!
//! Okabe and Ito (2008), "Color Universal Design". The baseline is vermillion everywhere, other policies blue, observed
//! figures black; nothing is told by colour alone: lines differ in weight or dash and carry words.

/// A colour with opacity in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Red, green, blue.
    pub rgb: (u8, u8, u8),
    /// 1 covers what is below.
    pub opacity: f64,
}

impl Ink {
    /// An opaque colour.
    pub const fn solid(red: u8, green: u8, blue: u8) -> Self {
        Ink { rgb: (red, green, blue), opacity: 1.0 }
    }

    /// The same colour, see-through.
    pub const fn faded(self, opacity: f64) -> Self {
        Ink { opacity, ..self }
    }

    /// The opaque colour a share of the way to white.
    pub fn lighter(self, share: f64) -> Self {
        let mix = |c: u8| (f64::from(c) + (255.0 - f64::from(c)) * share.clamp(0.0, 1.0)).round() as u8;
        Ink::solid(mix(self.rgb.0), mix(self.rgb.1), mix(self.rgb.2))
    }
}

/// Words.
pub const TEXT: Ink = Ink::solid(0x22, 0x22, 0x22);
/// Words that matter less.
pub const MUTED: Ink = Ink::solid(0x5f, 0x5f, 0x5f);
/// Axis lines.
pub const AXIS: Ink = Ink::solid(0x9a, 0x9a, 0x9a);
/// Lines that guide the eye.
pub const GUIDE: Ink = Ink::solid(0xe9, 0xe9, 0xe9);
/// Paper.
pub const PAPER: Ink = Ink::solid(0xff, 0xff, 0xff);
/// The baseline policy.
pub const BASELINE: Ink = Ink::solid(0xd5, 0x5e, 0x00);
/// Any other policy.
pub const POLICY: Ink = Ink::solid(0x00, 0x72, 0xb2);
/// Observed figures.
pub const OBSERVED: Ink = Ink::solid(0x00, 0x00, 0x00);
/// What is left over when small things are put together.
pub const OTHERS: Ink = Ink::solid(0xc8, 0xc8, 0xc8);

/// Colours of things of one kind without an order; neighbours differ in lightness, and any two, also of [`BASELINE`] and
/// [`OTHERS`], by 16 or more in CIELAB under simulated protanopia, deuteranopia and tritanopia. More are not told apart.
pub const KINDS: [Ink; 8] = [
    Ink::solid(0x00, 0x72, 0xb2),
    Ink::solid(0x56, 0xb4, 0xe9),
    Ink::solid(0x2b, 0x2b, 0x2b),
    Ink::solid(0xe6, 0x9f, 0x00),
    Ink::solid(0x8a, 0x3f, 0x6b),
    Ink::solid(0xf0, 0xe4, 0x42),
    Ink::solid(0x00, 0x9e, 0x73),
    Ink::solid(0xcc, 0x79, 0xa7),
];
