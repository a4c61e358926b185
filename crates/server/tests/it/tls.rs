//! TLS by the server itself, and an end in good order.

use crate::room::TAXII;
use server::access::Settings;
use server::{Config, Failure, Limits, Tls};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use store::Store;
use tokio::sync::oneshot;

/// A certificate for this machine that is good for a day; none without openssl.
fn certificate(folder: &Path) -> Option<Tls> {
    let tls = Tls { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ed25519",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(&tls.key)
        .arg("-out")
        .arg(&tls.certificate)
        .stderr(Stdio::null())
        .status();
    match made {
        Ok(status) if status.success() => Some(tls),
        _ => {
            println!("skipped: no openssl");
            None
        }
    }
}

async fn config(folder: &Path, tls: Option<Tls>) -> Config {
    Config {
        bind: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: Some("https://taxii.example.com/".to_owned()),
        tls,
        store: Store::open(&folder.join("db").display().to_string()).await.unwrap(),
        live: None,
        access: Settings::default(),
        acting: None,
        limits: Limits::default(),
        title: "TLS".to_owned(),
        contact: None,
    }
}

#[tokio::test]
async fn it_speaks_tls_and_is_called_as_it_was_told() {
    let folder = tempfile::TempDir::new().unwrap();
    let Some(tls) = certificate(folder.path()) else { return };
    let config = config(folder.path(), Some(tls)).await;
    let (store, token) = (config.store.clone(), server::Token::draw());
    store.add_key(&crate::room::act(), store::NewKey::of("partner", token.hash())).await.unwrap();
    let (ready, address) = oneshot::channel();
    let (end, ended) = oneshot::channel::<()>();
    let ready = move |address| ready.send(address).unwrap();
    let served = tokio::spawn(server::serve(config, ready, async move { drop(ended.await) }));
    let url = format!("https://{}/taxii2/", address.await.unwrap());
    let client = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true);
    let client = client.min_tls_version(reqwest::tls::Version::TLS_1_3).build().unwrap();
    let answer = client.get(&url).bearer_auth(token.text()).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], TAXII);
    assert!(answer.headers()["strict-transport-security"].to_str().unwrap().contains("max-age"));
    let text = answer.text().await.unwrap();
    assert!(text.contains(r#""https://taxii.example.com/taxii2/dragnet/""#), "{text}");
    drop(client);
    end.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert!(store.is_ready().await.is_err(), "the store is closed with the server");
}

#[tokio::test]
async fn what_cannot_be_served_says_why() {
    let folder = tempfile::TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = config(folder.path(), None).await;
    config.bind = taken.local_addr().unwrap();
    let refused = server::serve(config.clone(), |_| (), std::future::ready(())).await;
    assert!(matches!(refused, Err(Failure::Bind { .. })), "{refused:?}");
    config.bind.set_port(0);
    let none = folder.path().join("none.pem");
    config.tls = Some(Tls { certificate: none.clone(), key: none });
    let refused = server::serve(config, |_| (), std::future::ready(())).await;
    assert!(matches!(refused, Err(Failure::Tls { .. })), "{refused:?}");
}
