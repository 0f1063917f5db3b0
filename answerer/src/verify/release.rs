//! The way out: only here does checked text become a block, by the policy for what failed.

use antigravity_proto::types::{Block, ByteSpan, Claim, UnsupportedPolicy, Verdict, VerdictReason};
use antigravity_text::PreprintId;

use super::{Checked, Finding, ids};
use crate::draft::UnitKind;
use crate::marks::{NO_SUCH_SOURCE, UNSUPPORTED_MARK};

/// How much of the released text is kept to see an id that two units make up together. An id has 22 characters at most; spaces may be between.
const SEAM: usize = 64;

/// A block that may leave. It can only come from [`Release::admit`].
pub(crate) struct ReleasedBlock(Block);

impl From<ReleasedBlock> for Block {
    fn from(block: ReleasedBlock) -> Self {
        block.0
    }
}

/// Where the answer's Markdown has got to.
pub(crate) struct Release {
    policy: UnsupportedPolicy,
    sources: Vec<PreprintId>,
    /// Bytes released so far.
    length: usize,
    /// The last of them.
    tail: String,
    /// White space that a sentence left out would have brought.
    owed_gap: String,
    /// Sentences left out.
    dropped: usize,
}

impl Release {
    pub(crate) fn new(policy: UnsupportedPolicy, sources: Vec<PreprintId>) -> Self {
        Self { policy, sources, length: 0, tail: String::new(), owed_gap: String::new(), dropped: 0 }
    }

    /// How many sentences were left out.
    pub(crate) fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether nothing has left yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Lets a checked unit go; `None` when the policy leaves it out.
    pub(crate) fn admit(&mut self, mut checked: Checked) -> Option<ReleasedBlock> {
        self.mend_seam(&mut checked);
        let failed = checked.failed();
        if failed && self.policy == UnsupportedPolicy::Drop {
            self.dropped += 1;
            if checked.gap.matches('\n').count() > self.owed_gap.matches('\n').count() {
                self.owed_gap = checked.gap;
            }
            return None;
        }
        let mut markdown = String::new();
        let gap = std::mem::take(&mut self.owed_gap);
        if gap.contains('\n') && !self.is_empty() && !self.tail.ends_with('\n') {
            markdown.push_str(&gap);
        }
        let start = self.length + markdown.len();
        let (claimed, rest) = claimed(&checked);
        markdown.push_str(claimed);
        let claim = checked.finding.as_ref().map(|finding| claim(finding, start, claimed));
        if failed {
            // Behind a fence it would leave the code open.
            markdown.push_str(if checked.kind == UnitKind::Code { "\n\n" } else { " " });
            markdown.push_str(UNSUPPORTED_MARK);
        }
        markdown.push_str(rest);
        markdown.push_str(&checked.gap);
        self.length += markdown.len();
        self.remember(&markdown);
        Some(ReleasedBlock(Block { markdown, claims: claim.into_iter().collect() }))
    }

    /// Two units that are each in order can make up an id together: `AG` at the end of a line, `- 2026.03-1712` as the item below it.
    fn mend_seam(&self, checked: &mut Checked) {
        let is_source = |id: &PreprintId| self.sources.contains(id);
        if let Some(end) = ids::broken_across(&self.tail, &checked.text, is_source) {
            checked.text = format!("{NO_SUCH_SOURCE}{}", checked.text.get(end..).unwrap_or(""));
            checked.finding = Some(Finding::bare(Verdict::Unsupported, VerdictReason::NoSuchSource));
        }
    }

    fn remember(&mut self, markdown: &str) {
        self.tail.push_str(markdown);
        let cut = self.tail.char_indices().rev().nth(SEAM).map_or(0, |(at, _)| at);
        self.tail.drain(..cut);
    }
}

/// The text that the claim is, and what of the unit comes after a mark: a mark beyond a table row's last bar would not be shown, and one beyond the
/// head's line of dashes would undo the table.
fn claimed(checked: &Checked) -> (&str, &str) {
    let text = checked.text.as_str();
    let row = match checked.kind {
        UnitKind::TableRow | UnitKind::TableHead => text.lines().next().unwrap_or("").trim_end().strip_suffix('|'),
        _ => None,
    };
    row.and_then(|row| text.split_at_checked(row.trim_end().len())).unwrap_or((text, ""))
}

fn claim(finding: &Finding, start: usize, text: &str) -> Claim {
    let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    Claim {
        span: Some(ByteSpan { start: offset(start), end: offset(start + text.len()) }),
        text: text.to_owned(),
        verdict: finding.verdict.into(),
        reason: finding.reason.into(),
        cited_ids: finding.cited.iter().map(ToString::to_string).collect(),
        evidence: finding.evidence.clone(),
    }
}
