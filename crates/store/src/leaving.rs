//! What has to be known before anything leaves: under which licences it came, and what
//! a recipient had before.

use crate::Store;
use crate::error::Error;
use crate::held;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;
use stix::Id;

impl Store {
    /// The licences under which objects came, by object and in order; of what came
    /// without one, or is ours, there is nothing.
    pub async fn licences(&self) -> Result<BTreeMap<Id, Vec<String>>, Error> {
        let select = "SELECT DISTINCT o.id, i.licence
            FROM imports i JOIN provenance p ON p.import = i.seq JOIN objects o ON o.seq = p.object
            WHERE i.licence IS NOT NULL ORDER BY o.id, i.licence";
        let mut licences: BTreeMap<Id, Vec<String>> = BTreeMap::new();
        for row in sqlx::query(select).fetch_all(&self.read).await? {
            licences.entry(held::id(row.try_get(0)?)?).or_default().push(row.try_get(1)?);
        }
        Ok(licences)
    }

    /// What left for a recipient so far: ids with versions, as they are written.
    pub async fn released_to(&self, recipient: &str) -> Result<Vec<(Id, Option<String>)>, Error> {
        let select = "SELECT DISTINCT d.id, d.version
            FROM releases r JOIN released d ON d.release = r.seq
            WHERE r.recipient = $1 ORDER BY d.id, d.version";
        let rows = sqlx::query(select).bind(recipient.to_owned()).fetch_all(&self.read).await?;
        let released = |row: &AnyRow| Ok((held::id(row.try_get(0)?)?, row.try_get(1)?));
        rows.iter().map(released).collect()
    }
}
