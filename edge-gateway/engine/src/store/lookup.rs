use super::{Store, submissions};
use crate::StoreError;
use facematch_contract::{
    CorrelationId, PartnerId,
    engine::{FoundSubmissions, Lookup},
};

/// Ids sort by time: the newest is the greatest.
const BY_REFERENCE: &str = "SELECT id FROM submissions WHERE partner_id = $1 AND reference = $2 \
     AND id < $3 ORDER BY id DESC LIMIT $4";
/// Greater than every id.
const FROM_THE_NEWEST: &str = "g";

impl Store {
    /// A partner's submissions of one reference, newest first.
    pub(crate) async fn look_up(
        &self,
        partner: &PartnerId,
        lookup: &Lookup,
    ) -> Result<FoundSubmissions, StoreError> {
        let mut connection = self.read.acquire().await?;
        let after = lookup.after.map(|id| id.to_string());
        let mut ids: Vec<String> = sqlx::query_scalar(BY_REFERENCE)
            .bind(&partner.0)
            .bind(&lookup.reference)
            .bind(after.as_deref().unwrap_or(FROM_THE_NEWEST))
            .bind(i64::from(lookup.limit) + 1)
            .fetch_all(&mut *connection)
            .await?;
        let more = ids.len() > lookup.limit as usize;
        ids.truncate(lookup.limit as usize);
        let mut found = Vec::new();
        for id in ids {
            let id: CorrelationId =
                id.parse().map_err(|_| StoreError::Unreadable { what: "id" })?;
            // One that was erased since has no reference any more.
            let record = submissions::by_id(&mut connection, partner, id).await?;
            found.extend(record.map(|record| record.stored));
        }
        Ok(FoundSubmissions { submissions: found, more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::searches;

    #[tokio::test]
    async fn a_look_up_searches_an_index_in_its_order() {
        searches(
            BY_REFERENCE,
            "INDEX submissions_reference (partner_id=? AND reference=? AND id<?)",
        )
        .await;
    }
}
