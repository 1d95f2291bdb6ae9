use crate::{Pipeline, draw::annotate, load_pack, terminal::DIM};
use anyhow::{Context, Result};
use facematch_vision::{Detection, Photo};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

#[derive(clap::Args)]
#[command(after_help = "Exit status: 0 when a face was found, 4 when none was, 1 error.")]
pub(super) struct Options {
    /// A photo: JPEG, PNG or WebP
    photo: PathBuf,
    /// Save the photo with boxes, landmarks and scores on it, as PNG
    #[arg(long, value_name = "PNG")]
    annotate: Option<PathBuf>,
    /// Model pack [default: standard, or builtin where the files of that cannot be had]
    #[arg(long, env = "FACEMATCH_PACK")]
    pack: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the time of each stage to standard error
    #[arg(long)]
    timings: bool,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let pipeline = Pipeline::new(&load_pack(options.pack.as_deref())?)?;
    let path = options.photo.display();
    let file = fs::read(&options.photo).with_context(|| format!("cannot read {path}"))?;
    let start = Instant::now();
    let photo = Photo::decode(&file).with_context(|| format!("cannot decode {path}"))?;
    let decoded = start.elapsed();
    let detection = pipeline.detect(&photo)?;
    if options.timings {
        eprintln!("decode {:8.1} ms", decoded.as_secs_f64() * 1e3);
        eprintln!("detect {:8.1} ms", (start.elapsed() - decoded).as_secs_f64() * 1e3);
    }
    print(&photo, &detection, options.json)?;
    if let Some(path) = &options.annotate {
        save(&photo, &detection, path)?;
    }
    Ok(ExitCode::from(if detection.faces.is_empty() { 4 } else { 0 }))
}

fn print(photo: &Photo, detection: &Detection, json: bool) -> Result<()> {
    let reports: Vec<_> = detection.faces.iter().map(crate::pipeline::face_report).collect();
    if json {
        let found = serde_json::json!({
            "widthPx": photo.width_px(), "heightPx": photo.height_px(), "faces": reports,
        });
        println!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(());
    }
    let count = match reports.len() {
        0 => "no face".to_owned(),
        1 => "1 face".to_owned(),
        count => format!("{count} faces"),
    };
    anstream::println!("{count} in {}×{} px", photo.width_px(), photo.height_px());
    for report in &reports {
        let area = report.bounding_box;
        anstream::println!(
            "  score {:.2}  {:.0}×{:.0} px at ({:.0}, {:.0})  {DIM}eyes {:.0} px apart{DIM:#}",
            report.score,
            area.width,
            area.height,
            area.x,
            area.y,
            report.inter_eye_distance_px
        );
    }
    Ok(())
}

fn save(photo: &Photo, detection: &Detection, path: &Path) -> Result<()> {
    let picture = annotate(photo, &detection.faces).context("the photo has no pixels")?;
    picture
        .save_with_format(path, image::ImageFormat::Png)
        .with_context(|| format!("cannot write {}", path.display()))
}
