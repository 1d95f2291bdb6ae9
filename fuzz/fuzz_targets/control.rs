//! Fails when the input begins with eight certain bytes: chance alone does not find them, coverage does within seconds.

#![no_main]

use facematch_fuzz::seeds;
use libfuzzer_sys::fuzz_target;

const WORD: &[u8] = b"FUZZ-ME!";

fuzz_target!(init: seeds::write(["nothing"]), |bytes: &[u8]| {
    let right = bytes.iter().zip(WORD).take_while(|(byte, want)| byte == want).count();
    assert!(right < WORD.len(), "the control has found its word");
});
