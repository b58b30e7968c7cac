//! Reads a connection's ClientHello before TLS does, and gives TLS the same bytes again.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::fingerprint::{NoClientHello, client_hello_in_records};
use crate::limits::CLIENT_HELLO_BYTES;

/// What is read at once; a hello fits, unless the client is very young or very odd.
const PIECE_BYTES: usize = 4 * 1024;

/// Why no ClientHello was read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelloError {
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    #[error("the connection ended before a ClientHello")]
    Ended,
    #[error(transparent)]
    No(#[from] NoClientHello),
    #[error("TLS cannot be spoken here: {0}")]
    Tls(#[from] crate::tls::TlsError),
}

impl HelloError {
    /// Whether the client has shown no certificate where it needs one.
    pub(crate) fn is_without_certificate(&self) -> bool {
        let Self::Io(error) = self else {
            return false;
        };
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        matches!(inner, Some(rustls::Error::NoCertificatesPresented))
    }
}

/// Reads until the ClientHello is whole. Returns it, and the stream as if nothing had been read.
pub(crate) async fn read_client_hello(
    mut stream: TcpStream,
) -> Result<(Vec<u8>, Replayed), HelloError> {
    let mut bytes = Vec::with_capacity(PIECE_BYTES);
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(HelloError::Ended);
        }
        if let Some(hello) = client_hello_in_records(&bytes)? {
            let replayed = Replayed {
                stream,
                bytes,
                given: 0,
            };
            return Ok((hello, replayed));
        }
        if bytes.len() > 2 * CLIENT_HELLO_BYTES {
            return Err(NoClientHello::TooLong.into());
        }
        bytes.reserve(PIECE_BYTES);
    }
}

/// A connection whose first bytes were read already, and are read first.
#[derive(Debug)]
pub(crate) struct Replayed {
    stream: TcpStream,
    bytes: Vec<u8>,
    given: usize,
}

impl AsyncRead for Replayed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let rest = this.bytes.get(this.given..).unwrap_or_default();
        if rest.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buf);
        }
        let given = rest.len().min(buf.remaining());
        buf.put_slice(rest.get(..given).unwrap_or_default());
        this.given += given;
        if this.given == this.bytes.len() {
            this.bytes = Vec::new();
            this.given = 0;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replayed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
