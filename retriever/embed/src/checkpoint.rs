//! Weights from a safetensors file, one tensor at a time. Reading the file whole (or mapping it, which needs `unsafe`) would hold the
//! weights twice while they are packed; so the peak is the packed model and its largest tensor still to be packed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use safetensors::Dtype;
use safetensors::tensor::Metadata;

use crate::error::EmbedError;

/// An open `model.safetensors`.
pub(crate) struct Checkpoint {
    path: PathBuf,
    file: File,
    header: Metadata,
    /// Where the tensors' bytes begin.
    data: u64,
}

/// The format's own limit for its header.
const MAX_HEADER: u64 = 100_000_000;

impl Checkpoint {
    /// Reads the header and checks that the file is as long as it promises.
    pub(crate) fn open(path: &Path) -> Result<Checkpoint, EmbedError> {
        let read = |source| EmbedError::Read { path: path.to_owned(), source };
        let unusable = |reason| EmbedError::Unusable { path: path.to_owned(), reason };
        let mut file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        let mut size = [0; 8];
        file.read_exact(&mut size).map_err(|_| unusable("the file is shorter than a safetensors header".to_owned()))?;
        let size = u64::from_le_bytes(size);
        if size > MAX_HEADER || size > length - 8 {
            return Err(unusable(format!("its header claims {size} bytes of a file of {length}")));
        }
        let mut header = vec![0; size as usize];
        file.read_exact(&mut header).map_err(read)?;
        let header: Metadata = serde_json::from_slice(&header).map_err(|error| unusable(format!("its header is damaged: {error}")))?;
        let data = 8 + size;
        let promised = data.saturating_add(header.data_len() as u64);
        if promised != length {
            return Err(unusable(format!("its header promises {promised} bytes, and the file has {length}")));
        }
        Ok(Checkpoint { path: path.to_owned(), file, header, data })
    }

    /// One f32 tensor of exactly this shape, in row-major order, every element finite.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EmbedError> {
        let (start, end) = match self.header.info(name) {
            None => return Err(self.unusable(format!("tensor {name} is missing"))),
            Some(info) if info.dtype != Dtype::F32 => {
                return Err(self.unusable(format!("tensor {name} holds {}, expected f32", info.dtype)));
            }
            Some(info) if info.shape != shape => {
                return Err(self.unusable(format!("tensor {name} has shape {:?}, expected {shape:?} by config.json", info.shape)));
            }
            Some(info) => info.data_offsets,
        };
        let values = self
            .read(start as u64, (end - start) / size_of::<f32>())
            .map_err(|source| EmbedError::Read { path: self.path.clone(), source })?;
        match values.iter().find(|value| !value.is_finite()) {
            None => Ok(values),
            Some(value) => Err(self.unusable(format!("tensor {name} contains {value}"))),
        }
    }

    fn read(&mut self, offset: u64, count: usize) -> std::io::Result<Vec<f32>> {
        self.file.seek(SeekFrom::Start(self.data + offset))?;
        let mut values = Vec::with_capacity(count);
        let mut block = vec![0; 1 << 18];
        let mut left = count * size_of::<f32>();
        while left > 0 {
            block.truncate(left);
            self.file.read_exact(&mut block)?;
            values.extend(block.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)));
            left -= block.len();
        }
        Ok(values)
    }

    fn unusable(&self, reason: String) -> EmbedError {
        EmbedError::Unusable { path: self.path.clone(), reason }
    }
}
