//! Vectors of all three kinds, dense, sparse and matrix. They are taken in both forms that clients send, and returned in the newer one.

#![expect(deprecated, reason = "clients older than 1.16 send a vector in three fields, `data`, `indices` and `vectors_count`")]

use std::collections::HashMap;

use qdrant_client::qdrant::vector::Vector as Message;
use qdrant_client::qdrant::vector_output::Vector as Output;
use qdrant_client::qdrant::vectors::VectorsOptions;
use qdrant_client::qdrant::vectors_output::VectorsOptions as OutputOptions;
use qdrant_client::qdrant::with_vectors_selector::SelectorOptions;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{
    DEFAULT_VECTOR_NAME, EdgeConfig, TypedMultiDenseVector, VectorInternal, VectorPersisted, VectorStructInternal, VectorStructPersisted,
    WithVector,
};
use tonic::Status;

use crate::error::{bad_request, engine, unsupported};
use crate::validate;

/// The vectors of a point to be written, each checked against the collection. A point may lack some of the collection's vectors.
pub(crate) fn of_point(schema: &EdgeConfig, vectors: Option<pb::Vectors>) -> Result<VectorStructPersisted, Status> {
    let named = match vectors.and_then(|vectors| vectors.vectors_options) {
        None => return Err(bad_request("Expected some vectors")),
        Some(VectorsOptions::Vector(vector)) => HashMap::from([(DEFAULT_VECTOR_NAME.to_owned(), vector)]),
        Some(VectorsOptions::Vectors(pb::NamedVectors { vectors })) => vectors,
    };
    let checked = named.into_iter().map(|(name, vector)| {
        let vector = validate::vector(schema, &name, from_message(vector)?)?;
        Ok((name, VectorPersisted::from(vector)))
    });
    checked.collect::<Result<_, Status>>().map(VectorStructPersisted::Named)
}

/// One vector, in the form that clients send since 1.16 or in the older one.
pub(crate) fn from_message(vector: pb::Vector) -> Result<VectorInternal, Status> {
    let pb::Vector { data, indices, vectors_count, vector } = vector;
    match vector {
        Some(Message::Dense(pb::DenseVector { data })) => Ok(VectorInternal::Dense(data)),
        Some(Message::Sparse(pb::SparseVector { values, indices })) => sparse(indices, values),
        Some(Message::MultiDense(matrix)) => multi_dense(matrix),
        Some(Message::Document(_) | Message::Image(_) | Message::Object(_)) => Err(unsupported("inference")),
        None => match (indices, vectors_count) {
            (Some(pb::SparseIndices { data: indices }), _) => sparse(indices, data),
            (None, Some(rows)) => {
                let dimension = data.len().checked_div(rows as usize).unwrap_or(0);
                TypedMultiDenseVector::try_from_flatten(data, dimension).map(VectorInternal::MultiDense).map_err(engine)
            }
            (None, None) => Ok(VectorInternal::Dense(data)),
        },
    }
}

/// A sparse vector; lengths and uniqueness checked.
pub(crate) fn sparse(indices: Vec<u32>, values: Vec<f32>) -> Result<VectorInternal, Status> {
    validate::sparse(indices, values).map(VectorInternal::Sparse)
}

/// A matrix of at least one row, all of one length.
pub(crate) fn multi_dense(matrix: pb::MultiDenseVector) -> Result<VectorInternal, Status> {
    let rows = matrix.vectors.into_iter().map(|row| row.data).collect();
    TypedMultiDenseVector::try_from_matrix(rows).map(VectorInternal::MultiDense).map_err(engine)
}

/// The vectors of a point that came with some.
pub(crate) fn to_message(vectors: Option<VectorStructInternal>) -> Option<pb::VectorsOutput> {
    let options = match vectors? {
        VectorStructInternal::Single(vector) => OutputOptions::Vector(output(VectorInternal::Dense(vector))),
        VectorStructInternal::MultiDense(matrix) => OutputOptions::Vector(output(VectorInternal::MultiDense(matrix))),
        VectorStructInternal::Named(named) => OutputOptions::Vectors(pb::NamedVectorsOutput {
            vectors: named.into_iter().map(|(name, vector)| (name, output(vector))).collect(),
        }),
    };
    Some(pb::VectorsOutput { vectors_options: Some(options) })
}

/// Which vectors to return; none unless asked for.
pub(crate) fn selector(selector: Option<pb::WithVectorsSelector>) -> WithVector {
    match selector.and_then(|selector| selector.selector_options) {
        None => WithVector::Bool(false),
        Some(SelectorOptions::Enable(all)) => WithVector::Bool(all),
        Some(SelectorOptions::Include(pb::VectorsSelector { names })) => WithVector::Selector(names),
    }
}

fn output(vector: VectorInternal) -> pb::VectorOutput {
    let vector = match vector {
        VectorInternal::Dense(data) => Output::Dense(pb::DenseVector { data }),
        VectorInternal::Sparse(sparse) => Output::Sparse(pb::SparseVector { values: sparse.values, indices: sparse.indices }),
        VectorInternal::MultiDense(matrix) => Output::MultiDense(pb::MultiDenseVector {
            vectors: matrix.flattened_vectors.chunks(matrix.dim.max(1)).map(|row| pb::DenseVector { data: row.to_vec() }).collect(),
        }),
    };
    pb::VectorOutput { vector: Some(vector), ..pb::VectorOutput::default() }
}
