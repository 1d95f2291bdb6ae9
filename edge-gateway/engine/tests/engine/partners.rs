use crate::world::World;
use facematch_contract::{PartnerId, Scope};
use facematch_engine::{EngineError, NewPartner, StoreError};

#[tokio::test]
async fn only_the_right_secret_of_an_enabled_partner_opens() {
    let world = World::new().await;
    let (engine, right) = (&world.engine, &world.credentials);
    let id = &right.partner_id.0;
    let secret = right.client_secret.expose();
    assert_eq!(engine.authenticate(id, secret).await.unwrap().scopes, Scope::PARTNER);

    let cases = [
        (&**id, "wrong"),
        (id, ""),
        ("pt_unknown", secret),
        ("", ""),
        // The hash that stands in for an unknown partner opens nothing.
        ("pt_unknown", "\0"),
    ];
    for (id, secret) in cases {
        let answer = engine.authenticate(id, secret).await;
        assert!(matches!(answer, Err(EngineError::InvalidClient)), "{id} {secret}");
    }
}

#[tokio::test]
async fn rotation_ends_the_old_secret() {
    let world = World::new().await;
    let (engine, id) = (&world.engine, &world.partner);
    let old = &world.credentials.client_secret;
    let new = engine.store().rotate_secret(id).await.unwrap();
    assert_ne!(&new, old);
    assert!(engine.authenticate(&id.0, old.expose()).await.is_err());
    assert!(engine.authenticate(&id.0, new.expose()).await.is_ok());
}

#[tokio::test]
async fn a_disabled_partner_is_cut_off_until_it_is_enabled() {
    let world = World::new().await;
    let (engine, id) = (&world.engine, &world.partner);
    let secret = world.credentials.client_secret.expose();
    let submission = world.created().await.correlation_id;

    engine.store().set_disabled(id, true).await.unwrap();
    assert!(matches!(engine.authenticate(&id.0, secret).await, Err(EngineError::InvalidClient)));
    assert!(matches!(engine.get(id, submission).await, Err(EngineError::PartnerDisabled)));
    assert!(engine.store().partners().await.unwrap()[0].disabled);

    engine.store().set_disabled(id, false).await.unwrap();
    assert!(engine.authenticate(&id.0, secret).await.is_ok());
    assert!(engine.get(id, submission).await.is_ok());
}

#[tokio::test]
async fn partners_are_listed_without_secrets() {
    let world = World::new().await;
    let new = NewPartner {
        name: "Shop".to_owned(),
        scopes: vec![Scope::SubmissionsWrite],
        allowed_origins: vec!["https://shop.example".to_owned()],
    };
    let made = world.engine.store().add_partner(&new).await.unwrap();
    let listed = world.engine.store().partners().await.unwrap();
    let shop = listed.iter().find(|partner| partner.id == made.partner_id).unwrap();
    assert_eq!((&shop.name, &shop.scopes), (&new.name, &new.scopes));
    assert_eq!(shop.allowed_origins, new.allowed_origins);
    assert!(!format!("{listed:?} {made:?}").contains(made.client_secret.expose()));
    assert!(made.partner_id.0.starts_with("pt_"));
}

#[tokio::test]
async fn no_client_secret_is_stored() {
    let world = World::new().await;
    let secret = world.credentials.client_secret.expose();
    let sql = format!(
        "SELECT count(*) FROM partners WHERE instr(CAST(secret_sha256 AS TEXT), '{secret}')"
    );
    assert_eq!(world.number(sql).await, 0);
    world.engine.store().close().await;
    let file = std::fs::read(world.path()).unwrap();
    assert!(!file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
}

#[tokio::test]
async fn an_unknown_partner_is_an_error_to_its_operator() {
    let world = World::new().await;
    let nobody = PartnerId("pt_nobody".to_owned());
    let rotated = world.engine.store().rotate_secret(&nobody).await;
    assert!(matches!(rotated, Err(StoreError::UnknownPartner(id)) if id == nobody));
    let disabled = world.engine.store().set_disabled(&nobody, true).await;
    assert!(matches!(disabled, Err(StoreError::UnknownPartner(_))));
}
