//! The first draft of a descriptor.
/// x
pub struct Draft;
/// x
pub fn draft() {}
