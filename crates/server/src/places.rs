//! Connections at one time: who comes when all places are taken is turned away at once,
//! so that those who are here can be answered.

use axum_server::accept::Accept;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Takes connections as `inner` does, as long as there are places.
#[derive(Clone, Debug)]
pub(crate) struct Places<A> {
    inner: A,
    free: Arc<Semaphore>,
}

impl<A> Places<A> {
    pub(crate) fn new(inner: A, connections_max: usize) -> Self {
        let free = Arc::new(Semaphore::new(connections_max.min(Semaphore::MAX_PERMITS)));
        Self { inner, free }
    }
}

/// A connection in its place.
#[derive(Debug)]
pub(crate) struct Seated<S> {
    stream: S,
    _place: OwnedSemaphorePermit,
}

type Seating<S, T> = Pin<Box<dyn Future<Output = io::Result<(Seated<S>, T)>> + Send>>;

impl<I, T, A> Accept<I, T> for Places<A>
where
    A: Accept<I, T>,
    A::Future: Send + 'static,
    A::Stream: 'static,
    A::Service: 'static,
{
    type Stream = Seated<A::Stream>;
    type Service = A::Service;
    type Future = Seating<A::Stream, A::Service>;

    fn accept(&self, stream: I, service: T) -> Self::Future {
        let place = Arc::clone(&self.free).try_acquire_owned();
        let accepted = self.inner.accept(stream, service);
        Box::pin(async move {
            let place = place.map_err(|_| io::Error::other("all places are taken"))?;
            let (stream, service) = accepted.await?;
            Ok((Seated { stream, _place: place }, service))
        })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Seated<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Seated<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
