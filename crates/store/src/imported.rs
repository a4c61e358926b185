//! Whether something was imported already: the same bytes, from the same source, on the
//! same terms.

use crate::Store;
use crate::error::Error;
use crate::import::Origin;
use crate::when;
use sqlx::Row;
use stix::Timestamp;

impl Store {
    /// When it was; none if it never was.
    pub async fn imported_at(&self, origin: &Origin) -> Result<Option<Timestamp>, Error> {
        let select = "SELECT at_us FROM imports WHERE source = $1 AND sha256 = $2
            AND coalesce(licence, '') = $3 AND coalesce(grade, '') = $4 ORDER BY seq LIMIT 1";
        let select = sqlx::query(select).bind(origin.source.clone()).bind(origin.sha256.clone());
        let select = select.bind(origin.licence.clone().unwrap_or_default());
        let select = select.bind(origin.grade.clone().unwrap_or_default());
        let row = select.fetch_optional(&self.read).await?;
        row.map(|row| when::time(row.try_get(0)?)).transpose()
    }
}
