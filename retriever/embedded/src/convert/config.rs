//! The settings of a new collection. What was sent is kept beside the engine's own configuration, which has no place for all of it.

#![expect(deprecated, reason = "`on_disk` is what clients older than 1.19 send for `memory`; the message to report has the old fields too")]

use std::collections::HashMap;
use std::num::NonZeroUsize;

use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{
    DEFAULT_VECTOR_NAME, Distance, EdgeConfig, EdgeOptimizersConfig, EdgeSparseVectorParams, EdgeVectorParams, HnswIndexConfig, Memory,
    Modifier, MultiVectorComparator, MultiVectorConfig, VectorStorageDatatype, WalOptions,
};
use tonic::Status;

use crate::error::{bad_request, invalid_field, unsupported};
use crate::options::EngineOptions;

/// What to create a shard with, and what to report about it: the request's own settings, the rest as they are by default.
pub(crate) fn from_message(request: pb::CreateCollection, options: &EngineOptions) -> Result<(EdgeConfig, pb::CollectionConfig), Status> {
    let pb::CreateCollection {
        collection_name: _,
        hnsw_config,
        wal_config,
        optimizers_config,
        shard_number,
        on_disk_payload,
        timeout: _, // bounds the consensus of a cluster
        vectors_config,
        replication_factor,
        write_consistency_factor,
        quantization_config,
        sharding_method,
        sparse_vectors_config,
        strict_mode_config,
        metadata,
        payload,
        id_tracker,
    } = request;
    for (field, copies) in
        [("shard_number", shard_number), ("replication_factor", replication_factor), ("write_consistency_factor", write_consistency_factor)]
    {
        if copies.is_some_and(|copies| copies != 1) {
            return Err(unsupported(format!("{field} other than 1")));
        }
    }
    if sharding_method.is_some_and(|method| method != pb::ShardingMethod::Auto as i32) {
        return Err(unsupported("custom sharding"));
    }
    if quantization_config.is_some() {
        return Err(unsupported("quantization_config"));
    }
    if strict_mode_config.as_ref().is_some_and(|strict| strict.enabled != Some(false)) {
        return Err(unsupported("strict_mode_config"));
    }
    let hnsw = hnsw(HnswIndexConfig::default(), hnsw_config)?;
    let payload_memory = evictable(payload.and_then(|payload| payload.memory), on_disk_payload)?;
    let mut config = EdgeConfig::builder()
        .hnsw_config(hnsw)
        .vectors(dense_vectors(vectors_config.clone(), hnsw)?)
        .sparse_vectors(sparse_vectors(sparse_vectors_config.clone())?)
        .optimizers(optimizers(optimizers_config)?)
        .wal_options(wal(wal_config, options)?)
        .max_search_threads(options.search_threads.max(1))
        .build();
    config.payload_memory = payload_memory;
    config.id_tracker_memory = memory(id_tracker.and_then(|tracker| tracker.memory))?;
    if let Some(name) = config.vectors.keys().find(|name| config.sparse_vectors.contains_key(*name)) {
        return Err(bad_request(format!("vector `{name}` is configured both dense and sparse")));
    }
    let description = pb::CollectionConfig {
        params: Some(pb::CollectionParams {
            shard_number: 1,
            on_disk_payload: config.on_disk_payload(),
            vectors_config,
            replication_factor: Some(1),
            write_consistency_factor: Some(1),
            read_fan_out_factor: None,
            sharding_method,
            sparse_vectors_config,
            read_fan_out_delay_ms: None,
            payload,
            id_tracker,
        }),
        hnsw_config: Some(describe_hnsw(hnsw, hnsw_config)),
        optimizer_config: Some(optimizers_config.unwrap_or_default()),
        wal_config,
        quantization_config: None,
        strict_mode_config,
        metadata,
    };
    Ok((config, description))
}

fn dense_vectors(config: Option<pb::VectorsConfig>, hnsw: HnswIndexConfig) -> Result<HashMap<String, EdgeVectorParams>, Status> {
    let named = match config.and_then(|config| config.config) {
        None => HashMap::new(),
        Some(Config::Params(params)) => HashMap::from([(DEFAULT_VECTOR_NAME.to_owned(), params)]),
        Some(Config::ParamsMap(map)) => map.map,
    };
    named.into_iter().map(|(name, params)| Ok((name, dense_vector(params, hnsw)?))).collect()
}

fn dense_vector(params: pb::VectorParams, collection_hnsw: HnswIndexConfig) -> Result<EdgeVectorParams, Status> {
    let pb::VectorParams { size, distance, hnsw_config, quantization_config, on_disk, datatype, multivector_config, memory } = params;
    if quantization_config.is_some() {
        return Err(unsupported("vectors_config.quantization_config"));
    }
    let size = usize::try_from(size).ok().filter(|size| (1..=65_536).contains(size));
    let size = size.ok_or_else(|| invalid_field("vectors_config.size", "must be from 1 to 65536"))?;
    let distance = match pb::Distance::try_from(distance) {
        Ok(pb::Distance::Cosine) => Distance::Cosine,
        Ok(pb::Distance::Euclid) => Distance::Euclid,
        Ok(pb::Distance::Dot) => Distance::Dot,
        Ok(pb::Distance::Manhattan) => Distance::Manhattan,
        Ok(pb::Distance::UnknownDistance) | Err(_) => return Err(invalid_field("vectors_config.distance", "unknown distance")),
    };
    let mut vector = EdgeVectorParams::builder(size, distance).build();
    vector.memory = evictable(memory, on_disk)?;
    vector.datatype = datatype.map(storage_datatype).transpose()?.flatten();
    vector.hnsw_config = hnsw_config.map(|diff| hnsw(collection_hnsw, Some(diff))).transpose()?;
    vector.multivector_config = match multivector_config.map(|config| pb::MultiVectorComparator::try_from(config.comparator)) {
        None => None,
        Some(Ok(pb::MultiVectorComparator::MaxSim)) => Some(MultiVectorConfig { comparator: MultiVectorComparator::MaxSim }),
        Some(Err(_)) => return Err(invalid_field("vectors_config.multivector_config.comparator", "unknown comparator")),
    };
    Ok(vector)
}

fn sparse_vectors(config: Option<pb::SparseVectorConfig>) -> Result<HashMap<String, EdgeSparseVectorParams>, Status> {
    let map = config.map(|config| config.map).unwrap_or_default();
    map.into_iter().map(|(name, params)| Ok((name, sparse_vector(params)?))).collect()
}

fn sparse_vector(params: pb::SparseVectorParams) -> Result<EdgeSparseVectorParams, Status> {
    let pb::SparseVectorParams { index, modifier } = params;
    let pb::SparseIndexConfig { full_scan_threshold, on_disk, datatype, memory } = index.unwrap_or_default();
    let modifier = match modifier.map(pb::Modifier::try_from) {
        None => None,
        Some(Ok(pb::Modifier::None)) => Some(Modifier::None),
        Some(Ok(pb::Modifier::Idf)) => Some(Modifier::Idf),
        Some(Err(_)) => return Err(invalid_field("sparse_vectors_config.modifier", "unknown modifier")),
    };
    Ok(EdgeSparseVectorParams {
        full_scan_threshold: full_scan_threshold.map(number),
        memory: resident(memory, on_disk)?,
        datatype: datatype.map(storage_datatype).transpose()?.flatten(),
        modifier,
        ..Default::default()
    })
}

/// `diff` over `base`: the settings of a vector over those of its collection, those of a collection over the defaults.
fn hnsw(base: HnswIndexConfig, diff: Option<pb::HnswConfigDiff>) -> Result<HnswIndexConfig, Status> {
    let Some(diff) = diff else { return Ok(base) };
    let pb::HnswConfigDiff { m, ef_construct, full_scan_threshold, max_indexing_threads, on_disk, payload_m, inline_storage, memory } =
        diff;
    if ef_construct.is_some_and(|ef| ef < 4) {
        return Err(invalid_field("hnsw_config.ef_construct", "must be 4 or larger"));
    }
    let mut config = base;
    config.m = m.map_or(base.m, number);
    config.ef_construct = ef_construct.map_or(base.ef_construct, number);
    config.full_scan_threshold = full_scan_threshold.map_or(base.full_scan_threshold, number);
    config.max_indexing_threads = max_indexing_threads.map_or(base.max_indexing_threads, number);
    config.payload_m = payload_m.map(number).or(base.payload_m);
    config.inline_storage = inline_storage.or(base.inline_storage);
    config.memory = placement(memory, on_disk, Memory::Cached)?.or(base.memory);
    Ok(config)
}

fn describe_hnsw(config: HnswIndexConfig, sent: Option<pb::HnswConfigDiff>) -> pb::HnswConfigDiff {
    pb::HnswConfigDiff {
        m: Some(config.m as u64),
        ef_construct: Some(config.ef_construct as u64),
        full_scan_threshold: Some(config.full_scan_threshold as u64),
        max_indexing_threads: Some(config.max_indexing_threads as u64),
        ..sent.unwrap_or_default()
    }
}

/// What the optimizer goes by. Settings of another program's making are refused, not ignored.
pub(crate) fn optimizers(config: Option<pb::OptimizersConfigDiff>) -> Result<EdgeOptimizersConfig, Status> {
    let pb::OptimizersConfigDiff {
        deleted_threshold,
        vacuum_min_vector_number,
        default_segment_number,
        max_segment_size,
        memmap_threshold,
        indexing_threshold,
        flush_interval_sec: _, // every write is flushed before it is answered, which keeps every interval
        deprecated_max_optimization_threads,
        max_optimization_threads,
        prevent_unoptimized,
    } = config.unwrap_or_default();
    if memmap_threshold.is_some() {
        return Err(unsupported("optimizers_config.memmap_threshold"));
    }
    if deprecated_max_optimization_threads.is_some() || max_optimization_threads.is_some() {
        return Err(unsupported("optimizers_config.max_optimization_threads"));
    }
    if prevent_unoptimized == Some(true) {
        // It would hide points until the optimizer has run.
        return Err(unsupported("optimizers_config.prevent_unoptimized"));
    }
    Ok(EdgeOptimizersConfig {
        deleted_threshold,
        vacuum_min_vector_number: vacuum_min_vector_number.map(number),
        default_segment_number: default_segment_number.map(number),
        max_segment_size: max_segment_size.map(number),
        indexing_threshold: indexing_threshold.map(number),
        prevent_unoptimized: None,
    })
}

fn wal(config: Option<pb::WalConfigDiff>, options: &EngineOptions) -> Result<WalOptions, Status> {
    let pb::WalConfigDiff { wal_capacity_mb, wal_segments_ahead, wal_retain_closed } = config.unwrap_or_default();
    let retain = wal_retain_closed.map(|closed| {
        NonZeroUsize::new(number(closed)).ok_or_else(|| invalid_field("wal_config.wal_retain_closed", "must be 1 or larger"))
    });
    if wal_capacity_mb.is_some_and(|megabytes| !(1..=1_024).contains(&megabytes)) {
        return Err(invalid_field("wal_config.wal_capacity_mb", "must be from 1 to 1024"));
    }
    Ok(WalOptions {
        segment_capacity: wal_capacity_mb.map_or(options.wal_segment_bytes, |megabytes| number(megabytes) << 20),
        segment_queue_len: number(wal_segments_ahead.unwrap_or(0)),
        retain_closed: retain.transpose()?.unwrap_or(NonZeroUsize::MIN),
    })
}

fn storage_datatype(datatype: i32) -> Result<Option<VectorStorageDatatype>, Status> {
    Ok(match pb::Datatype::try_from(datatype) {
        Ok(pb::Datatype::Default) => None,
        Ok(pb::Datatype::Float32) => Some(VectorStorageDatatype::Float32),
        Ok(pb::Datatype::Float16) => Some(VectorStorageDatatype::Float16),
        Ok(pb::Datatype::Uint8) => Some(VectorStorageDatatype::Uint8),
        Ok(pb::Datatype::Turbo4) => Some(VectorStorageDatatype::Turbo4),
        Ok(pb::Datatype::Turbo8) => Some(VectorStorageDatatype::Turbo8),
        Ok(pb::Datatype::Turbo16) => Some(VectorStorageDatatype::Turbo16),
        Err(_) => return Err(invalid_field("datatype", "unknown datatype")),
    })
}

/// Where vectors and payloads lie: never pinned, on the server neither.
fn evictable(place: Option<i32>, on_disk: Option<bool>) -> Result<Option<Memory>, Status> {
    let place = placement(place, on_disk, Memory::Cached)?;
    if place == Some(Memory::Pinned) {
        return Err(invalid_field("memory", "`pinned` is not supported for vectors and payloads"));
    }
    Ok(place)
}

/// Where indexes of sparse vectors and payload fields lie: on the heap unless on disk.
fn resident(place: Option<i32>, on_disk: Option<bool>) -> Result<Option<Memory>, Status> {
    placement(place, on_disk, Memory::Pinned)
}

/// `memory` if it is given, else what `on_disk` used to mean.
fn placement(place: Option<i32>, on_disk: Option<bool>, in_memory: Memory) -> Result<Option<Memory>, Status> {
    Ok(memory(place)?.or_else(|| on_disk.map(|on_disk| if on_disk { Memory::Cold } else { in_memory })))
}

fn memory(place: Option<i32>) -> Result<Option<Memory>, Status> {
    Ok(match place.map(pb::Memory::try_from) {
        None | Some(Ok(pb::Memory::Unknown)) => None,
        Some(Ok(pb::Memory::Cold)) => Some(Memory::Cold),
        Some(Ok(pb::Memory::Cached)) => Some(Memory::Cached),
        Some(Ok(pb::Memory::Pinned)) => Some(Memory::Pinned),
        Some(Err(_)) => return Err(invalid_field("memory", "unknown placement")),
    })
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
