//! Links: connections to the server that come back by themselves.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, Error, NoTls};

use crate::StoreError;
use crate::postgres::error::{explain, is_lost};

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for a statement or a transaction.
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// After a refused connection, how long others are refused at once: they would all wait in turn.
const REFUSED_FOR: Duration = Duration::from_millis(200);

/// The server ends what this side has given up on (milliseconds).
const SESSION: &str = "\
SET statement_timeout = 15000; \
SET idle_in_transaction_session_timeout = 15000";

/// One connection, shared by who asks: statements are pipelined.
#[derive(Debug)]
pub(super) struct Link {
    config: Arc<Config>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    client: Option<Arc<Client>>,
    refused: Option<(Instant, StoreError)>,
}

impl Link {
    pub(super) fn new(config: Arc<Config>) -> Self {
        Self {
            config,
            state: Mutex::default(),
        }
    }

    /// The connection, made anew if it was lost.
    pub(super) async fn client(&self) -> Result<Arc<Client>, StoreError> {
        let mut state = self.state.lock().await;
        if let Some(client) = &state.client
            && !client.is_closed()
        {
            return Ok(client.clone());
        }
        if let Some((at, error)) = &state.refused
            && at.elapsed() < REFUSED_FOR
        {
            return Err(error.clone());
        }
        match connect(&self.config).await {
            Ok(client) => {
                let client = Arc::new(client);
                state.refused = None;
                state.client = Some(client.clone());
                Ok(client)
            }
            Err(error) => {
                state.refused = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Gives the connection up: what it is doing is unknown.
    pub(super) async fn give_up(&self) {
        self.state.lock().await.client = None;
    }

    /// Does what may be done twice (reads): once more if the connection was lost.
    pub(super) async fn read<T, F>(&self, work: impl Fn(Arc<Client>) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut again = true;
        loop {
            let client = self.client().await?;
            match timeout(STATEMENT_TIMEOUT, work(client)).await {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(error)) if again && is_lost(&error) => {
                    again = false;
                    self.give_up().await;
                }
                Ok(Err(error)) => return Err(explain(&error)),
                Err(_) => {
                    self.give_up().await;
                    return Err(StoreError::unavailable("PostgreSQL: no answer in time"));
                }
            }
        }
    }
}

async fn connect(config: &Config) -> Result<Client, StoreError> {
    let connecting = async {
        let (client, connection) = config.connect(NoTls).await?;
        // Ends when the client is dropped or the connection is lost.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "PostgreSQL connection lost");
            }
        });
        // A process that is lost in mid-transaction must not keep the head locked for others.
        client.batch_execute(SESSION).await?;
        // A commit that is answered is durable, whatever the role's or the database's default.
        let row = client
            .query_typed("SELECT current_setting('synchronous_commit')", &[])
            .await?;
        if row
            .first()
            .is_some_and(|row| row.get::<_, &str>(0) == "off")
        {
            client.batch_execute("SET synchronous_commit = on").await?;
        }
        Ok(client)
    };
    match timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(connected) => connected.map_err(|error: Error| explain(&error)),
        Err(_) => Err(StoreError::unavailable("PostgreSQL: no connection in time")),
    }
}
