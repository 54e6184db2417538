//! Finished chunks of a sweep on disk: what a killed run keeps and a resumed one goes on from.
//!
//! A chunk is the rows of consecutive designs, always the same ones for a study. It is written to
//! a temporary name and renamed when complete, so that a file with a chunk's name is a whole
//! chunk, whenever the process dies. The final table is made from the chunks in order, so it has
//! the same bytes however often the run was interrupted and however many parts it had.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Designs of a chunk, which is also a row group of the Parquet table.
pub const CHUNK: u64 = 4096;

/// How a design ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// It was simulated.
    Ok = 0,
    /// Its limits cannot be met.
    Infeasible = 1,
    /// Its values are not a valid scenario.
    Invalid = 2,
    /// A condition of the study leaves it out.
    Excluded = 3,
}

impl Status {
    /// The word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Infeasible => "infeasible",
            Self::Invalid => "invalid",
            Self::Excluded => "excluded",
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Ok, Self::Infeasible, Self::Invalid, Self::Excluded].into_iter().find(|s| *s as u8 == byte)
    }
}

/// The metrics of a chunk's designs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// How each design ended.
    pub status: Vec<Status>,
    /// Metrics, `[design * columns + column]`; NaN is null.
    pub values: Vec<f64>,
}

impl Rows {
    /// Adds a design; `values` of an unsimulated one are all null.
    pub fn push(&mut self, status: Status, values: &[f64]) {
        self.status.push(status);
        self.values.extend_from_slice(values);
    }
}

/// The folder of a sweep's chunks.
#[derive(Debug, Clone)]
pub struct Chunks {
    folder: PathBuf,
    columns: usize,
}

impl Chunks {
    /// Chunks with some metric columns in a folder that exists.
    pub fn new(folder: &Path, columns: usize) -> Self {
        Self { folder: folder.to_owned(), columns }
    }

    fn path(&self, chunk: u64) -> PathBuf {
        self.folder.join(format!("chunk-{chunk:08}.bin"))
    }

    /// Whether a chunk is finished.
    pub fn has(&self, chunk: u64) -> bool {
        self.path(chunk).exists()
    }

    /// Writes a finished chunk.
    ///
    /// # Errors
    /// If the system refuses, such as when the disk is full; no chunk is left half-written.
    pub fn write(&self, chunk: u64, rows: &Rows) -> io::Result<()> {
        debug_assert_eq!(rows.values.len(), rows.status.len() * self.columns);
        let mut bytes = Vec::with_capacity(rows.status.len() + rows.values.len() * 8);
        bytes.extend(rows.status.iter().map(|&status| status as u8));
        bytes.extend(rows.values.iter().flat_map(|value| value.to_le_bytes()));
        let temporary = self.folder.join(format!("chunk-{chunk:08}.writing"));
        fs::write(&temporary, &bytes)?;
        fs::rename(&temporary, self.path(chunk))
    }

    /// Reads a finished chunk of some designs.
    ///
    /// # Errors
    /// If it is missing or not of that size.
    pub fn read(&self, chunk: u64, designs: usize) -> io::Result<Rows> {
        let path = self.path(chunk);
        let mut bytes = Vec::new();
        fs::File::open(&path)?.read_to_end(&mut bytes)?;
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged", path.display()));
        if bytes.len() != designs * (1 + 8 * self.columns) {
            return Err(damaged());
        }
        let (status, values) = bytes.split_at(designs);
        let status =
            status.iter().map(|&byte| Status::of(byte)).collect::<Option<_>>().ok_or_else(damaged)?;
        let value = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        Ok(Rows { status, values: values.chunks_exact(8).map(value).collect() })
    }
}

/// A contiguous part of a study's chunks: shard `index` of `count`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shard {
    /// Which, from 1.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Reads `i/n`.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shard = text.split_once('/').and_then(|(index, count)| {
            Some(Self { index: index.trim().parse().ok()?, count: count.trim().parse().ok()? })
        });
        match shard {
            Some(shard) if (1..=shard.count).contains(&shard.index) => Ok(shard),
            Some(_) => Err(format!("`{text}`: the first number counts from 1 to the second")),
            None => Err(format!("`{text}` is not of the form 2/8")),
        }
    }

    /// Its chunks out of `chunks`.
    pub fn range(self, chunks: u64) -> std::ops::Range<u64> {
        let edge = |i: u64| (u128::from(chunks) * u128::from(i) / u128::from(self.count)) as u64;
        edge(self.index - 1)..edge(self.index)
    }
}

/// Chunks that designs make.
pub fn chunk_count(designs: u64) -> u64 {
    designs.div_ceil(CHUNK)
}

/// The designs of a chunk.
pub fn designs_of(chunk: u64, designs: u64) -> std::ops::Range<u64> {
    chunk * CHUNK..((chunk + 1) * CHUNK).min(designs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_reads_back_and_a_cut_one_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let chunks = Chunks::new(folder.path(), 2);
        let mut rows = Rows::default();
        rows.push(Status::Ok, &[1.5, -2.0]);
        rows.push(Status::Infeasible, &[f64::NAN; 2]);
        chunks.write(7, &rows).expect("writes");
        let read = chunks.read(7, 2).expect("reads");
        assert_eq!(read.status, rows.status);
        assert_eq!(read.values[..2], [1.5, -2.0]);
        assert!(read.values[2].is_nan());
        assert!(chunks.read(7, 3).is_err());
        assert!(chunks.read(8, 2).is_err());
    }

    #[test]
    fn shards_cover_every_chunk_once() {
        for (chunks, count) in [(10, 3), (2, 5), (0, 2), (7, 1)] {
            let all: Vec<u64> = (1..=count).flat_map(|index| Shard { index, count }.range(chunks)).collect();
            assert!(all.into_iter().eq(0..chunks), "{chunks} in {count}");
        }
        assert_eq!(Shard::parse("2/8"), Ok(Shard { index: 2, count: 8 }));
        assert!(Shard::parse("0/8").is_err() && Shard::parse("9/8").is_err() && Shard::parse("x").is_err());
    }
}
