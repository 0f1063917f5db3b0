//! How collections lie on the machines of a Qdrant cluster: what an operator decides once, when they are made.

use qdrant_client::qdrant::{
    CollectionInfo, CollectionParams, CreateCollection, Memory, QuantizationConfig, QuantizationSearchParams, QuantizationType,
    ScalarQuantization, VectorParams, quantization_config, vectors_config,
};

use super::schema::{DENSE, Difference};

/// More candidates that quantised vectors give than are asked for, before they are scored anew by the whole ones.
const OVERSAMPLING: f64 = 2.0;

/// The layout of new collections; `None` leaves it to Qdrant. What is there already must have what is said, or it is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) shard_number: Option<u32>,
    pub(crate) replication_factor: Option<u32>,
    pub(crate) write_consistency_factor: Option<u32>,
    pub(crate) on_disk_vectors: Option<bool>,
    pub(crate) scalar_quantisation: Option<bool>,
}

impl Layout {
    /// What of it can't be: the setting, and what is wrong. `server` says whether a Qdrant server or cluster is used.
    pub(crate) fn fault(&self, server: bool) -> Option<(&'static str, String)> {
        for (setting, number) in self.numbers() {
            match number {
                Some(0) => return Some((setting, "it is 0".to_owned())),
                Some(number @ 2..) if !server => {
                    return Some((setting, format!("it is {number}: the embedded engine has 1; give a cluster's address with --qdrant")));
                }
                _ => {}
            }
        }
        if let (Some(consistency), Some(replicas)) = (self.write_consistency_factor, self.replication_factor)
            && consistency > replicas
        {
            return Some(("write_consistency_factor", format!("it is {consistency}, more than the {replicas} replicas there are")));
        }
        let refused = self.scalar_quantisation == Some(true) && !server;
        refused.then(|| ("scalar_quantisation", "it is on: the embedded engine has none; give a server's address with --qdrant".to_owned()))
    }

    /// Puts it into the request that makes a collection.
    #[expect(deprecated, reason = "`on_disk` and `always_ram`: their successor `memory` is unknown to servers before 1.20")]
    pub(super) fn apply(&self, request: &mut CreateCollection) {
        request.shard_number = self.shard_number;
        request.replication_factor = self.replication_factor;
        request.write_consistency_factor = self.write_consistency_factor;
        let config = request.vectors_config.as_mut().and_then(|config| config.config.as_mut());
        if let Some(vectors_config::Config::ParamsMap(all)) = config
            && let Some(dense) = all.map.get_mut(DENSE)
        {
            dense.on_disk = self.on_disk_vectors;
            if self.scalar_quantisation == Some(true) {
                // In memory: that is what the whole vectors may leave for.
                let scalar = ScalarQuantization { r#type: QuantizationType::Int8.into(), always_ram: Some(true), ..Default::default() };
                let quantization = Some(quantization_config::Quantization::Scalar(scalar));
                dense.quantization_config = Some(QuantizationConfig { quantization });
            }
        }
    }

    /// What a collection has otherwise than this says.
    pub(crate) fn differences(&self, info: &CollectionInfo) -> Vec<Difference> {
        let params = info.config.as_ref().and_then(|config| config.params.clone()).unwrap_or_default();
        let dense = dense(&params).cloned().unwrap_or_default();
        let found = [Some(params.shard_number), params.replication_factor, params.write_consistency_factor];
        let numbers = self.numbers().into_iter().zip(found).map(|((what, ours), theirs)| {
            // Qdrant leaves out what is 1.
            (what, ours.map(|ours| ours.to_string()), theirs.unwrap_or(1).to_string())
        });
        let whole = info.config.as_ref().and_then(|config| config.quantization_config.as_ref());
        let quantised = dense.quantization_config.as_ref().or(whole).is_some();
        let flags =
            [("on_disk_vectors", self.on_disk_vectors, is_on_disk(&dense)), ("scalar_quantisation", self.scalar_quantisation, quantised)];
        let flags = flags.into_iter().map(|(what, ours, theirs)| (what, ours.map(|ours| ours.to_string()), theirs.to_string()));
        let differing = numbers.chain(flags).filter_map(|(what, ours, theirs)| {
            let ours = ours.filter(|ours| *ours != theirs)?;
            Some(Difference { what, ours, theirs: Some(theirs) })
        });
        differing.collect()
    }

    /// How vectors are searched that may be quantised: their similarities by the whole vectors, which is exact, and where we know of it, of more than is
    /// asked for. A server leaves it aside where nothing is quantised.
    pub(crate) fn search(&self) -> QuantizationSearchParams {
        let oversampling = (self.scalar_quantisation == Some(true)).then_some(OVERSAMPLING);
        QuantizationSearchParams { ignore: None, rescore: Some(true), oversampling }
    }

    fn numbers(&self) -> [(&'static str, Option<u32>); 3] {
        [
            ("shard_number", self.shard_number),
            ("replication_factor", self.replication_factor),
            ("write_consistency_factor", self.write_consistency_factor),
        ]
    }
}

fn dense(params: &CollectionParams) -> Option<&VectorParams> {
    match params.vectors_config.as_ref()?.config.as_ref()? {
        vectors_config::Config::ParamsMap(all) => all.map.get(DENSE),
        vectors_config::Config::Params(_) => None,
    }
}

#[expect(deprecated, reason = "servers before 1.20 say `on_disk`, later ones `memory`")]
fn is_on_disk(vector: &VectorParams) -> bool {
    vector.on_disk.unwrap_or_else(|| vector.memory == Some(Memory::Cold.into()))
}

#[cfg(test)]
mod tests {
    use qdrant_client::qdrant::CollectionConfig;

    use super::*;
    use crate::index::schema::Identity;

    fn made_with(layout: &Layout) -> CollectionInfo {
        let CreateCollection { vectors_config, shard_number, replication_factor, write_consistency_factor, .. } =
            Identity::new("some/model", 4).create("any", layout);
        let shard_number = shard_number.unwrap_or(1);
        let params = CollectionParams { vectors_config, shard_number, replication_factor, write_consistency_factor, ..Default::default() };
        CollectionInfo { config: Some(CollectionConfig { params: Some(params), ..Default::default() }), ..Default::default() }
    }

    fn all() -> Layout {
        Layout {
            shard_number: Some(3),
            replication_factor: Some(2),
            write_consistency_factor: Some(2),
            on_disk_vectors: Some(true),
            scalar_quantisation: Some(true),
        }
    }

    #[test]
    fn what_was_made_with_a_layout_has_it_and_each_difference_is_named() {
        let unsaid = Layout::default();
        assert_eq!(all().differences(&made_with(&all())), []);
        assert_eq!(unsaid.differences(&made_with(&all())), [], "what isn't said isn't compared");
        let told: Vec<_> = all().differences(&made_with(&unsaid)).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "shard_number is 1, not 3",
                "replication_factor is 1, not 2",
                "write_consistency_factor is 1, not 2",
                "on_disk_vectors is false, not true",
                "scalar_quantisation is false, not true",
            ]
        );
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_is_opened() {
        let with = |change: fn(&mut Layout)| {
            let mut layout = Layout::default();
            change(&mut layout);
            layout
        };
        for (layout, server, setting) in [
            (all(), true, None),
            (Layout::default(), false, None),
            (with(|l| (l.shard_number, l.on_disk_vectors) = (Some(1), Some(true))), false, None),
            (with(|l| l.shard_number = Some(2)), false, Some("shard_number")),
            (with(|l| l.replication_factor = Some(0)), true, Some("replication_factor")),
            (with(|l| (l.replication_factor, l.write_consistency_factor) = (Some(2), Some(3))), true, Some("write_consistency_factor")),
            (with(|l| l.scalar_quantisation = Some(true)), false, Some("scalar_quantisation")),
        ] {
            assert_eq!(layout.fault(server).map(|(setting, _)| setting), setting, "{layout:?}");
        }
    }

    #[test]
    fn similarities_are_exact_and_quantised_vectors_are_searched_for_more() {
        for (layout, oversampling) in [(Layout::default(), None), (all(), Some(OVERSAMPLING))] {
            assert_eq!((layout.search().rescore, layout.search().oversampling), (Some(true), oversampling));
        }
    }
}
