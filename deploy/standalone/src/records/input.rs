//! An input: a file or standard input, unpacked when it is compressed (gzip, Zstandard), with a count of the bytes that were read from it.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;

use super::zstd::{Frames, MAGIC_BYTES, is_zstd};

/// What a gzip stream begins with (RFC 1952, section 2.3.1).
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
/// Room for reading: large enough that system calls don't count, small enough that what was read is about what was taken.
const BUFFER: usize = 32 * 1024;

/// An input that is open.
pub(crate) struct Input {
    /// Its name, for messages.
    pub(crate) name: Arc<str>,
    /// Its size in bytes as it lies on disk; `None` when nobody knows.
    pub(crate) size: Option<u64>,
    reader: Box<dyn Read + Send>,
    consumed: Arc<AtomicU64>,
}

impl Input {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::new("-", None, io::stdin()));
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        // A pipe or a device has no size that means anything.
        let size = metadata.is_file().then_some(metadata.len());
        Ok(Self::new(&path.display().to_string(), size, file))
    }

    /// An input over any reader.
    pub(crate) fn new(name: &str, size: Option<u64>, reader: impl Read + Send + 'static) -> Self {
        Self { name: name.into(), size, reader: Box::new(reader), consumed: Arc::new(AtomicU64::new(0)) }
    }

    /// How many bytes have been read so far, as they lie on disk.
    pub(crate) fn consumed(&self) -> Arc<AtomicU64> {
        self.consumed.clone()
    }

    /// The text of the input. Compression is recognised by content, not by name, so that standard input may be compressed too.
    pub(crate) fn into_text(self) -> io::Result<Box<dyn BufRead + Send>> {
        let counted = Counted { reader: self.reader, consumed: self.consumed };
        let mut reader = BufReader::with_capacity(BUFFER, counted);
        // One read may bring a single byte of a pipe; `peek` reads on until there are enough.
        let begin = peek(&mut reader)?;
        let reader = io::Cursor::new(begin.clone()).chain(reader);
        if begin.starts_with(GZIP_MAGIC) {
            Ok(unpacked(MultiGzDecoder::new(reader)))
        } else if is_zstd(&begin) {
            Ok(unpacked(Frames::new(reader)))
        } else if is_wide(&begin) {
            let wrong = "the text is UTF-16 or UTF-32: convert it to UTF-8, for instance with iconv -f UTF-16 -t UTF-8";
            Err(io::Error::new(io::ErrorKind::InvalidData, wrong))
        } else {
            Ok(Box::new(reader))
        }
    }
}

/// The first bytes, as many as the longest magic number has, or fewer at the end.
fn peek(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut begin = Vec::new();
    reader.take(MAGIC_BYTES as u64).read_to_end(&mut begin)?;
    Ok(begin)
}

/// Whether a text of JSON begins as one of two or four bytes per character: with their byte order mark, or with a NUL among its first bytes,
/// which no JSON in UTF-8 has. Read as UTF-8, each of its lines would be refused by itself.
fn is_wide(begin: &[u8]) -> bool {
    begin.starts_with(&[0xff, 0xfe]) || begin.starts_with(&[0xfe, 0xff]) || begin.contains(&0)
}

fn unpacked(decoder: impl Read + Send + 'static) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(BUFFER, Unpacked(decoder)))
}

/// A decoder whose failures say what to do.
struct Unpacked<R>(R);

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |error: io::Error| {
            io::Error::new(error.kind(), format!("the compressed file is cut off or damaged ({error}): fetch or compress it again"))
        };
        self.0.read(buffer).map_err(|error| if error.kind() == io::ErrorKind::Interrupted { error } else { damaged(error) })
    }
}

struct Counted<R> {
    reader: R,
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.consumed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gz(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zst(text: &str) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn text(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        Input::new("x", None, io::Cursor::new(bytes)).into_text()?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn plain_and_compressed_text_read_alike() {
        for content in ["", "{", "{}\n{}\n"] {
            assert_eq!(text(content.into()).unwrap(), content);
            assert_eq!(text(gz(content)).unwrap(), content);
            assert_eq!(text(zst(content)).unwrap(), content);
        }
        assert_eq!(text([gz("a\n"), gz("b\n")].concat()).unwrap(), "a\nb\n", "members one after another, as `cat a.gz b.gz` makes them");
        let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3].to_vec();
        assert_eq!(text([zst("a\n"), skippable.clone(), zst("b\n")].concat()).unwrap(), "a\nb\n");
        assert_eq!(text([skippable, zst("a\n")].concat()).unwrap(), "a\n", "it may come first, as pzstd writes it");
    }

    #[test]
    fn a_torn_or_damaged_stream_is_an_error_that_says_what_to_do() {
        let content = "some text that doesn't repeat 0123456789\n".repeat(10);
        for whole in [gz(&content), zst(&content)] {
            for length in [whole.len() - 12, whole.len() - 1, 6] {
                let error = text(whole.get(..length).unwrap().to_vec()).unwrap_err().to_string();
                assert!(error.contains("cut off or damaged") && error.contains("again"), "{error}");
            }
            let mut damaged = whole;
            // Within gzip's checksum, and within Zstandard's.
            let at = damaged.len() - 6 + 2 * usize::from(is_zstd(&damaged));
            damaged[at] ^= 1;
            assert!(text(damaged).is_err());
        }
    }

    #[test]
    fn text_of_another_width_is_named_once() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let record = "{\"id\": \"2401.00101\"}\n";
        let marked = format!("\u{feff}{record}");
        for wide in [
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(record, u16::to_le_bytes),
            utf16(record, u16::to_be_bytes),
            marked.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect(),
        ] {
            let error = text(wide).unwrap_err().to_string();
            assert!(error.contains("UTF-16") && error.contains("iconv"), "{error}");
        }
        assert_eq!(text(marked.clone().into_bytes()).unwrap(), marked, "its own mark is no harm");
    }

    #[test]
    fn what_was_read_is_counted_as_it_lies_on_disk() {
        let bytes = gz(&"a".repeat(10_000));
        let size = bytes.len() as u64;
        let input = Input::new("x", Some(size), io::Cursor::new(bytes));
        let consumed = input.consumed();
        io::copy(&mut input.into_text().unwrap(), &mut io::sink()).unwrap();
        assert_eq!(consumed.load(Ordering::Relaxed), size);
    }

    #[test]
    fn a_directory_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Input::open(dir.path()).and_then(Input::into_text).is_err());
        assert!(Input::open(&dir.path().join("missing")).is_err());
    }
}
