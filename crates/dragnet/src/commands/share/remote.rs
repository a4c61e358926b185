//! A partner's server, as it is typed: its address, who we are to it, which of its
//! collections are meant.

use crate::commands::Usage;
use crate::intel::Desk;
use anyhow::{Context, bail};
use share::taxii::{self, Certificate, Client, Collection, Credentials, Limits, Url};
use std::path::{Path, PathBuf};

/// A partner's server.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct RemoteArgs {
    /// The address of its discovery (…/taxii2/), of one of its roots, or of a collection
    #[arg(value_name = "URL")]
    pub(super) url: String,
    /// Only this collection, by its id, alias or title
    #[arg(long, value_name = "COLLECTION")]
    collection: Option<String>,
    /// Our name there, for Basic authentication
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A file with our token or password; DRAGNET_TAXII_TOKEN holds it otherwise
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Certificates to trust beside the system's, as PEM: of a private authority
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// A collection of a partner.
pub(super) struct Remote {
    pub(super) root: Url,
    pub(super) url: Url,
    pub(super) collection: Collection,
}

/// Where the token is if no file is named: never on the command line, which others see.
const TOKEN: &str = "DRAGNET_TAXII_TOKEN";

impl RemoteArgs {
    /// A client that is known there.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        let token = match &self.token_file {
            Some(path) => Some(secret(path)?),
            None => std::env::var(TOKEN).ok().filter(|token| !token.is_empty()),
        };
        let credentials = match (self.user.clone(), token) {
            (Some(user), Some(password)) => Credentials::Basic { user, password },
            (Some(_), None) => {
                bail!(Usage(format!("--user needs its password: --token-file, or {TOKEN}")))
            }
            (None, Some(token)) => Credentials::Bearer(token),
            (None, None) => Credentials::None,
        };
        crate::intel::provide_tls();
        let authorities = match &self.ca {
            Some(path) => authorities(path)?,
            None => Vec::new(),
        };
        Ok(Client::new(credentials, authorities, Limits::default())?)
    }

    /// The collections that are meant and that `may` choose from.
    pub(super) fn collections(
        &self,
        desk: &Desk,
        client: &Client,
        may: impl Fn(&Collection) -> bool,
    ) -> anyhow::Result<Vec<Remote>> {
        let url = taxii::address(&self.url).map_err(|e| Usage(e.to_string()))?;
        let all = desk.wait(everything(client, &url))?;
        let is_named = |remote: &Remote| {
            self.collection.as_ref().is_none_or(|name| {
                *name == remote.collection.id
                    || *name == remote.collection.title
                    || remote.url.path().trim_end_matches('/').ends_with(&format!("/{name}"))
            })
        };
        let named: Vec<Remote> = all.into_iter().filter(is_named).collect();
        if let (true, Some(name)) = (named.is_empty(), &self.collection) {
            bail!("{url} has no collection {name} that we may see");
        }
        Ok(named.into_iter().filter(|remote| may(&remote.collection)).collect())
    }
}

fn authorities(path: &Path) -> anyhow::Result<Vec<Certificate>> {
    let shown = path.display();
    let pem = std::fs::read(path).with_context(|| format!("cannot read {shown}"))?;
    taxii::authorities(&pem).with_context(|| format!("--ca {shown}"))
}

fn secret(path: &Path) -> anyhow::Result<String> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim().to_owned())
}

/// All collections that an address leads to.
async fn everything(client: &Client, url: &Url) -> anyhow::Result<Vec<Remote>> {
    if let Some(root) = root_of(url) {
        let collection = client.collection(url).await?;
        return Ok(vec![Remote { root, url: url.clone(), collection }]);
    }
    let roots = match client.discover(url).await {
        Ok(discovery) if !discovery.api_roots.is_empty() => client.roots(url, &discovery)?,
        // A root says other things of itself.
        Ok(_) | Err(taxii::Error::NotTaxii { .. }) => vec![url.clone()],
        Err(e) => return Err(e.into()),
    };
    let mut all = Vec::new();
    for root in roots {
        for collection in client.collections(&root).await? {
            let url = taxii::collection_of(&root, &collection.id);
            all.push(Remote { root: root.clone(), url, collection });
        }
    }
    Ok(all)
}

/// The root of a collection's address; none of other addresses.
fn root_of(url: &Url) -> Option<Url> {
    let path = url.path().trim_end_matches('/');
    let (root, id) = path.rsplit_once("/collections/")?;
    if id.is_empty() || id.contains('/') {
        return None;
    }
    let mut url = url.clone();
    url.set_path(&format!("{root}/"));
    Some(url)
}
