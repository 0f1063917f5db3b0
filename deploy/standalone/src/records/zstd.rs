//! Text compressed by Zstandard (RFC 8878), frame after frame, each checked against its checksum.

use std::io::{self, BufRead, ErrorKind, Read};

use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// Bytes that [`is_zstd`] wants to see.
pub(super) const MAGIC_BYTES: usize = 4;
/// The largest window that is accepted: what `zstd --long` writes. It bounds the memory.
const MAX_WINDOW: u64 = 128 * 1024 * 1024;

/// Whether a text begins as Zstandard does: with a frame, or with one that is to be skipped (sections 3.1.1 and 3.1.2), as parallel
/// compressors write.
pub(super) fn is_zstd(begin: &[u8]) -> bool {
    matches!(begin, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// A reader of the text. ruzstd's own reader ends with the first frame, while `cat a.zst b.zst` and parallel compressors write several.
pub(super) struct Frames<R> {
    reader: R,
    decoder: FrameDecoder,
    /// Whether the decoder is within a frame.
    within: bool,
}

impl<R: BufRead> Frames<R> {
    /// Over the compressed bytes.
    pub(super) fn new(reader: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self { reader, decoder, within: false }
    }

    /// Whether there is another frame, which is begun then. Frames that hold no text are passed over.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.reader.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.reader) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.reader.by_ref().take(length), &mut io::sink())? < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(invalid(error)),
            }
        }
        Ok(false)
    }

    /// Decodes until there is text. `false` at the frame's end. ruzstd computes the checksum and leaves the comparison to the caller.
    fn decode(&mut self) -> io::Result<bool> {
        while self.decoder.can_collect() == 0 {
            if self.decoder.is_finished() {
                let written = self.decoder.get_checksum_from_data();
                return match written {
                    Some(_) if written != self.decoder.get_calculated_checksum() => Err(invalid("its checksum is wrong")),
                    _ => Ok(false),
                };
            }
            self.decoder.decode_blocks(&mut self.reader, BlockDecodingStrategy::UptoBlocks(1)).map_err(invalid)?;
        }
        Ok(true)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.within && !self.begin()? {
                return Ok(0);
            }
            self.within = self.decode()?;
            if self.within {
                return self.decoder.read(buffer);
            }
        }
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}
