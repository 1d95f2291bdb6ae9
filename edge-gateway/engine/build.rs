//! Rebuilds when a migration is added: `sqlx::migrate!` embeds the folder, and cargo watches files that exist only.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
