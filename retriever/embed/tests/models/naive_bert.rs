//! BERT as the paper has it, in f64 and plain loops: what the fast encoder is compared with.

use super::tiny_bert::TinyBert;

type Rows = Vec<Vec<f64>>;

/// Which tokens make the text's vector.
#[derive(Clone, Copy)]
pub(crate) enum Pooled {
    Mean,
    Cls,
}

/// The normalised vector of the text with these token ids.
pub(crate) fn embed(bert: &TinyBert, ids: &[usize], pooled: Pooled) -> Vec<f64> {
    let (words, positions) = (tensor(bert, "embeddings.word_embeddings.weight"), tensor(bert, "embeddings.position_embeddings.weight"));
    let types = tensor(bert, "embeddings.token_type_embeddings.weight");
    let mut hidden: Rows = Vec::new();
    for (position, &id) in ids.iter().enumerate() {
        let at = |tensor: &[f64], row: usize, i: usize| tensor[row * bert.hidden + i];
        let sum = (0..bert.hidden).map(|i| at(&words, id, i) + at(&positions, position, i) + types[i]).collect();
        hidden.push(norm(bert, "embeddings.LayerNorm", sum));
    }
    for layer in 0..bert.layers {
        let layer = format!("encoder.layer.{layer}");
        let attended = linear(bert, &format!("{layer}.attention.output.dense"), &attention(bert, &layer, &hidden));
        hidden = residual(bert, &format!("{layer}.attention.output.LayerNorm"), &hidden, &attended);
        let mut inner = linear(bert, &format!("{layer}.intermediate.dense"), &hidden);
        for x in inner.iter_mut().flatten() {
            *x *= 0.5 * (1.0 + erf(*x / 2f64.sqrt()));
        }
        let narrowed = linear(bert, &format!("{layer}.output.dense"), &inner);
        hidden = residual(bert, &format!("{layer}.output.LayerNorm"), &hidden, &narrowed);
    }
    if let Pooled::Cls = pooled {
        hidden.truncate(1);
    }
    let mean: Vec<f64> = (0..bert.hidden).map(|i| hidden.iter().map(|row| row[i]).sum::<f64>() / hidden.len() as f64).collect();
    let length = mean.iter().map(|x| x * x).sum::<f64>().sqrt();
    mean.iter().map(|x| x / length).collect()
}

fn attention(bert: &TinyBert, layer: &str, hidden: &Rows) -> Rows {
    let [queries, keys, values] = ["query", "key", "value"].map(|map| linear(bert, &format!("{layer}.attention.self.{map}"), hidden));
    let width = bert.hidden / bert.heads;
    let mut context = vec![vec![0.0; bert.hidden]; hidden.len()];
    for head in 0..bert.heads {
        let columns = head * width..(head + 1) * width;
        for (query, out) in queries.iter().zip(&mut context) {
            let score = |key: &Vec<f64>| columns.clone().map(|i| query[i] * key[i]).sum::<f64>() / (width as f64).sqrt();
            let scores: Vec<f64> = keys.iter().map(score).collect();
            let largest = scores.iter().copied().fold(f64::MIN, f64::max);
            let total: f64 = scores.iter().map(|score| (score - largest).exp()).sum();
            for (score, value) in scores.iter().zip(&values) {
                for i in columns.clone() {
                    out[i] += (score - largest).exp() / total * value[i];
                }
            }
        }
    }
    context
}

fn linear(bert: &TinyBert, name: &str, input: &Rows) -> Rows {
    let (weights, bias) = (tensor(bert, &format!("{name}.weight")), tensor(bert, &format!("{name}.bias")));
    let output = |row: &Vec<f64>| {
        let outputs = weights.chunks_exact(row.len()).zip(&bias);
        outputs.map(|(weights, bias)| weights.iter().zip(row).map(|(w, x)| w * x).sum::<f64>() + bias).collect()
    };
    input.iter().map(output).collect()
}

fn residual(bert: &TinyBert, name: &str, hidden: &Rows, added: &Rows) -> Rows {
    hidden.iter().zip(added).map(|(x, y)| norm(bert, name, x.iter().zip(y).map(|(x, y)| x + y).collect())).collect()
}

fn norm(bert: &TinyBert, name: &str, row: Vec<f64>) -> Vec<f64> {
    let (scale, shift) = (tensor(bert, &format!("{name}.weight")), tensor(bert, &format!("{name}.bias")));
    let mean = row.iter().sum::<f64>() / row.len() as f64;
    let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
    row.iter().zip(scale.iter().zip(&shift)).map(|(x, (scale, shift))| (x - mean) / (variance + 1e-12).sqrt() * scale + shift).collect()
}

/// Maclaurin series; beyond ±5 it is ±1 to 1.5e-12.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut sum, mut power) = (0.0, x);
    for n in 0..200 {
        sum += power / f64::from(2 * n + 1);
        power *= -x * x / f64::from(n + 1);
    }
    2.0 / std::f64::consts::PI.sqrt() * sum
}

fn tensor(bert: &TinyBert, name: &str) -> Vec<f64> {
    bert.tensors[name].1.iter().map(|&value| f64::from(value)).collect()
}
