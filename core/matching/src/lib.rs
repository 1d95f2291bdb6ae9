//! From aligned faces to a decision: embed, compare, decide.
