//! The models of the configuration, by the names that requests use.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use antigravity_chassis::status::Problem;
use antigravity_proto::types::{Model as ModelMessage, ModelProvider, Reason};

use super::Model;
use super::remote::{Remote, Server};
use crate::error::AnswererError;
use crate::extractive::COMPOSER_VERSION;
use crate::options::Options;
use crate::prompt::PROMPT_VERSION;

/// The name of the built-in composer.
pub(crate) const EXTRACTIVE: &str = "extractive";

/// All models that can be asked for.
pub(crate) struct Models {
    by_name: BTreeMap<String, Arc<dyn Model>>,
    default: String,
}

/// The model of one answer.
#[derive(Clone)]
pub(crate) struct Chosen {
    /// The name that requests use.
    pub(crate) name: String,
    /// `None`: the extractive composer.
    pub(crate) model: Option<Arc<dyn Model>>,
    pub(crate) is_default: bool,
}

impl Models {
    /// Prepares the configured models. Sends nothing.
    pub(crate) fn new(options: &Options) -> Result<Self, AnswererError> {
        let mut by_name: BTreeMap<String, Arc<dyn Model>> = BTreeMap::new();
        // A server that fails for one of its models fails for the others; with another key it may not.
        let mut servers: HashMap<(&str, Option<&str>), Server> = HashMap::new();
        for (name, model) in &options.models {
            let server = servers.entry((model.base_url(), model.key_variable())).or_default().clone();
            by_name.insert(name.clone(), Arc::new(Remote::new(name, model, server)?));
        }
        Ok(Self { by_name, default: options.default_model.clone().unwrap_or_else(|| EXTRACTIVE.to_owned()) })
    }

    /// The model of this name, or the default one for an empty name.
    pub(crate) fn choose(&self, name: &str) -> Result<Chosen, Problem> {
        let name = if name.is_empty() { &self.default } else { name };
        let model = self.by_name.get(name).cloned();
        if model.is_none() && name != EXTRACTIVE {
            return Err(unknown(name, &self.names()));
        }
        Ok(Chosen { name: name.to_owned(), model, is_default: name == self.default })
    }

    /// The default one first, then by name.
    pub(crate) fn list(&self) -> Vec<ModelMessage> {
        let is_default = |name: &str| name == self.default;
        let extractive = message(EXTRACTIVE, ModelProvider::Extractive, "", is_default(EXTRACTIVE));
        let configured = self.by_name.iter().map(|(name, model)| message(name, model.provider(), model.provider_model(), is_default(name)));
        let mut models: Vec<ModelMessage> = std::iter::once(extractive).chain(configured).collect();
        models.sort_by_key(|model| !model.default);
        models
    }

    fn names(&self) -> String {
        std::iter::once(EXTRACTIVE).chain(self.by_name.keys().map(String::as_str)).collect::<Vec<_>>().join(", ")
    }
}

/// A model as the contract describes it.
pub(crate) fn message(name: &str, provider: ModelProvider, provider_model: &str, default: bool) -> ModelMessage {
    let prompt_version = if provider == ModelProvider::Extractive { COMPOSER_VERSION } else { PROMPT_VERSION };
    ModelMessage {
        name: name.to_owned(),
        provider: provider.into(),
        provider_model: provider_model.to_owned(),
        default,
        prompt_version: prompt_version.to_owned(),
    }
}

fn unknown(name: &str, known: &str) -> Problem {
    Problem::new(Reason::UnknownModel, format!("no model `{name}` is configured: name one of {known}"))
        .field("model", format!("one of {known}"))
        .with("model", name)
        .with("models", known)
}
