//! A JPEG file's segments, read before any pixel (ITU-T T.81, annex B).

use facematch_contract::limits::MAX_DECODE_BYTES;

use super::limits::{Size, check_memory};
use super::{DecodeError, PhotoFormat};

/// Most scans that are taken. Progressive encoders write about 10; each costs a pass over all
/// blocks.
const MAX_SCANS: u32 = 64;

/// What stands for end-of-image in a lean file of sequential scans.
///
/// zune-jpeg fills up with zeros once it has seen end-of-image, so a picture whose middle is
/// missing would come out grey at the bottom, strict mode or not. Without that marker it runs into
/// the end of the buffer and refuses. The zeros keep its read-ahead, of 8 bytes at most, away from
/// that end while the last rows of a whole picture are read.
const END_OF_SCAN: [u8; 16] = [0; 16];

/// What a walk over a JPEG file finds.
#[derive(Debug)]
pub(super) struct JpegParts<'a> {
    pub(super) size: Size,
    /// The EXIF block, with its `Exif\0\0` prefix.
    pub(super) exif: Option<&'a [u8]>,
    /// The file from start to end-of-image with only the segments that pixels need: no previews, no
    /// profiles, no second pictures, nothing after the end.
    pub(super) lean: Vec<u8>,
}

/// Reads the segments of `file` up to end-of-image.
///
/// # Errors
/// `Truncated` if the file ends before end-of-image; a limit's error as soon as the frame header
/// breaks it.
pub(super) fn walk(file: &[u8]) -> Result<JpegParts<'_>, DecodeError> {
    let mut walk = Walk::new(file);
    while walk.segment()? {}
    walk.finish()
}

/// What the frame header (SOF) states.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    size: Size,
    progressive: bool,
    components: u8,
    /// Id, sampling factors and quantisation table of each component.
    table: &'a [u8],
    /// Whether colours have fewer samples than brightness.
    subsampled: bool,
}

struct Walk<'a> {
    file: &'a [u8],
    at: usize,
    lean: Vec<u8>,
    frame: Option<Frame<'a>>,
    exif: Option<&'a [u8]>,
    scans: u32,
    /// Channels of all scans together.
    channels: u32,
    /// MCUs from one restart marker to the next; 0 for none.
    restart_interval: u64,
}

impl<'a> Walk<'a> {
    fn new(file: &'a [u8]) -> Self {
        let lean = vec![0xFF, 0xD8];
        Self {
            file,
            at: 2,
            lean,
            frame: None,
            exif: None,
            scans: 0,
            channels: 0,
            restart_interval: 0,
        }
    }

    fn finish(mut self) -> Result<JpegParts<'a>, DecodeError> {
        let frame = self.frame.filter(|_| self.scans > 0);
        let frame = frame.ok_or_else(|| corrupt("no picture before end-of-image"))?;
        if !frame.progressive && self.channels != u32::from(frame.components) {
            return Err(corrupt("not one scan of each channel"));
        }
        if !frame.progressive {
            self.lean.extend(END_OF_SCAN);
        } else {
            self.lean.extend([0xFF, 0xD9]);
        }
        Ok(JpegParts { size: frame.size, exif: self.exif, lean: self.lean })
    }

    /// Reads one segment; `false` once it was end-of-image.
    fn segment(&mut self) -> Result<bool, DecodeError> {
        let marker = self.marker()?;
        match marker {
            0xD9 => return Ok(false),
            0x01 | 0xD0..=0xD7 => return Ok(true),
            0x00 | 0xD8 => return Err(corrupt("marker where none may be")),
            _ => {}
        }
        let body = self.body()?;
        self.take(marker, body)?;
        Ok(true)
    }

    fn take(&mut self, marker: u8, body: &'a [u8]) -> Result<(), DecodeError> {
        match marker {
            0xC0..=0xC2 => self.frame(marker, body)?,
            // Huffman tables, quantisation tables, Adobe's colour transform.
            0xC4 | 0xDB | 0xEE => {}
            0xDD => self.restart_interval(body)?,
            0xDA => return self.scan(body),
            0xE1 if body.starts_with(b"Exif\0\0") && self.exif.is_none() => {
                self.exif = Some(body);
                return Ok(());
            }
            0xC3 | 0xC5..=0xCF => return Err(unsupported("lossless or arithmetic coding")),
            _ => return Ok(()),
        }
        self.keep(marker, body);
        Ok(())
    }

    /// The next marker's code, fill bytes skipped.
    fn marker(&mut self) -> Result<u8, DecodeError> {
        if self.byte()? != 0xFF {
            return Err(corrupt("no marker between segments"));
        }
        loop {
            match self.byte()? {
                0xFF => {}
                code => return Ok(code),
            }
        }
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = self.file.get(self.at).copied().ok_or(TRUNCATED)?;
        self.at += 1;
        Ok(byte)
    }

    /// The bytes of a segment after its length.
    fn body(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let length = length.checked_sub(2).ok_or_else(|| corrupt("segment of no length"))?;
        let body = self.file.get(self.at..self.at + length).ok_or(TRUNCATED)?;
        self.at += length;
        Ok(body)
    }

    fn keep(&mut self, marker: u8, body: &[u8]) {
        let length = (body.len() as u16 + 2).to_be_bytes();
        self.lean.extend([0xFF, marker, length[0], length[1]]);
        self.lean.extend_from_slice(body);
    }

    fn restart_interval(&mut self, body: &[u8]) -> Result<(), DecodeError> {
        let &[high, low] = body else { return Err(corrupt("restart interval of another length")) };
        self.restart_interval = u16::from_be_bytes([high, low]).into();
        Ok(())
    }

    fn frame(&mut self, marker: u8, body: &'a [u8]) -> Result<(), DecodeError> {
        if self.frame.is_some() {
            return Err(corrupt("second frame header"));
        }
        let frame = Frame::parse(marker, body)?;
        if frame.progressive {
            check_memory(frame.coefficient_bytes() + frame.size.pixels() * 3)?;
        }
        self.frame = Some(frame);
        Ok(())
    }

    /// Takes a scan header and the entropy-coded bytes behind it.
    fn scan(&mut self, header: &[u8]) -> Result<(), DecodeError> {
        let frame = self.frame.ok_or_else(|| corrupt("scan before frame header"))?;
        // A scan with some of the components makes the decoder keep the coefficients of all.
        if header.first().is_none_or(|&count| count < frame.components) {
            check_memory(frame.coefficient_bytes() + frame.size.pixels() * 3)?;
        }
        // zune-jpeg 0.5.15 takes the channels' samples for one another there, and says nothing.
        if !frame.progressive
            && frame.subsampled
            && header.first().is_none_or(|&count| count < frame.components)
        {
            return Err(unsupported("a scan for each channel"));
        }
        self.scans += 1;
        if self.scans > MAX_SCANS {
            return Err(unsupported("more than 64 scans"));
        }
        self.channels += u32::from(header.first().copied().unwrap_or_default());
        self.keep(0xDA, header);
        let restarts = self.entropy()?;
        self.check_restarts(restarts, frame.mcus(header))
    }

    /// A part that is missing between two restart markers would come out grey, or shifted.
    fn check_restarts(&self, restarts: u64, mcus: u64) -> Result<(), DecodeError> {
        let want = match self.restart_interval {
            0 => 0,
            interval => mcus.div_ceil(interval).saturating_sub(1),
        };
        // Some writers end the last interval too.
        let is_whole = restarts == want || (want > 0 && restarts == want + 1);
        if is_whole { Ok(()) } else { Err(corrupt("restart markers missing or too many")) }
    }

    /// Takes bytes up to the next marker that is neither a stuffed byte nor a restart, and counts the restarts.
    fn entropy(&mut self) -> Result<u64, DecodeError> {
        let start = self.at;
        let mut restarts = 0;
        loop {
            let rest = self.file.get(self.at..).ok_or(TRUNCATED)?;
            self.at += rest.iter().position(|&byte| byte == 0xFF).ok_or(TRUNCATED)?;
            match self.file.get(self.at + 1) {
                None => return Err(TRUNCATED),
                Some(0x00) => self.at += 2,
                Some(&code @ 0xD0..=0xD7) => {
                    if u64::from(code & 7) != restarts % 8 {
                        return Err(corrupt("restart markers out of their order"));
                    }
                    restarts += 1;
                    self.at += 2;
                }
                Some(0xFF) => self.at += 1,
                Some(_) => break,
            }
        }
        self.lean.extend_from_slice(&self.file[start..self.at]);
        Ok(restarts)
    }
}

impl<'a> Frame<'a> {
    fn parse(marker: u8, body: &'a [u8]) -> Result<Self, DecodeError> {
        let &[precision, h1, h0, w1, w0, components, ref table @ ..] = body else {
            return Err(corrupt("frame header too short"));
        };
        if precision != 8 {
            return Err(unsupported("more than 8 bits a sample"));
        }
        if ![1, 3, 4].contains(&components) || table.len() != usize::from(components) * 3 {
            return Err(corrupt("frame header with odd components"));
        }
        let (width_px, height_px) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        let size = Size::checked(width_px.into(), height_px.into())?;
        let factors = || table.chunks_exact(3).flat_map(|c| [c[1] >> 4, c[1] & 15]);
        if factors().any(|factor| !(1..=4).contains(&factor)) {
            return Err(corrupt("sampling factor out of range"));
        }
        let subsampled = table.chunks_exact(3).any(|component| component[1] != table[1]);
        Ok(Self { size, progressive: marker == 0xC2, components, table, subsampled })
    }

    /// Horizontal and vertical sampling factors of each component.
    fn factors(&self) -> impl Iterator<Item = (u64, u64)> {
        self.table.chunks_exact(3).map(|c| (u64::from(c[1] >> 4), u64::from(c[1] & 15)))
    }

    fn greatest_factors(&self) -> (u64, u64) {
        self.factors().fold((1, 1), |most, (h, v)| (most.0.max(h), most.1.max(v)))
    }

    /// MCUs of all components together (T.81, A.2).
    fn interleaved_mcus(&self) -> u64 {
        let (h, v) = self.greatest_factors();
        u64::from(self.size.width_px).div_ceil(8 * h)
            * u64::from(self.size.height_px).div_ceil(8 * v)
    }

    /// MCUs of a scan: those of one component alone are its blocks (T.81, A.2.2).
    fn mcus(&self, scan: &[u8]) -> u64 {
        let &[1, id, ..] = scan else { return self.interleaved_mcus() };
        let index = self.table.chunks_exact(3).position(|component| component[0] == id);
        let (h, v) = self.factors().nth(index.unwrap_or_default()).unwrap_or((1, 1));
        let (most_h, most_v) = self.greatest_factors();
        let blocks =
            |side: u32, own: u64, most: u64| (u64::from(side) * own).div_ceil(most).div_ceil(8);
        blocks(self.size.width_px, h, most_h) * blocks(self.size.height_px, v, most_v)
    }

    /// All coefficients of the frame: two bytes for each of each whole MCU.
    fn coefficient_bytes(&self) -> u64 {
        let blocks = self.factors().map(|(h, v)| h * v).sum::<u64>() * self.interleaved_mcus();
        blocks.saturating_mul(128).min(MAX_DECODE_BYTES * 2)
    }
}

const TRUNCATED: DecodeError = DecodeError::Truncated { format: PhotoFormat::Jpeg };

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt { format: PhotoFormat::Jpeg, detail: detail.to_owned() }
}

fn unsupported(feature: &'static str) -> DecodeError {
    DecodeError::Unsupported { format: PhotoFormat::Jpeg, feature }
}
