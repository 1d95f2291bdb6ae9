/// What an object is: its kind and what names it, such as a result of one partner's one submission.
///
/// It is not secret and not stored with the object: whoever opens the object says what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context(Vec<u8>);

impl Context {
    /// A kind of object, and its names in a fixed order.
    pub fn new(kind: &str, names: &[&str]) -> Self {
        let mut bytes = b"facematch seal 1".to_vec();
        for part in std::iter::once(&kind).chain(names) {
            // With its length before it, no part can run into the next.
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Self(bytes)
    }

    /// The same object, in another use of its name: what is authenticated for one use does not pass for the other.
    pub(crate) fn used_for(&self, purpose: u8, detail: &[u8]) -> Vec<u8> {
        [&[purpose], detail, self.0.as_slice()].concat()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_equal_only_if_every_part_is() {
        let cases = [
            Context::new("result", &["a", "b"]),
            Context::new("result", &["ab", ""]),
            Context::new("result", &["a"]),
            Context::new("result", &["a", "b", ""]),
            Context::new("resulta", &["b"]),
            Context::new("callback", &["a", "b"]),
        ];
        for (index, one) in cases.iter().enumerate() {
            for (other_index, other) in cases.iter().enumerate() {
                assert_eq!(one == other, index == other_index, "{index} and {other_index}");
            }
        }
    }
}
