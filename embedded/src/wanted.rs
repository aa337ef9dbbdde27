//! Which services a caller asks for.

/// Which services to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// A private PostgreSQL.
    pub postgres: bool,
    /// A private Kafka broker.
    pub kafka: bool,
    /// A private schema registry; it keeps its schemas in the private PostgreSQL, which is then started too.
    pub registry: bool,
}

impl Wanted {
    /// All three.
    pub const ALL: Self = Self {
        postgres: true,
        kafka: true,
        registry: true,
    };
    /// None.
    pub const NOTHING: Self = Self {
        postgres: false,
        kafka: false,
        registry: false,
    };
    /// PostgreSQL alone.
    pub const POSTGRES: Self = Self {
        postgres: true,
        kafka: false,
        registry: false,
    };
    /// Kafka alone.
    pub const KAFKA: Self = Self {
        postgres: false,
        kafka: true,
        registry: false,
    };

    /// The same with what the registry implies.
    pub(crate) fn completed(self) -> Self {
        Self {
            postgres: self.postgres || self.registry,
            ..self
        }
    }
}
