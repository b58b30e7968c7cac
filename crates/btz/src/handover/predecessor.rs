//! The new process's side: the process that serves here until this one does.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{MESSAGE_BYTES_MAX, Message, digest};
use crate::config::Config;

/// How long the old process may take for its part: its last calls, its last flush.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The process that served here before.
#[derive(Debug)]
pub(crate) struct Predecessor(BufReader<UnixStream>);

impl Predecessor {
    /// Over the socket that it gave.
    pub(crate) fn new(stream: UnixStream) -> Result<Self> {
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Says that this process would run with `config`, and waits until the store is free.
    pub(crate) fn ask_for_the_store(&mut self, config: &Config) -> Result<()> {
        self.say(&Message::Started {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data: config.data.display().to_string(),
            store: digest(&config.store),
        })?;
        match self.hear()? {
            Message::Released {} => Ok(()),
            other => bail!("the old process said {other:?} instead of releasing the store"),
        }
    }

    /// Says that this process serves, and waits until it is the service.
    pub(crate) fn take_over(&mut self) -> Result<()> {
        self.say(&Message::Ready {})?;
        match self.hear()? {
            Message::Over {} => Ok(()),
            other => bail!("the old process said {other:?} instead of leaving"),
        }
    }

    /// Says that this process can be followed by another in its turn.
    pub(crate) fn settle(mut self) {
        // Nothing depends on its being heard.
        drop(self.say(&Message::Settled {}));
    }

    /// Says why this process does not come to serve.
    pub(crate) fn fail(&mut self, error: &anyhow::Error) {
        let reason = format!("{error:#}");
        // If it is not heard, the end of this process is.
        drop(self.say(&Message::Failed { reason }));
    }

    fn say(&mut self, message: &Message) -> Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let said = self.0.get_mut().write_all(&line);
        said.context("the old process cannot be told")
    }

    fn hear(&mut self) -> Result<Message> {
        let mut line = String::new();
        let read = (&mut self.0).take(MESSAGE_BYTES_MAX).read_line(&mut line);
        read.context("the old process says nothing")?;
        if line.is_empty() {
            bail!("the old process took its sockets back, or is gone");
        }
        serde_json::from_str(&line).with_context(|| format!("the old process said `{line}`"))
    }
}
