use super::Store;
use crate::{StoreError, vault::Item};
use facematch_contract::{CorrelationId, Role};
use facematch_seal::Key;

const DATA_KEY: &str = "SELECT s.partner_id, i.data_key FROM images i \
     JOIN submissions s ON s.id = i.submission_id WHERE i.submission_id = $1 AND i.role = $2";

impl Store {
    /// The data key of a photo; `None` if there is no such photo or its key was destroyed.
    pub(crate) async fn photo_key(
        &self,
        id: CorrelationId,
        role: Role,
    ) -> Result<Option<Key>, StoreError> {
        let id = id.to_string();
        let mut connection = self.read.acquire().await?;
        let select = sqlx::query_as(DATA_KEY).bind(&id).bind(role.as_str());
        let row: Option<(String, Option<Vec<u8>>)> =
            select.fetch_optional(&mut *connection).await?;
        let Some((partner, Some(sealed))) = row else { return Ok(None) };
        let item = Item::Photo(&id, role.as_str());
        let mut opened = self.vault.open(&mut connection, &partner, item, &sealed).await?;
        let key = Key::take(&mut opened).ok_or(StoreError::Unreadable { what: "photo key" })?;
        Ok(Some(key))
    }
}
