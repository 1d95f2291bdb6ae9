//! Choices from bytes: first those of a fuzzer, then a fixed sequence that follows from them.

/// A source of choices that never ends.
#[derive(Debug, Clone)]
pub struct Dice<'a> {
    given: std::slice::Iter<'a, u8>,
    state: u64,
}

impl<'a> Dice<'a> {
    /// Begins with the choices in `given`.
    #[must_use]
    pub fn new(given: &'a [u8]) -> Self {
        // FNV-1a, so that each byte changes what comes after the last one.
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3);
        let state = given.iter().fold(0xCBF2_9CE4_8422_2325, hash) | 1;
        Self { given: given.iter(), state }
    }

    /// A fixed sequence.
    #[must_use]
    pub fn seeded(seed: u64) -> Dice<'static> {
        Dice {
            given: [].iter(),
            state: seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        }
    }

    /// One of `0..count`. `count` must not be zero.
    pub fn below(&mut self, count: usize) -> usize {
        let bits = match self.given.next() {
            Some(byte) => usize::from(*byte),
            None => (self.next() >> 33) as usize,
        };
        bits % count
    }

    /// Between -1 and 1.
    pub fn value(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    }

    /// Xorshift64* (Vigna 2016).
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}
