//! The ids of a page's elements, all of our own making.

/// Gives every element of one page an id that no other has, and every heading its level.
#[derive(Debug)]
pub(crate) struct Anchors {
    prefix: &'static str,
    given: usize,
    level: u8,
}

impl Anchors {
    /// Ids that begin with `prefix`, for text under a heading of level 1.
    pub(crate) fn new(prefix: &'static str) -> Self {
        Self { prefix, given: 0, level: 1 }
    }

    /// The next id.
    pub(crate) fn next(&mut self) -> String {
        self.given += 1;
        format!("{}-{}", self.prefix, self.given)
    }

    /// The element of a heading that was written with `marks` times `#`: below the page's own, and with no level left out on the way down, since
    /// people who listen to a page find their way by them.
    pub(super) fn heading(&mut self, marks: u8) -> &'static str {
        self.level = (marks + 1).min(self.level + 1);
        match self.level {
            ..=2 => "h2",
            3 => "h3",
            4 => "h4",
            5 => "h5",
            6.. => "h6",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_down_one_by_one() {
        let mut anchors = Anchors::new("a");
        let levels = [2, 2, 3, 1, 4, 6, 6, 6, 6].map(|marks| anchors.heading(marks));
        assert_eq!(levels, ["h2", "h3", "h4", "h2", "h3", "h4", "h5", "h6", "h6"]);
        assert_eq!([anchors.next(), anchors.next()], ["a-1", "a-2"]);
    }
}
