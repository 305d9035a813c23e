//! Dense indices of entities: one type per kind, so that a region can never be used where a group is meant.

/// An index into a [`super::Table`].
pub trait Id: Copy {
    /// The id of an index.
    fn new(index: usize) -> Self;
    /// The index of the id.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u16);

        impl Id for $name {
            #[inline(always)]
            fn new(index: usize) -> Self {
                debug_assert!(index <= usize::from(u16::MAX));
                Self(index as u16)
            }
            #[inline(always)]
            fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    )*};
}

ids! {
    /// A group, or a slot for one born in a trial.
    GroupId,
    /// A region.
    RegionId,
    /// A province: regions summed as observed tables report them.
    ProvinceId,
    /// A host.
    HostId,
    /// A cause.
    CauseId,
}

/// A stable 32-bit number of a name (FNV-1a): addresses random words, so that an entity keeps its draws when
/// others are added to or removed from the scenario.
pub const fn identity(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let mut hash: u32 = 0x811c_9dc5;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
}

/// The identity of the n-th group born of a parent (splitmix finaliser over both).
pub fn child_identity(parent: u32, ordinal: u32) -> u32 {
    let mut x = (u64::from(parent) << 32 | u64::from(ordinal)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) as u32
}
