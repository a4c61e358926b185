//! How people come in to `dragnet serve`.

use super::live::duration;
use crate::commands::Usage;
use anyhow::Context;
use ipnet::IpNet;
use server::access::{Oidc, Secret, Settings};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use store::Role;

/// How people come in.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "People")]
pub(super) struct AccessArgs {
    /// A session in which nothing is asked for so long ends
    #[arg(long, value_name = "TIME", default_value = "1h")]
    session_idle: String,
    /// A session ends after so long, whatever is asked in it
    #[arg(long, value_name = "TIME", default_value = "12h")]
    session_max: String,
    /// What stands in front and says for whom it asks, by X-Forwarded-For
    #[arg(long = "proxy", value_name = "NETWORK", value_delimiter = ',', value_parser = network)]
    proxies: Vec<IpNet>,
    /// Let people log in by OpenID Connect, at this issuer
    #[arg(long, value_name = "URL", requires_all = ["public_url", "oidc_client", "oidc_roles"])]
    oidc_issuer: Option<String>,
    /// What the issuer calls this server
    #[arg(long, value_name = "ID", requires = "oidc_issuer")]
    oidc_client: Option<String>,
    /// Where the secret lies that the issuer knows this server by
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    oidc_secret_file: Option<PathBuf>,
    /// What the issuer is asked for beside openid
    #[arg(
        long = "oidc-scope",
        value_name = "SCOPE",
        default_value = "profile",
        value_delimiter = ','
    )]
    oidc_scopes: Vec<String>,
    /// The claim that says what people are; dots lead into what is within
    #[arg(long, value_name = "CLAIM", default_value = "groups")]
    oidc_claim: String,
    /// What people are here who have this value in the claim: fraud-team=investigator
    #[arg(
        long = "oidc-role",
        value_name = "VALUE=ROLE",
        value_delimiter = ',',
        value_parser = role,
        requires = "oidc_issuer"
    )]
    oidc_roles: Vec<(String, Role)>,
}

impl AccessArgs {
    pub(super) fn settings(&self) -> anyhow::Result<Settings> {
        let idle = duration("session-idle", &self.session_idle)?;
        let absolute = duration("session-max", &self.session_max)?;
        Ok(Settings { idle, absolute, proxies: self.proxies.clone(), oidc: self.oidc()? })
    }

    fn oidc(&self) -> anyhow::Result<Option<Oidc>> {
        let (Some(issuer), Some(client_id)) = (&self.oidc_issuer, &self.oidc_client) else {
            return Ok(None);
        };
        let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .filter_map(|here| issuer.strip_prefix(here))
            .any(|rest| rest.is_empty() || rest.starts_with([':', '/']));
        if !issuer.starts_with("https://") && !is_here {
            let words =
                format!("--oidc-issuer {issuer}: it is asked over https, or on this machine");
            return Err(Usage(words).into());
        }
        Ok(Some(Oidc {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: self.oidc_secret_file.as_deref().map(secret).transpose()?,
            scopes: self.oidc_scopes.clone(),
            claim: self.oidc_claim.clone(),
            roles: self.oidc_roles.clone(),
        }))
    }
}

fn secret(path: &Path) -> anyhow::Result<Secret> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    match text.trim() {
        "" => Err(anyhow::anyhow!("{shown} is empty")),
        text => Ok(Secret(text.to_owned())),
    }
}

fn network(typed: &str) -> Result<IpNet, &'static str> {
    let alone = || typed.parse::<IpAddr>().map(IpNet::from);
    typed.parse().or_else(|_| alone()).map_err(|_| "write an address or a network: 10.0.0.0/8")
}

fn role(typed: &str) -> Result<(String, Role), &'static str> {
    let words = "write VALUE=ROLE, with a role of viewer, analyst, investigator, admin";
    let (value, role) = typed.rsplit_once('=').ok_or(words)?;
    match (value.trim(), Role::of(role.trim())) {
        ("", _) | (_, None) => Err(words),
        (value, Some(role)) => Ok((value.to_owned(), role)),
    }
}
