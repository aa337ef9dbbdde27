//! What sending so many events took.

use std::ops::Sub;

use crate::process::Run;
use crate::warehouse::Cost;

/// Events that were sent, and what that took of the program that sent them and of the broker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sending {
    pub(super) events: f64,
    pub(super) cost: Cost,
}

impl Sending {
    pub(super) fn events_a_second(&self) -> f64 {
        self.events / self.cost.client.wall_seconds
    }

    /// Of the program.
    pub(super) fn events_a_cpu_second(&self) -> f64 {
        self.events / self.cost.client.cpu_seconds
    }

    /// Seconds of a processor an event, in the program.
    pub(super) fn of_the_program(&self) -> f64 {
        self.cost.client.cpu_seconds / self.events
    }

    /// The same in the broker.
    pub(super) fn of_the_broker(&self) -> f64 {
        self.cost.services.broker_cpu_seconds / self.events
    }
}

impl Sub for Sending {
    type Output = Self;

    /// What a longer run took beyond a shorter one: the start of the program is in neither.
    fn sub(self, shorter: Self) -> Self {
        let (long, short) = (self.cost.client, shorter.cost.client);
        Self {
            events: self.events - shorter.events,
            cost: Cost {
                client: Run {
                    wall_seconds: long.wall_seconds - short.wall_seconds,
                    cpu_seconds: long.cpu_seconds - short.cpu_seconds,
                    peak_bytes: long.peak_bytes,
                },
                services: self.cost.services - shorter.cost.services,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::Used;

    #[test]
    fn what_both_take_is_the_start() {
        let sending = |events, wall_seconds, cpu_seconds| Sending {
            events,
            cost: Cost {
                client: Run {
                    wall_seconds,
                    cpu_seconds,
                    peak_bytes: 0,
                },
                services: Used {
                    server_cpu_seconds: 0.0,
                    broker_cpu_seconds: cpu_seconds,
                },
            },
        };
        let sent = sending(100.0, 3.0, 4.0) - sending(10.0, 1.2, 2.2);
        assert!((sent.events_a_second() - 50.0).abs() < 1e-9, "{sent:?}");
        assert!((sent.of_the_program() - 0.02).abs() < 1e-9, "{sent:?}");
        assert!((sent.events_a_cpu_second() - 50.0).abs() < 1e-9);
        assert!((sent.of_the_broker() - 0.02).abs() < 1e-9, "{sent:?}");
    }
}
