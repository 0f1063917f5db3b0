//! The list of sources.

use antigravity_proto::types::{Source, TextOrigin};
use antigravity_text::latex;

use super::{
    style::{Canvas, Look, Span, Tint},
    wrap::wrap,
};

/// The sources under a heading such as `Sources · 8`: whole percentage, primary category, title, id, by falling percentage.
pub(crate) fn list(heading: &str, sources: &[Source], canvas: Canvas) -> String {
    let mut sources: Vec<&Source> = sources.iter().collect();
    sources.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let heading = format!("{heading} · {}", sources.len());
    let mut lines = vec![canvas.paint(&heading, Look::BOLD)];
    if !sources.is_empty() {
        lines.push(String::new());
    }
    let column = sources.iter().map(|source| source.primary_category.chars().count()).max().unwrap_or(0);
    for source in sources {
        match canvas {
            Canvas::Plain => lines.push(plain(source)),
            Canvas::Terminal { .. } => lines.extend(drawn(source, column, canvas)),
        }
    }
    lines.join("\n")
}

fn plain(source: &Source) -> String {
    let parts = [
        Some(percent(source)),
        Some(source.primary_category.clone()),
        Some(title(source)),
        Some(source.id.clone()),
        origin(source).map(str::to_owned),
    ];
    let line = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    format!("- {}", Span::new(&line, Look::default()).text)
}

/// Percentage and category in columns of their own, the rest wrapped beside them; on a narrow terminal below them.
fn drawn(source: &Source, column: usize, canvas: Canvas) -> Vec<String> {
    let figure = format!("{:>4}  ", percent(source));
    let category = Span::new(&source.primary_category, Look::default()).text;
    let category = format!("{category:column$}  ");
    let head = canvas.paint(&figure, Look { bold: true, ..Look::of(Tint::Figure) }) + &canvas.paint(&category, Look::of(Tint::Quiet));
    let mut spans =
        vec![Span::new(&title(source), Look::default()), Span::new(" ", Look::default()), Span::new(&source.id, Look::of(Tint::Citation))];
    if let Some(origin) = origin(source) {
        spans.push(Span::new(&format!(" ({origin})"), Look::of(Tint::Quiet)));
    }
    let width = figure.chars().count() + category.chars().count();
    // Beside a column as wide as half the terminal a title would be a tower of single words.
    if width * 2 > canvas.width() {
        let mut lines = vec![head.trim_end().to_owned()];
        lines.extend(wrap(&spans, "      ", "      ", canvas));
        return lines;
    }
    wrap(&spans, &head, &" ".repeat(width), canvas)
}

/// The cosine as a whole percentage.
fn percent(source: &Source) -> String {
    // Rounded first, so that nothing reads "-0%"; with a minus sign, which no list takes for its own dash.
    let whole = (source.similarity * 100.0).round();
    if whole < 0.0 { format!("\u{2212}{}%", -whole) } else { format!("{}%", whole.abs()) }
}

fn title(source: &Source) -> String {
    latex::plain(&source.title).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whose words the answer drew on, where they aren't the authors'.
fn origin(source: &Source) -> Option<&'static str> {
    match source.text_origin() {
        TextOrigin::Summary => Some("summary"),
        TextOrigin::TitleOnly => Some("title only"),
        TextOrigin::Authors | TextOrigin::Unspecified => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_similarity_is_a_whole_percentage() {
        for (similarity, shown) in [(0.615, "62%"), (1.0, "100%"), (0.0, "0%"), (-0.001, "0%"), (-0.051, "−5%"), (0.004, "0%")] {
            assert_eq!(percent(&Source { similarity, ..Default::default() }), shown);
        }
    }
}
