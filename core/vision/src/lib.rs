//! From photo bytes to aligned faces: decode, detect, align, crop, encode.
