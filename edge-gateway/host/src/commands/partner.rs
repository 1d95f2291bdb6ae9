use crate::{
    server::{DATABASE, open_store},
    terminal,
};
use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use facematch_contract::PartnerId;
use facematch_engine::{NewPartner, Partner, PartnerCredentials, Store};
use std::{path::PathBuf, process::ExitCode};
use url::Url;

const HOUR_S: u32 = 3600;

#[derive(clap::Args)]
pub(super) struct Options {
    /// Where the database lives
    #[arg(long, env = "FACEMATCH_DATA_DIR", default_value = "data", global = true)]
    data_dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a partner and print its credentials, once
    Add {
        /// A name for people
        name: String,
        /// A web origin that may use its browser tokens, such as https://app.example.com; any when left out
        #[arg(long = "origin")]
        origins: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List partners
    List,
    /// Give a partner a new client secret; the old one ends after a grace
    Rotate {
        /// Its client id
        client_id: String,
        /// Hours that the old secret works on; 0 ends it at once
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=720))]
        grace_hours: u32,
    },
    /// End the old secrets of a partner that a rotation left alive, at once
    Revoke {
        /// Its client id
        client_id: String,
    },
    /// Change a partner
    Set(SetOptions),
    /// Cut a partner off: its tokens end at once; what is queued is still matched
    Disable {
        /// Its client id
        client_id: String,
        /// Let it in again
        #[arg(long)]
        undo: bool,
    },
}

#[derive(clap::Args)]
struct SetOptions {
    /// Its client id
    client_id: String,
    /// A web origin that may use its browser tokens, in place of those before
    #[arg(long = "origin", conflicts_with = "any_origin")]
    origins: Vec<String>,
    /// Let any web origin use its browser tokens
    #[arg(long)]
    any_origin: bool,
    /// Requests a minute that it may make; 0 for as many as every partner
    #[arg(long)]
    rate: Option<u32>,
    /// Give it a new webhook secret and print it; callbacks are signed with the old one too for a grace
    #[arg(long)]
    rotate_webhook_secret: bool,
    /// Hours that the old webhook secret signs on; 0 ends it at once
    #[arg(long, default_value_t = 24, requires = "rotate_webhook_secret",
        value_parser = clap::value_parser!(u32).range(0..=720))]
    grace_hours: u32,
    /// Send callbacks again to endpoints that answered 410
    #[arg(long)]
    enable_callbacks: bool,
}

pub(super) async fn run(options: Options) -> Result<ExitCode> {
    let database = options.data_dir.join(DATABASE);
    if !matches!(options.command, Command::Add { .. }) {
        ensure!(
            database.exists(),
            "there is no {}: name the server's --data-dir",
            database.display()
        );
    }
    let store = open_store(&options.data_dir).await?;
    match options.command {
        Command::Add { name, origins, json } => add(&store, &name, &origins, json).await?,
        Command::List => list(&store.partners().await?),
        Command::Rotate { client_id, grace_hours } => {
            let secret = store.rotate_secret(&PartnerId(client_id), grace_hours * HOUR_S).await?;
            anstream::println!("client secret  {}", secret.expose());
            anstream::println!("{}", old_secret(grace_hours));
        }
        Command::Revoke { client_id } => {
            store.revoke_old_secrets(&PartnerId(client_id)).await?;
            anstream::println!("the old secrets are ended; tokens live on for 30 minutes at most");
        }
        Command::Set(options) => set(&store, options).await?,
        Command::Disable { client_id, undo } => {
            store.set_disabled(&PartnerId(client_id), !undo).await?;
            anstream::println!("{}", if undo { "enabled" } else { "disabled" });
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn set(store: &Store, options: SetOptions) -> Result<()> {
    let id = PartnerId(options.client_id);
    if options.any_origin || !options.origins.is_empty() {
        let origins =
            options.origins.iter().map(|text| origin(text)).collect::<Result<Vec<_>>>()?;
        store.set_origins(&id, &origins).await?;
    }
    if let Some(rate) = options.rate {
        store.set_rate(&id, Some(rate).filter(|rate| *rate > 0)).await?;
    }
    if options.enable_callbacks {
        let endpoints = store.enable_callbacks(&id).await?;
        anstream::println!("endpoints switched on again: {endpoints}");
    }
    if options.rotate_webhook_secret {
        let grace_s = options.grace_hours * HOUR_S;
        let secret = store.rotate_callback_secret(&id, grace_s).await?;
        anstream::println!("webhook secret  {}", secret.expose());
        anstream::println!("{}", old_secret(options.grace_hours));
    }
    let partners = store.partners().await?;
    list(partners.iter().filter(|partner| partner.id == id));
    Ok(())
}

fn old_secret(grace_hours: u32) -> String {
    match grace_hours {
        0 => "the old one is ended".to_owned(),
        hours => {
            format!("the old one works for {hours} hours more; `facematch partner revoke` ends it")
        }
    }
}

async fn add(store: &Store, name: &str, origins: &[String], json: bool) -> Result<()> {
    let allowed_origins = origins.iter().map(|text| origin(text)).collect::<Result<_>>()?;
    let partner = NewPartner { allowed_origins, ..NewPartner::new(name) };
    print_credentials(name, &store.add_partner(&partner).await?, json)
}

/// An origin as browsers say it: scheme, host, port if it is not the usual one.
fn origin(text: &str) -> Result<String> {
    let url = Url::parse(text).with_context(|| format!("{text} is no origin"))?;
    ensure!(
        url.origin().is_tuple() && url.path() == "/" && url.query().is_none(),
        "{text} is no origin: it should look like https://app.example.com"
    );
    Ok(url.origin().ascii_serialization())
}

/// Prints what a partner is told once. The secrets are nowhere to be read again.
pub(super) fn print_credentials(
    name: &str,
    credentials: &PartnerCredentials,
    json: bool,
) -> Result<()> {
    let PartnerCredentials { partner_id, client_secret, callback_secret } = credentials;
    if json {
        let credentials = serde_json::json!({
            "name": name, "clientId": partner_id,
            "clientSecret": client_secret.expose(), "webhookSecret": callback_secret.expose(),
        });
        println!("{}", serde_json::to_string_pretty(&credentials)?);
        return Ok(());
    }
    let bold = terminal::BOLD;
    anstream::println!("\n{bold}{name}{bold:#}: keep these, they are shown once");
    anstream::println!("  client id       {partner_id}");
    anstream::println!("  client secret   {}", client_secret.expose());
    anstream::println!("  webhook secret  {}\n", callback_secret.expose());
    Ok(())
}

fn list<'p>(partners: impl IntoIterator<Item = &'p Partner>) {
    for partner in partners {
        let state = if partner.disabled { "disabled" } else { "enabled" };
        let origins = match partner.allowed_origins.as_slice() {
            [] => "any origin".to_owned(),
            origins => origins.join(", "),
        };
        let rate = partner.rate.map(|rate| format!("  {rate} requests a minute"));
        let gone = Some(partner.gone_endpoints).filter(|count| *count > 0);
        let gone = gone.map(|count| format!("  callbacks off for {count} endpoints (410)"));
        anstream::println!(
            "{}  {state:<8}  since {}  {origins}{}{}  {}",
            partner.id,
            partner.created_at,
            rate.unwrap_or_default(),
            gone.unwrap_or_default(),
            partner.name
        );
    }
}
