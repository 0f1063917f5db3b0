//! What must be right before it reaches the engine: see the table of the server's checks in the tests of `tests/contract/errors.rs`.
//!
//! The engine would store some of these (a vector with a NaN comes first in every search), keep others in its write-ahead log though it
//! refuses them, and panic on a few, at every start again.

use qdrant_edge::{EdgeConfig, OperationError, SparseVector, TypedMultiDenseVector, VectorInternal};
use tonic::Status;

use crate::error::{bad_request, below_one, engine};

/// A vector that fits what the collection has under `name`: its kind, dimension, finite values, sparse indices in order. One dense vector
/// for a multivector counts as a matrix of one row, as on the server.
pub(crate) fn vector(schema: &EdgeConfig, name: &str, vector: VectorInternal) -> Result<VectorInternal, Status> {
    if let Some(params) = schema.vectors.get(name) {
        let multi = params.multivector_config.is_some();
        let vector = match vector {
            VectorInternal::Dense(row) if multi => {
                dimension(params.size, row.len())?;
                VectorInternal::MultiDense(TypedMultiDenseVector::try_from_flatten(row, params.size).map_err(engine)?)
            }
            VectorInternal::Dense(row) => {
                dimension(params.size, row.len())?;
                VectorInternal::Dense(row)
            }
            VectorInternal::MultiDense(matrix) if multi => {
                dimension(params.size, matrix.dim)?;
                VectorInternal::MultiDense(matrix)
            }
            VectorInternal::MultiDense(_) => return Err(engine(OperationError::WrongMulti)),
            VectorInternal::Sparse(_) => return Err(engine(OperationError::WrongSparse)),
        };
        finite(name, params.size, &vector)?;
        return Ok(vector);
    }
    if !schema.sparse_vectors.contains_key(name) {
        return Err(engine(OperationError::VectorNameNotExists { received_name: name.to_owned() }));
    }
    match vector {
        VectorInternal::Sparse(SparseVector { indices, values }) => {
            // Again through `new`, so that whoever built it, lengths agree and indices are unique: else the engine panics.
            let mut vector = VectorInternal::Sparse(sparse(indices, values)?);
            vector.preprocess();
            finite(name, 1, &vector)?;
            Ok(vector)
        }
        VectorInternal::Dense(_) | VectorInternal::MultiDense(_) => Err(engine(OperationError::WrongSparse)),
    }
}

/// A sparse vector, if there are as many indices as values and no index comes twice. The only way one may be built.
pub(crate) fn sparse(indices: Vec<u32>, values: Vec<f32>) -> Result<SparseVector, Status> {
    SparseVector::new(indices, values)
        .map_err(|error| Status::invalid_argument(format!("Validation error in body: [{}]", one_line(&error))))
}

/// A limit, which must be 1 or larger where it is given.
pub(crate) fn limit(path: &str, limit: Option<u64>, default: usize) -> Result<usize, Status> {
    match limit {
        None => Ok(default),
        Some(0) => Err(below_one(path)),
        // Cut to more than a shard can have points.
        Some(limit) => Ok(u32::try_from(limit).unwrap_or(u32::MAX) as usize),
    }
}

fn dimension(expected: usize, received: usize) -> Result<(), Status> {
    if expected == received {
        return Ok(());
    }
    Err(engine(OperationError::WrongVectorDimension { expected_dim: expected, received_dim: received }))
}

/// Every value, and the norm of every row: what overflows there is infinite once the engine has normalised it.
fn finite(name: &str, dimension: usize, vector: &VectorInternal) -> Result<(), Status> {
    let row_is_finite = |row: &[f32]| row.iter().map(|value| value * value).sum::<f32>().is_finite();
    let all = match vector {
        VectorInternal::Dense(row) => row_is_finite(row),
        VectorInternal::MultiDense(matrix) => matrix.flattened_vectors.chunks(dimension.max(1)).all(row_is_finite),
        VectorInternal::Sparse(sparse) => sparse.values.iter().all(|value| value.is_finite()),
    };
    if all {
        return Ok(());
    }
    Err(bad_request(format!("vector `{name}` has a value or a norm that is not finite")))
}

fn one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
