//! A line to PostgreSQL that breaks at commits: before one reaches the server, or after it, so that
//! its answer is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Of so many commits one is lost, and of another one the answer.
const PERIOD: u64 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passes,
    IsLost,
    LosesItsAnswer,
}

/// What the line does next, whatever the connection.
#[derive(Debug, Default)]
pub(crate) struct Line {
    commits: AtomicU64,
    lost_bytes: AtomicU64,
}

impl Line {
    /// A line before a server, and the address of a database there that leads over it.
    pub(crate) async fn before(url: &str) -> (Arc<Self>, String) {
        let (_, address) = url.rsplit_once('@').unwrap();
        let (server, _) = address.split_once('/').unwrap();
        let (port, line) = Self::to(server.to_owned()).await;
        (line, url.replace(server, &format!("127.0.0.1:{port}")))
    }

    /// Listens for who wants to reach the server; tells the port.
    async fn to(server: String) -> (u16, Arc<Self>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Self::default());
        let own = Arc::clone(&line);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (line, server) = (Arc::clone(&own), server.clone());
                // A connection that breaks is the client's to mend.
                tokio::spawn(async move { line.carry(client, &server).await });
            }
        });
        (port, line)
    }

    /// Whether commits and answers were lost.
    pub(crate) fn has_lost_both(&self) -> bool {
        self.commits.load(Ordering::Relaxed) > PERIOD && self.lost_bytes.load(Ordering::Relaxed) > 0
    }

    fn fate(&self) -> Fate {
        match self.commits.fetch_add(1, Ordering::Relaxed) % PERIOD {
            2 => Fate::LosesItsAnswer,
            5 => Fate::IsLost,
            _ => Fate::Passes,
        }
    }

    async fn carry(&self, mut client: TcpStream, server: &str) -> std::io::Result<()> {
        let mut server = TcpStream::connect(server).await?;
        let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            tokio::select! {
                read = client.read(&mut asked) => {
                    let question = &asked[..read?];
                    if question.is_empty() {
                        return Ok(());
                    }
                    let fate = if is_commit(question) { self.fate() } else { Fate::Passes };
                    if fate == Fate::IsLost {
                        return Ok(());
                    }
                    server.write_all(question).await?;
                    if fate == Fate::LosesItsAnswer {
                        // The answer is there once the commit is.
                        let lost = server.read(&mut answered).await?;
                        self.lost_bytes.fetch_add(lost as u64, Ordering::Relaxed);
                        return Ok(());
                    }
                }
                read = server.read(&mut answered) => {
                    let answer = &answered[..read?];
                    if answer.is_empty() {
                        return Ok(());
                    }
                    client.write_all(answer).await?;
                }
            }
        }
    }
}

/// A simple query, `COMMIT`; the driver sends it alone.
fn is_commit(question: &[u8]) -> bool {
    question.first() == Some(&b'Q') && question.ends_with(b"COMMIT\0")
}
