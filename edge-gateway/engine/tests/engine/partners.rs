use crate::world::World;
use facematch_contract::{PartnerId, Scope};
use facematch_engine::{EngineError, NewPartner, Secret, StoreError};

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
async fn rotation_ends_the_old_secret_after_its_grace() {
    let world = World::new().await;
    let (engine, id) = (&world.engine, &world.partner);
    let opens = async |secret: &Secret| engine.authenticate(&id.0, secret.expose()).await.is_ok();
    let first = &world.credentials.client_secret;

    let second = engine.store().rotate_secret(id, 3600).await.unwrap();
    assert_ne!(&second, first);
    assert!(opens(first).await && opens(&second).await, "two live");
    assert!(engine.store().partners().await.unwrap()[0].old_secret_until.is_some());

    let third = engine.store().rotate_secret(id, 3600).await.unwrap();
    assert!(!opens(first).await, "two and no more");
    assert!(opens(&second).await && opens(&third).await);

    engine.store().revoke_old_secrets(id).await.unwrap();
    assert!(!opens(&second).await && opens(&third).await, "revoked at once");

    let fourth = engine.store().rotate_secret(id, 3600).await.unwrap();
    world.sql("UPDATE partners SET old_secret_until = 1").await;
    assert!(!opens(&third).await && opens(&fourth).await, "the grace is over");

    let fifth = engine.store().rotate_secret(id, 0).await.unwrap();
    assert!(!opens(&fourth).await && opens(&fifth).await, "no grace");
}

#[tokio::test]
async fn a_partner_is_changed() {
    let world = World::new().await;
    let (store, id) = (world.engine.store(), &world.partner);
    let origins = ["https://a.example".to_owned()];
    store.set_origins(id, &origins).await.unwrap();
    store.set_rate(id, Some(60)).await.unwrap();
    let partner = store.partners().await.unwrap().remove(0);
    assert_eq!((&partner.allowed_origins[..], partner.rate), (&origins[..], Some(60)));
    assert_eq!(world.created().await.allowed_origins, origins);
    store.set_rate(id, None).await.unwrap();
    assert_eq!(store.partners().await.unwrap()[0].rate, None);
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
    let store = world.engine.store();
    let results = [
        store.rotate_secret(&nobody, 0).await.map(drop),
        store.rotate_callback_secret(&nobody, 0).await.map(drop),
        store.revoke_old_secrets(&nobody).await,
        store.set_origins(&nobody, &[]).await,
        store.set_rate(&nobody, None).await,
        store.set_disabled(&nobody, true).await,
    ];
    for result in results {
        assert!(matches!(result, Err(StoreError::UnknownPartner(id)) if id == nobody));
    }
}
