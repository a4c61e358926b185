//! Running the service: a port, TLS, and an end in good order.

use crate::acting;
use crate::answer::{State, router};
use crate::config::{Config, Tls};
use crate::places::Places;
use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        why: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("cannot use the certificate {certificate} with its key: {why}")]
    Tls {
        /// The file.
        certificate: String,
        /// What is wrong.
        why: io::Error,
    },
    /// It stopped.
    #[error("the server stopped: {0}")]
    Stopped(io::Error),
}

/// Whoever is still being answered when the server ends has so long.
const GRACE: Duration = Duration::from_secs(20);
/// Who connects and says nothing is let go.
const FIRST_REQUEST_MAX: Duration = Duration::from_secs(30);

/// Between two requests, and for the head of one.
const HEAD_MAX: Duration = Duration::from_secs(60);
/// Of the head of a request: a few hundred bytes are usual.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Requests at one time of one connection that asks many at once (HTTP/2).
const STREAMS_MAX: u32 = 128;

/// Serves until `end` is there; who is being answered then is answered. `ready` is told
/// where it listens, which is of interest where any port would do.
pub async fn serve(
    config: Config,
    ready: impl FnOnce(SocketAddr),
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let bind = |why| Failure::Bind { address: config.bind, why };
    let listener = TcpListener::bind(config.bind).map_err(bind)?;
    listener.set_nonblocking(true).map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let tls = match &config.tls {
        Some(tls) => Some(certificate(tls).await?),
        None => None,
    };
    if let Some(live) = &config.live {
        live.begin().await;
    }
    let state = State::new(&config);
    let sending = config.acting.as_ref().map(|acting| {
        let wake = Arc::clone(&state.0.wake);
        tokio::spawn(acting::send(config.store.clone(), acting.reach, wake))
    });
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let places = config.limits.connections_max;
    let handle = Handle::new();
    let ending = handle.clone();
    tokio::spawn(async move {
        end.await;
        ending.graceful_shutdown(Some(GRACE));
    });
    ready(address);
    let done = match tls {
        None => {
            let server = axum_server::from_tcp(listener).map_err(bind)?;
            bounded(server, handle, places).serve(service).await
        }
        Some(tls) => {
            let server = axum_server::from_tcp_rustls(listener, tls).map_err(bind)?;
            bounded(server, handle, places).serve(service).await
        }
    };
    if let Some(sending) = sending {
        // What is under way then is sent again by the next one.
        sending.abort();
    }
    done.map_err(Failure::Stopped)?;
    config.store.close().await;
    Ok(())
}

/// A server that nobody can hold up: by many connections, by long heads, by slow ones.
fn bounded<A>(
    server: Server<SocketAddr, A>,
    handle: Handle<SocketAddr>,
    places: usize,
) -> Server<SocketAddr, Places<A>> {
    let server = server.handle(handle).first_request_timeout(FIRST_REQUEST_MAX);
    let mut server = server.map(|acceptor| Places::new(acceptor, places));
    let builder = server.http_builder();
    builder.http1().header_read_timeout(HEAD_MAX).max_buf_size(HEAD_BYTES_MAX);
    let mut http2 = builder.http2();
    http2.max_header_list_size(HEAD_BYTES_MAX as u32).max_concurrent_streams(STREAMS_MAX);
    server
}

async fn certificate(tls: &Tls) -> Result<RustlsConfig, Failure> {
    // Another part of the process may have chosen: then that one is ours too.
    drop(rustls::crypto::ring::default_provider().install_default());
    let why = |why| Failure::Tls { certificate: tls.certificate.display().to_string(), why };
    RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await.map_err(why)
}
