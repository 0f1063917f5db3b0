//! The model as a whole: text → tokens → their vectors → layers → one vector. What runs it on several cores is apart, in `pool`.

use rayon::ThreadPool;

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::embeddings::Embeddings;
use crate::error::EmbedError;
use crate::folder::ModelFolder;
use crate::layer::Layer;
use crate::one_thread;
use crate::precision::{Arithmetic, Precision};
use crate::scratch::Scratch;
use crate::settings::Settings;
use crate::tokenizer::Tokenizer;

/// A model ready to run: tokenizer and packed weights, 60 MB for the default model in int8 and 90 MB in f32. `Send + Sync`: one serves all
/// threads.
pub struct Encoder {
    model: String,
    revision: String,
    dimension: usize,
    precision: Precision,
    settings: Settings,
    tokenizer: Tokenizer,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    /// Runs [`Encoder::embed`] for threads that are not a rayon pool of one.
    other_thread: ThreadPool,
}

/// What a text is, since some models were trained with different prefixes for the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Query,
    Passage,
}

impl Encoder {
    /// As [`Encoder::load_with`] in the default precision, int8.
    ///
    /// # Errors
    /// As [`Encoder::load_with`].
    pub fn load(folder: &ModelFolder) -> Result<Encoder, EmbedError> {
        Encoder::load_with(folder, Precision::default())
    }

    /// Reads the weights of a checked folder, quantises them if asked, and packs them for this CPU: 0.1 s for the default model. Blocks.
    ///
    /// # Errors
    /// If the files do not describe a BERT encoder that this crate runs, contradict each other, or hold NaN or infinite weights.
    pub fn load_with(folder: &ModelFolder, precision: Precision) -> Result<Encoder, EmbedError> {
        Encoder::load_as(folder, precision, Arithmetic::of(precision))
    }

    /// As [`Encoder::load_with`], in an arithmetic that this CPU need not be the one for.
    pub(crate) fn load_as(folder: &ModelFolder, precision: Precision, arithmetic: Arithmetic) -> Result<Encoder, EmbedError> {
        let manifest = folder.manifest();
        let config = Config::read(&folder.config())?;
        let tokenizer = Tokenizer::read(&folder.tokenizer(), &config, manifest.settings.max_tokens)?;
        let mut checkpoint = Checkpoint::open(&folder.weights())?;
        let embeddings = Embeddings::read(&mut checkpoint, &config)?;
        let layers = (0..config.num_hidden_layers)
            .map(|index| Layer::read(&mut checkpoint, &config, arithmetic, index))
            .collect::<Result<_, _>>()?;
        Ok(Encoder {
            model: manifest.model.clone().into_owned(),
            revision: manifest.revision.clone().into_owned(),
            dimension: config.hidden_size,
            precision,
            settings: manifest.settings.clone(),
            tokenizer,
            embeddings,
            layers,
            other_thread: one_thread::other()?,
        })
    }

    /// Length of the vectors: 384 for the default model.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The model's name, for instance `sentence-transformers/all-MiniLM-L6-v2`. Vectors of two models can't be compared; those of two
    /// [`precisions`](Encoder::precision) of one model can. A model other than the default one carries a digest of its files and settings
    /// in its name (`name@0123456789ab`), so that an archive notices when they change.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The revision of [`Encoder::model`] in its publisher's repository; empty if unknown.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// How exactly the encoder calculates.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The vector of a passage, of length 1. What exceeds the model's longest text (256 tokens for the default model, about 190 English
    /// words) does not count.
    ///
    /// Blocks for the 10 to 50 ms that a long text takes on one core. Calls from several threads take turns; to use several cores, and
    /// from asynchronous code, use a [`Pool`](crate::Pool).
    ///
    /// # Errors
    /// [`EmbedError::NoDirection`] if damaged weights give a vector that can't be normalised.
    pub fn embed(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let embed = || {
            let mut vectors = self.embed_tokens(&mut Scratch::default(), &[self.tokens(text, Role::Passage)?])?;
            vectors.pop().unwrap_or(Err(EmbedError::NoDirection))
        };
        if one_thread::entered() { embed() } else { self.other_thread.install(embed) }
    }

    /// The text with its prefix as token ids, at most as many as the model takes.
    pub(crate) fn tokens(&self, text: &str, role: Role) -> Result<Vec<u32>, EmbedError> {
        let prefix = match role {
            Role::Query => &self.settings.query_prefix,
            Role::Passage => &self.settings.passage_prefix,
        };
        if prefix.is_empty() { self.tokenizer.ids(text) } else { self.tokenizer.ids(&format!("{prefix}{text}")) }
    }

    /// The longest text in tokens.
    pub(crate) fn max_tokens(&self) -> usize {
        self.tokenizer.max_tokens()
    }

    /// The vectors of several texts, or why one has none; on a thread that is a rayon pool of one, with the buffers that the thread keeps.
    ///
    /// The texts pass through the products with the weights together: one that is short would leave them waiting for the weights to come
    /// from memory.
    pub(crate) fn embed_tokens(&self, scratch: &mut Scratch, texts: &[Vec<u32>]) -> Result<Vec<Result<Vec<f32>, EmbedError>>, EmbedError> {
        let lengths: Vec<usize> = texts.iter().map(Vec::len).collect();
        self.embeddings.look_up(texts, &mut scratch.hidden)?;
        for layer in &self.layers {
            layer.run(scratch, &lengths)?;
        }
        let mut rows = scratch.hidden.as_slice();
        let vectors = lengths.iter().map(|tokens| {
            let (text, rest) = rows.split_at_checked(tokens * self.dimension).unwrap_or_default();
            rows = rest;
            self.settings.pooling.direction(text, self.dimension)
        });
        Ok(vectors.collect())
    }
}
