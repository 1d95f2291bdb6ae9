use super::container::{PNG_SIGNATURE, behind_ihdr, chunk, ihdr, picture, png, riff, vp8x};
use super::good::{self, HEIGHT_PX, ORDINARY, WIDTH_PX};
use super::{Case, Want};

const ANIMATED: Want = Want::Error("Animated");

/// An animated WebP is refused; of an animated PNG the still picture is taken that it has for such readers.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = webps();
    cases.extend(pngs());
    cases
}

fn webps() -> Vec<Case> {
    let webp = good::webp();
    let picture = picture(&webp);
    let canvas = |flags| vp8x(flags, WIDTH_PX, HEIGHT_PX);
    let (still, moving) = (canvas(0), canvas(2));
    let control = [0, 0, 0, 0, 0, 0];
    let frame =
        [&frame_header()[..], b"VP8L", &(picture.len() as u32).to_le_bytes(), picture].concat();
    let anim: (&[u8; 4], &[u8]) = (b"ANIM", &control);
    let anmf: (&[u8; 4], &[u8]) = (b"ANMF", &frame);
    let many: Vec<_> = [(b"VP8X", &moving[..]), anim].into_iter().chain(vec![anmf; 500]).collect();
    vec![
        Case::new("WebP of one frame", ANIMATED, riff(&[(b"VP8X", &moving), anim, anmf])),
        Case::new("WebP of 500 frames", ANIMATED, riff(&many)),
        Case::new("WebP, no frame", ANIMATED, riff(&[(b"VP8X", &moving), anim])),
        Case::new(
            "WebP, the flag alone",
            ANIMATED,
            riff(&[(b"VP8X", &moving), (b"VP8L", picture)]),
        ),
        Case::new(
            "WebP, frames without the flag",
            ANIMATED,
            riff(&[(b"VP8X", &still), anim, anmf]),
        ),
        Case::new("WebP, a picture and a frame", ANIMATED, riff(&[(b"VP8L", picture), anmf])),
        Case::new(
            "WebP, a frame of no bytes",
            ANIMATED,
            riff(&[(b"VP8X", &moving), (b"ANMF", &[])]),
        ),
    ]
}

fn frame_header() -> Vec<u8> {
    let (w, h) = ((WIDTH_PX - 1).to_le_bytes(), (HEIGHT_PX - 1).to_le_bytes());
    vec![0, 0, 0, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2], 100, 0, 0, 0]
}

fn pngs() -> Vec<Case> {
    let still = good::png();
    let control = |frames: u32| chunk(b"acTL", &[frames.to_be_bytes(), [0; 4]].concat());
    let frame = |number: u32, w: u32, h: u32| {
        let sides = [number, w, h, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&sides[..], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let data = chunk(b"fdAT", &[0, 0, 0, 2, 0x78, 0x9C, 1, 2, 3]);
    let end = still.len() - 12;
    let with = |before: &[u8], behind: &[u8]| {
        let file = [&still[..end], behind, &still[end..]].concat();
        behind_ihdr(&file, before)
    };
    let (w, h) = (WIDTH_PX, HEIGHT_PX);
    let first = [control(2), frame(0, w, h)].concat();
    let second = [frame(1, w, h), data.clone()].concat();
    let huge = [frame(1, u32::MAX, u32::MAX), data.clone()].concat();
    let hidden = [ihdr(w, h, 8, 2, 0), control(1), frame(0, w, h), data.clone()].concat();
    vec![
        Case::new("PNG of two frames", ORDINARY, with(&first, &second)),
        Case::new("PNG of no frames", ORDINARY, with(&control(0), &[])),
        Case::new("PNG of 4 G frames", ORDINARY, with(&control(u32::MAX), &[])),
        Case::new("PNG, a frame of 4 G x 4 G", ORDINARY, with(&first, &huge)),
        Case::new("PNG, a frame before its control", ORDINARY, with(&frame(0, w, h), &[])),
        Case::new(
            "PNG, 100,000 frame headers",
            ORDINARY,
            with(&control(9), &frame(1, w, h).repeat(100_000)),
        ),
        Case::new("PNG, all of it in frames", Want::Error("Corrupt"), without_still(&hidden)),
        Case::new("PNG, a frame without a still picture", Want::Refused, png(&[], &first, &[])),
    ]
}

fn without_still(chunks: &[u8]) -> Vec<u8> {
    [PNG_SIGNATURE, chunks, &chunk(b"IEND", &[])].concat()
}
