//! The library that encrypts what goes to partners.

/// Has it chosen, once; whoever chose before us chose the same.
pub(crate) fn provide() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
