//! Several producers of one flow at once, as after a kill, when requests of the dead one still come:
//! whatever they do to each other's tails, no event is missing.

use domain::event::AdtEvent;
use generators::fault::{Damage, Sent};
use producer::address::Address;
use producer::destination::{Connection, Destination};
use producer::progress::Progress;
use producer::resumption::Resume;
use producer::speed::Speed;
use producer::transmission::transmit;
use proptest::test_runner::Config;
use tokio_util::sync::CancellationToken;

use crate::random::Random;
use crate::topic::{destination, records};
use crate::whole::assert_whole;

const RUN: &str = "rivals";
const EVENTS: u64 = 3_000;

/// Some of them without a key and some damaged, as dirty data may be.
fn flow() -> Vec<Sent> {
    let event = |number: u64| Sent {
        event: AdtEvent {
            event_id: Some(number.to_string()),
            hospital_code: Some("H".to_owned()),
            patient_id: (number % 10 != 7).then(|| (number % 97).to_string()),
            ..AdtEvent::default()
        },
        damage: match number % 20 {
            3 => Some(Damage::Truncated { keep_bytes: 0 }),
            13 => Some(Damage::UnknownSchema),
            _ => None,
        },
        fault: None,
    };
    (0..EVENTS).map(event).collect()
}

/// A producer that looked at the tails, and the number of the event that it comes to next.
struct Rival {
    connection: Connection,
    next: u64,
}

impl Rival {
    async fn start(destination: &Destination) -> Self {
        let shutdown = CancellationToken::new();
        let connection = destination.open(RUN.to_owned(), Resume::Strictly, &shutdown);
        Self {
            connection: connection.await.unwrap(),
            next: 0,
        }
    }

    /// Sends so many of what it takes to be missing.
    async fn send(&mut self, flow: &[Sent], mut events: u64) {
        let shutdown = CancellationToken::new();
        let Connection { sender, resumption } = &mut self.connection;
        while let Some(sent) = flow.get(usize::try_from(self.next).unwrap())
            && events > 0
        {
            let address = Address::of(self.next, sent.event.key(), sender.partitions());
            if !resumption.has(&address).unwrap() {
                assert!(
                    sender
                        .send(&sent.event, sent.damage, &address, &shutdown)
                        .await
                        .unwrap()
                );
                events -= 1;
            }
            self.next += 1;
        }
    }
}

/// Starts, feeds, awaits and drops producers at random, a last one completes the flow.
async fn compete(seed: u64) -> u64 {
    let flow = flow();
    let destination = destination().await;
    let mut random = Random(seed);
    let mut rivals = vec![Rival::start(&destination).await];
    for _ in 0..40 {
        let place = usize::try_from(random.below(rivals.len() as u64)).unwrap();
        match random.below(8) {
            0 if rivals.len() < 4 => rivals.push(Rival::start(&destination).await),
            // What it has not sent yet is lost with it.
            1 if rivals.len() > 1 => drop(rivals.swap_remove(place)),
            2 => {
                let sender = &rivals[place].connection.sender;
                assert_eq!(sender.finish(&CancellationToken::new()).await.unwrap(), 0);
            }
            _ => rivals[place].send(&flow, 1 + random.below(150)).await,
        }
    }
    let last = Rival::start(&destination).await;
    let shutdown = CancellationToken::new();
    let progress = &mut Progress::silent();
    let sent = transmit(
        flow.into_iter(),
        last.connection,
        Speed::Max,
        progress,
        &shutdown,
    );
    let sent = sent.await.unwrap();
    assert_eq!(sent.already_there + sent.events, EVENTS);
    for rival in rivals {
        let sender = rival.connection.sender;
        assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    }
    assert_whole(&records(&destination).await, EVENTS).records()
}

#[tokio::test(flavor = "multi_thread")]
async fn producers_that_come_in_each_other_s_way_leave_no_gap() {
    let seeds = if Config::default().cases > 256 {
        100
    } else {
        5
    };
    let mut doubles = 0;
    for seed in 0..seeds {
        doubles += compete(seed).await;
    }
    assert!(doubles > 0, "they never were in each other's way");
}
