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
    /// Give a partner a new client secret; the old one ends at once
    Rotate {
        /// Its client id
        client_id: String,
    },
    /// Cut a partner off: its tokens end at once; what is queued is still matched
    Disable {
        /// Its client id
        client_id: String,
        /// Let it in again
        #[arg(long)]
        undo: bool,
    },
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
        Command::Rotate { client_id } => {
            let secret = store.rotate_secret(&PartnerId(client_id)).await?;
            anstream::println!("client secret  {}", secret.expose());
        }
        Command::Disable { client_id, undo } => {
            store.set_disabled(&PartnerId(client_id), !undo).await?;
            anstream::println!("{}", if undo { "enabled" } else { "disabled" });
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
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

fn list(partners: &[Partner]) {
    for partner in partners {
        let state = if partner.disabled { "disabled" } else { "enabled" };
        let origins = match partner.allowed_origins.as_slice() {
            [] => "any origin".to_owned(),
            origins => origins.join(", "),
        };
        anstream::println!(
            "{}  {state:<8}  since {}  {origins}  {}",
            partner.id,
            partner.created_at,
            partner.name
        );
    }
}
