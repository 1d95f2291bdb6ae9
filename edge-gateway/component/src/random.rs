use crate::Adapters;
use facematch_gateway::ports::Random;
use spin_sdk::wasip3::random::random::get_random_bytes;

impl Random for Adapters {
    /// WASI 0.3 may give fewer bytes than asked for, but never none.
    fn fill(&self, bytes: &mut [u8]) {
        let mut filled = 0;
        while filled < bytes.len() {
            let rest = &mut bytes[filled..];
            let random = get_random_bytes(rest.len() as u64);
            let count = random.len().min(rest.len());
            rest[..count].copy_from_slice(&random[..count]);
            filled += count;
        }
    }
}
