//! The model as a whole: text → tokens → their vectors → layers → one vector. What runs it on several cores is apart, in `pool`.

use rayon::ThreadPool;

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::embeddings::Embeddings;
use crate::error::EmbedError;
use crate::folder::ModelFolder;
use crate::layer::Layer;
use crate::one_thread;
use crate::pooling::mean_direction;
use crate::scratch::Scratch;
use crate::tokenizer::Tokenizer;

/// A model ready to run: tokenizer and packed weights, 90 MB for the default model. `Send + Sync`: one serves all threads.
pub struct Encoder {
    model: String,
    revision: String,
    dimension: usize,
    tokenizer: Tokenizer,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    /// Runs [`Encoder::embed`] for threads that are not a rayon pool of one.
    other_thread: ThreadPool,
}

impl Encoder {
    /// Reads the weights of a checked folder and packs them for this CPU: 0.1 s for the default model. Blocks.
    ///
    /// # Errors
    /// If the files do not describe a BERT encoder that this crate runs, contradict each other, or hold NaN or infinite weights.
    pub fn load(folder: &ModelFolder) -> Result<Encoder, EmbedError> {
        let config = Config::read(&folder.config())?;
        let tokenizer = Tokenizer::read(&folder.tokenizer(), &config)?;
        let mut checkpoint = Checkpoint::open(&folder.weights())?;
        let embeddings = Embeddings::read(&mut checkpoint, &config)?;
        let layers = (0..config.num_hidden_layers).map(|index| Layer::read(&mut checkpoint, &config, index)).collect::<Result<_, _>>()?;
        Ok(Encoder {
            model: folder.manifest().model.clone().into_owned(),
            revision: folder.manifest().revision.clone().into_owned(),
            dimension: config.hidden_size,
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

    /// The model's name, for instance `sentence-transformers/all-MiniLM-L6-v2`. Vectors of two models can't be compared.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The revision of [`Encoder::model`] in its publisher's repository.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The vector of a text, of length 1. What exceeds 256 tokens (about 190 English words) does not count.
    ///
    /// Blocks for the 10 to 50 ms that a long text takes on one core. Calls from several threads take turns; to use several cores, and
    /// from asynchronous code, use a [`Pool`](crate::Pool).
    ///
    /// # Errors
    /// [`EmbedError::NoDirection`] if damaged weights give a vector that can't be normalised.
    pub fn embed(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        if one_thread::entered() {
            self.embed_with(&mut Scratch::default(), text)
        } else {
            self.other_thread.install(|| self.embed_with(&mut Scratch::default(), text))
        }
    }

    /// [`Encoder::embed`] on a thread that is a rayon pool of one, with the buffers that the thread keeps.
    pub(crate) fn embed_with(&self, scratch: &mut Scratch, text: &str) -> Result<Vec<f32>, EmbedError> {
        let ids = self.tokenizer.ids(text)?;
        self.embeddings.look_up(&ids, &mut scratch.hidden)?;
        for layer in &self.layers {
            layer.run(scratch)?;
        }
        mean_direction(&scratch.hidden, self.dimension)
    }
}
