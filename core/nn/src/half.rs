//! 16-bit floats (IEEE 754 binary16), to and from their bits.

/// The value of these bits.
pub(crate) fn to_f32(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let exponent = u32::from(bits >> 10 & 0x1F);
    let fraction = u32::from(bits & 0x3FF);
    match exponent {
        // 2^-24 is the smallest step of a binary16.
        0 => f32::from_bits(sign | (fraction as f32 * 2.0_f32.powi(-24)).to_bits()),
        0x1F => f32::from_bits(sign | 0x7F80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13),
    }
}

/// The bits of the nearest value, ties to even; infinite from 65,520 on.
pub(crate) fn from_f32(value: f32) -> u16 {
    let sign = (value.to_bits() >> 16) as u16 & 0x8000;
    let size = value.abs();
    if size.is_nan() {
        return sign | 0x7E00;
    }
    if size >= 65_520.0 {
        return sign | 0x7C00;
    }
    // Below 2^-14 all steps are 2^-24; adding 0.5 puts that step at the end of the fraction,
    // rounded by the hardware.
    if size < 2.0_f32.powi(-14) {
        return sign | ((size + 0.5).to_bits() - 0.5_f32.to_bits()) as u16;
    }
    let bits = size.to_bits();
    let rounded = bits + 0xFFF + (bits >> 13 & 1);
    sign | ((rounded >> 13) - ((127 - 15) << 10)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_survives_the_way_there_and_back() {
        for bits in 0..=u16::MAX {
            let value = to_f32(bits);
            assert!(value.is_nan() || from_f32(value) == bits, "{bits:#06x} is {value}");
        }
    }

    #[test]
    fn rounding_is_to_the_nearest_and_ties_go_to_even() {
        struct Case {
            value: f32,
            want: f32,
        }
        let step = 2.0_f32.powi(-10);
        let tiny = 2.0_f32.powi(-24);
        let cases = [
            Case { value: 1.0 + step * 0.5, want: 1.0 },
            Case { value: 1.0 + step * 1.5, want: 1.0 + step * 2.0 },
            Case { value: 1.0 + step * 0.51, want: 1.0 + step },
            Case { value: -65_519.0, want: -65_504.0 },
            Case { value: 65_520.0, want: f32::INFINITY },
            Case { value: tiny * 0.5, want: 0.0 },
            Case { value: tiny * 1.5, want: tiny * 2.0 },
            Case { value: 2.0_f32.powi(-14) - tiny * 0.25, want: 2.0_f32.powi(-14) },
        ];
        for Case { value, want } in cases {
            assert_eq!(to_f32(from_f32(value)), want, "{value}");
        }
    }
}
