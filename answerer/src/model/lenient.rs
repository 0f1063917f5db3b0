//! Fields that servers leave out or send as `null`, which is the same: some write every field that they know of.

use serde::{Deserialize, Deserializer};

/// The default of what is absent: `#[serde(default, deserialize_with = "or_default")]`.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
