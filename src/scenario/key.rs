//! What is known of each key of the format: name, meaning, form, unit, range, default.
//!
//! One declaration (see [`super::entity`]) makes these; reader, `--set`, schema, explanations and the reference
//! all read them, so they cannot disagree.

/// What the names that a key refers to (or declares) are names of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    Groups,
    Hosts,
    Regions,
    Causes,
    Provinces,
    Policies,
    Metrics,
    Mechanisms,
    Instruments,
    Quantities,
}

impl Names {
    /// The word for one of them.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Groups => "group",
            Self::Hosts => "host",
            Self::Regions => "region",
            Self::Causes => "cause",
            Self::Provinces => "province",
            Self::Policies => "policy",
            Self::Metrics => "metric",
            Self::Mechanisms => "mechanism",
            Self::Instruments => "instrument",
            Self::Quantities => "quantity",
        }
    }

    /// The word for many of them.
    pub const fn many(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Hosts => "hosts",
            Self::Regions => "regions",
            Self::Causes => "causes",
            Self::Provinces => "provinces",
            Self::Policies => "policies",
            Self::Metrics => "metrics",
            Self::Mechanisms => "mechanisms",
            Self::Instruments => "instruments",
            Self::Quantities => "quantities",
        }
    }

    /// Most of them that a scenario may declare.
    pub const fn limit(self) -> usize {
        match self {
            Self::Groups => 512,
            Self::Hosts | Self::Causes => 64,
            Self::Regions | Self::Policies => 256,
            Self::Provinces | Self::Metrics | Self::Mechanisms | Self::Instruments | Self::Quantities => 1024,
        }
    }
}

/// Unit and accepted range of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Unit, as the reference prints it.
    pub unit: &'static str,
    /// Lowest value accepted.
    pub low: f64,
    /// Highest value accepted.
    pub high: f64,
}

/// What one value of a key is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number that may be uncertain.
    Number(Limits),
    /// A number that may not: a weight of the analyst's own choice.
    Weight(Limits),
    /// A number within limits, a date, a span of time, a name or a switch: what a study gives to some key.
    Setting(Limits),
    /// A whole number within bounds.
    Whole { low: u64, high: u64 },
    /// True or false.
    Flag,
    /// One line of printable text.
    Text,
    /// Printable text of many lines.
    LongText,
    /// A name that this key makes.
    NewName,
    /// A name of something that exists.
    Name(Names),
    /// One of a few words, see [`Nested::Choices`].
    Choice,
    /// A civil day.
    Date,
    /// A span such as `12w`.
    Span,
    /// A table of keys, see [`Nested::Entity`].
    Table,
    /// A number whose range is that of the quantity its key names; a change of it where `add`.
    Quantity { add: bool },
    /// A condition of an action.
    Condition,
    /// An action of a policy.
    Action,
    /// A policy.
    Policy,
    /// Settings of a mechanism of the catalog.
    Mechanism,
    /// Defaults of an instrument of the catalog.
    Instrument,
}

/// How many values a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One.
    One,
    /// A list.
    List,
    /// A table with one value per name of something that exists.
    PerName(Names),
    /// A table whose keys make the names.
    Declares(Names),
}

/// The value of a key that is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fallback {
    /// There is none: absent is absent, or an error where required.
    None,
    Number(f64),
    Whole(u64),
    Flag(bool),
    Text(&'static str),
}

/// What follows from a key's Rust type: the keys below it or the words it accepts.
#[derive(Debug, Clone, Copy)]
pub enum Nested {
    None,
    Entity(&'static EntityMeta),
    Choices(&'static [Word]),
}

/// One word of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub name: &'static str,
    pub doc: &'static str,
}

/// Form and range of a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spec {
    pub kind: Kind,
    pub form: Form,
    pub required: bool,
    pub fallback: Fallback,
}

/// A key of an entity.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub doc: &'static str,
    pub spec: Spec,
    pub nested: Nested,
}

/// An entity: a table with known keys.
#[derive(Debug, Clone, Copy)]
pub struct EntityMeta {
    pub name: &'static str,
    pub doc: &'static str,
    pub keys: &'static [Key],
}

impl EntityMeta {
    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Names of all keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }
}

impl Spec {
    const fn new(kind: Kind, form: Form) -> Self {
        Self { kind, form, required: false, fallback: Fallback::None }
    }

    /// An error if absent.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The number where absent.
    pub const fn default(mut self, value: f64) -> Self {
        self.fallback = Fallback::Number(value);
        self
    }

    /// The whole number where absent.
    pub const fn default_whole(mut self, value: u64) -> Self {
        self.fallback = Fallback::Whole(value);
        self
    }

    /// The text (or word, or span) where absent.
    pub const fn default_text(mut self, value: &'static str) -> Self {
        self.fallback = Fallback::Text(value);
        self
    }
}

/// A number that may be uncertain.
pub const fn number(unit: &'static str, low: f64, high: f64) -> Spec {
    Spec::new(Kind::Number(Limits { unit, low, high }), Form::One)
}

/// A number that may be uncertain for each of some names.
pub const fn numbers(of: Names, unit: &'static str, low: f64, high: f64) -> Spec {
    Spec::new(Kind::Number(Limits { unit, low, high }), Form::PerName(of))
}

/// A plain number for each of some names.
pub const fn weights(of: Names, unit: &'static str, low: f64, high: f64) -> Spec {
    Spec::new(Kind::Weight(Limits { unit, low, high }), Form::PerName(of))
}

/// A value that a study gives to some key; `unit` and limits are those of numbers.
pub const fn setting(unit: &'static str, low: f64, high: f64) -> Spec {
    Spec::new(Kind::Setting(Limits { unit, low, high }), Form::One)
}

/// Values that a study gives to some key.
pub const fn setting_list(unit: &'static str, low: f64, high: f64) -> Spec {
    Spec::new(Kind::Setting(Limits { unit, low, high }), Form::List)
}

/// A whole number within bounds.
pub const fn whole(low: u64, high: u64) -> Spec {
    Spec::new(Kind::Whole { low, high }, Form::One)
}

/// True or false, with what holds where absent.
pub const fn flag(absent: bool) -> Spec {
    let mut spec = Spec::new(Kind::Flag, Form::One);
    spec.fallback = Fallback::Flag(absent);
    spec
}

/// A line of text.
pub const fn text() -> Spec {
    Spec::new(Kind::Text, Form::One)
}

/// Text of many lines.
pub const fn long_text() -> Spec {
    Spec::new(Kind::LongText, Form::One)
}

/// Lines of text.
pub const fn texts() -> Spec {
    Spec::new(Kind::Text, Form::List)
}

/// A name made here.
pub const fn new_name() -> Spec {
    Spec::new(Kind::NewName, Form::One)
}

/// A name of something that exists.
pub const fn name(of: Names) -> Spec {
    Spec::new(Kind::Name(of), Form::One)
}

/// Names of things that exist.
pub const fn names(of: Names) -> Spec {
    Spec::new(Kind::Name(of), Form::List)
}

/// One of a few words.
pub const fn choice() -> Spec {
    Spec::new(Kind::Choice, Form::One)
}

/// Some of a few words.
pub const fn choice_list() -> Spec {
    Spec::new(Kind::Choice, Form::List)
}

/// One of a few words for each of some names.
pub const fn choices(of: Names) -> Spec {
    Spec::new(Kind::Choice, Form::PerName(of))
}

/// A day.
pub const fn date() -> Spec {
    Spec::new(Kind::Date, Form::One)
}

/// Days.
pub const fn dates() -> Spec {
    Spec::new(Kind::Date, Form::List)
}

/// A span of time.
pub const fn span() -> Spec {
    Spec::new(Kind::Span, Form::One)
}

/// A table of keys; all its defaults where absent.
pub const fn table() -> Spec {
    Spec::new(Kind::Table, Form::One)
}

/// A list of tables.
pub const fn list() -> Spec {
    Spec::new(Kind::Table, Form::List)
}

/// A table for each of some names.
pub const fn tables(of: Names) -> Spec {
    Spec::new(Kind::Table, Form::PerName(of))
}

/// Tables whose keys make the names.
pub const fn declares(of: Names) -> Spec {
    Spec::new(Kind::Table, Form::Declares(of))
}

/// Values (or changes, where `add`) of quantities by dotted path.
pub const fn quantities(add: bool) -> Spec {
    Spec::new(Kind::Quantity { add }, Form::PerName(Names::Quantities))
}

/// A condition of an action.
pub const fn condition() -> Spec {
    Spec::new(Kind::Condition, Form::One)
}

/// The actions of a policy.
pub const fn actions() -> Spec {
    Spec::new(Kind::Action, Form::List)
}

/// The policies of a scenario.
pub const fn policies() -> Spec {
    Spec::new(Kind::Policy, Form::List)
}

/// Settings of mechanisms.
pub const fn mechanisms() -> Spec {
    Spec::new(Kind::Mechanism, Form::PerName(Names::Mechanisms))
}

/// Defaults of instruments.
pub const fn instruments() -> Spec {
    Spec::new(Kind::Instrument, Form::PerName(Names::Instruments))
}
