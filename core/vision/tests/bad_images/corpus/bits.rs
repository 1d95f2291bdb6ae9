/// Bits, the least significant first, as deflate and lossless WebP pack them.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
    /// Appends the low `count` bits of `value`.
    pub(super) fn put(&mut self, value: u32, count: usize) -> &mut Self {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("one was pushed");
            *last |= ((value >> bit & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
        self
    }

    /// Appends a prefix code, which is packed with its most significant bit first.
    pub(super) fn code(&mut self, code: u32, count: usize) -> &mut Self {
        (0..count).rev().for_each(|bit| {
            self.put(code >> bit, 1);
        });
        self
    }

    /// Appends eight zero bits for each byte.
    pub(super) fn zero_bytes(&mut self, count: usize) -> &mut Self {
        self.bytes.resize(self.bytes.len() + count, 0);
        self.used += count * 8;
        self
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
