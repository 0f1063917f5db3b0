//! Set words of an answer that programs and tests look for.

/// What stands in the place of an id that names no source.
pub const NO_SUCH_SOURCE: &str = "[no such source]";

/// What follows a sentence that no source supports, after a space; below a block of code, after a blank line.
pub const UNSUPPORTED_MARK: &str = "[unsupported]";

/// Who wrote an extractive answer, for display.
pub const ANSWERED_BY_ARCHIVE: &str = "the archive itself (extractive)";
