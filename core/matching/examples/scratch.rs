use facematch_matching::*;
use facematch_vision::*;
use std::sync::Arc;
use std::time::Instant;
fn med(mut f: impl FnMut()) -> f64 {
    let mut v: Vec<f64> = (0..15)
        .map(|_| {
            let t = Instant::now();
            f();
            t.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    v.sort_by(f64::total_cmp);
    v[7]
}
fn main() {
    let m = "/work/shared/models/";
    let d = "/work/shared/data/";
    let t = Instant::now();
    let det = Arc::new(
        TractModel::from_bytes(&std::fs::read(format!("{m}yunet_n_dynamic.onnx")).unwrap())
            .unwrap(),
    );
    println!("load det {:?}", t.elapsed());
    let t = Instant::now();
    let emb = Arc::new(
        TractModel::from_bytes(&std::fs::read(format!("{m}MobileFaceNet.onnx")).unwrap()).unwrap(),
    );
    println!("load emb {:?}", t.elapsed());
    let bytes = std::fs::read(format!("{d}photos/portraits/obama3.jpg")).unwrap();
    let t = Instant::now();
    let p = Photo::decode(&bytes).unwrap();
    println!("decode {:?} {:?}", p, t.elapsed());
    let detector = Detector::new(det.clone(), DetectorSettings::default()).unwrap();
    let t = Instant::now();
    let f = detector.detect(&p).unwrap();
    println!("detect cold {:?}", t.elapsed());
    let t = Instant::now();
    let a = align_face(&p, &f.faces[0].landmarks).unwrap();
    println!("align {:?}", t.elapsed());
    let e = Embedder::new(emb.clone(), false);
    let t = Instant::now();
    e.raw(&a).unwrap();
    println!("embed cold {:?}", t.elapsed());
    println!(
        "warm: decode {:.1} detect {:.1} align {:.2} embed {:.1} ms",
        med(|| {
            Photo::decode(&bytes).unwrap();
        }),
        med(|| {
            detector.detect(&p).unwrap();
        }),
        med(|| {
            align_face(&p, &f.faces[0].landmarks).unwrap();
        }),
        med(|| {
            e.raw(&a).unwrap();
        })
    );
    let big = Photo::from_rgb(
        4000,
        3000,
        (0..36_000_000u32).map(|i| (i.wrapping_mul(2654435761) >> 24) as u8).collect(),
    )
    .unwrap();
    println!(
        "shrink 12MP->640 {:.1} ms; turn {:.1} ms; shrink->1280 {:.1}",
        med(|| {
            shrink(&big, 640, 480);
        }),
        med(|| {
            Turn::Quarter.apply(&big);
        }),
        med(|| {
            shrink(&big, 1280, 960);
        })
    );
    let smooth = Photo::from_rgb(
        4000,
        3000,
        (0..3000u32)
            .flat_map(|y| {
                (0..4000u32)
                    .flat_map(move |x| [(x / 16) as u8, (y / 12) as u8, ((x + y) / 28) as u8])
            })
            .collect(),
    )
    .unwrap();
    let j = encode_jpeg(
        &smooth,
        &JpegBudget { max_bytes: 10_000_000, max_side_px: 4000, ..Default::default() },
    )
    .unwrap();
    println!(
        "jpeg {} bytes; decode 12MP {:.1} ms; encode {:.1}",
        j.bytes.len(),
        med(|| {
            Photo::decode(&j.bytes).unwrap();
        }),
        med(|| {
            encode_jpeg(&smooth, &JpegBudget::default()).unwrap();
        })
    );
    if std::env::args().nth(1).is_none() {
        return;
    }
    // gate statistics
    let packs = Packs::embedded().unwrap();
    let matcher = Matcher::new(packs.standard(), det.clone(), emb.clone()).unwrap();
    for dir in ["lfw-dev/images", "idcards-dev/images"] {
        let mut files = vec![];
        let mut stack = vec![std::path::PathBuf::from(format!("{d}{dir}"))];
        while let Some(x) = stack.pop() {
            for e in std::fs::read_dir(x).unwrap() {
                let p = e.unwrap().path();
                if p.is_dir() { stack.push(p) } else { files.push(p) }
            }
        }
        files.sort();
        let step = files.len();
        let (files_a, files_b) = files.split_at(step / 2);
        let run =
            |files: &[std::path::PathBuf]| -> Vec<(String, [f32; 128], [f32; 128], Vec<f32>)> {
                files
                    .iter()
                    .map(|p| {
                        let photo = Photo::decode(&std::fs::read(p).unwrap()).unwrap();
                        let det = matcher.detect(&photo).unwrap();
                        let role =
                            if dir.starts_with("id") { Role::IdPortrait } else { Role::Selfie };
                        let out = matcher.choose(&det, role);
                        if let Err(e) = &out {
                            println!(
                                "REFUSED {} {e} best {:?}",
                                p.display(),
                                det.faces.first().map(|f| (f.score, f.inter_eye_distance_px()))
                            );
                        }
                        let main =
                            det.faces.iter().max_by(|a, b| a.rect.area().total_cmp(&b.rect.area()));
                        let centre = det.faces.iter().min_by(|a, b| {
                            let c = |f: &Face| {
                                Point {
                                    x: f.rect.x + f.rect.width / 2.,
                                    y: f.rect.y + f.rect.height / 2.,
                                }
                                .distance_px(Point {
                                    x: photo.width_px() as f32 / 2.,
                                    y: photo.height_px() as f32 / 2.,
                                })
                            };
                            c(a).total_cmp(&c(b))
                        });
                        let (mut r, mut s) = ([0.; 128], [0.; 128]);
                        if let Some(f) = if dir.starts_with("id") { main } else { centre } {
                            let al = align_face(&photo, &f.landmarks).unwrap();
                            r = e.raw(&al).unwrap();
                            s = e.raw(&al.mirrored()).unwrap();
                        }
                        let mut scores: Vec<f32> = vec![
                            if out.is_ok() { 1. } else { 0. },
                            centre.map_or(0., |f| f.score),
                            centre.map_or(0., |f| f.inter_eye_distance_px()),
                            det.look.turn.degrees() as f32,
                            det.look.long_side_px as f32,
                        ];
                        scores.extend(det.faces.iter().map(|f| f.score));
                        (p.display().to_string(), r, s, scores)
                    })
                    .collect()
            };
        let all: Vec<_> = std::thread::scope(|s| {
            let h = s.spawn(|| run(files_b));
            let mut a = run(files_a);
            a.extend(h.join().unwrap());
            a
        });
        let mut out = String::new();
        for (p, r, s, sc) in &all {
            out += &format!(
                "{}\t{}\t{}\t{}\n",
                p,
                r.iter().map(|x| x.to_string()).collect::<Vec<_>>().join(" "),
                s.iter().map(|x| x.to_string()).collect::<Vec<_>>().join(" "),
                sc.iter().map(|x| x.to_string()).collect::<Vec<_>>().join(" ")
            );
        }
        std::fs::write(format!("/tmp/emb-{}.tsv", &dir[..3]), out).unwrap();
    }
}
