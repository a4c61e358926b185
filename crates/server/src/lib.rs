//! What answers over HTTP: the TAXII 2.1 server.
