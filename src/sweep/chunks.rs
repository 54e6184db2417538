//! Finished chunks of a sweep on disk: what a killed run keeps and a resumed one goes on from.
//!
//! A chunk is the rows of consecutive designs, always the same ones for a study. It is written to
//! a temporary name and renamed when complete, so that a file with a chunk's name is a whole
//! chunk, whenever the process dies. The final table is made from the chunks in order, so it has
//! the same bytes however often the run was interrupted and however many parts it had.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::results::{Column, Kind, Setting};

/// Designs of a chunk, which is also a row group of the Parquet table: a 256th of the study
/// between 64 and 4096, so that small studies lose little when killed and large ones stay fast.
pub fn chunk_size(designs: u64) -> u64 {
    (designs / 256).clamp(64, 4096)
}

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

/// The rows of a chunk's designs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Varied and derived keys of each design.
    pub settings: Vec<Vec<Setting>>,
    /// How each design ended.
    pub status: Vec<Status>,
    /// Metrics, `[design * columns + column]`; NaN is null.
    pub values: Vec<f64>,
}

impl Rows {
    /// Adds a design; `values` of an unsimulated one are all null.
    pub fn push(&mut self, settings: Vec<Setting>, status: Status, values: &[f64]) {
        self.settings.push(settings);
        self.status.push(status);
        self.values.extend_from_slice(values);
    }
}

/// The folder of a sweep's chunks.
#[derive(Debug, Clone)]
pub struct Chunks {
    folder: PathBuf,
    settings: Vec<Kind>,
    metrics: usize,
}

impl Chunks {
    /// Chunks with some columns in a folder that exists.
    pub fn new(folder: &Path, settings: &[Column], metrics: usize) -> Self {
        let settings = settings.iter().map(|column| column.kind).collect();
        Self { folder: folder.to_owned(), settings, metrics }
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
        debug_assert_eq!(rows.values.len(), rows.status.len() * self.metrics);
        let mut bytes = Vec::with_capacity(rows.status.len() * 16 + rows.values.len() * 8);
        bytes.extend(rows.status.iter().map(|&status| status as u8));
        bytes.extend(rows.values.iter().flat_map(|value| value.to_le_bytes()));
        for setting in rows.settings.iter().flatten() {
            match setting {
                Setting::Number(value) => bytes.extend(value.to_le_bytes()),
                Setting::Flag(flag) => bytes.push(u8::from(*flag)),
                Setting::Text(text) => {
                    bytes.extend((text.len() as u32).to_le_bytes());
                    bytes.extend(text.as_bytes());
                }
            }
        }
        let temporary = self.folder.join(format!("chunk-{chunk:08}.writing"));
        let mut file = fs::File::create(&temporary)?;
        io::Write::write_all(&mut file, &bytes)?;
        // The name may only appear with the bytes behind it, even if the machine stops.
        file.sync_data()?;
        drop(file);
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
        self.decode(&bytes, designs).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged", path.display()))
        })
    }

    fn decode(&self, bytes: &[u8], designs: usize) -> Option<Rows> {
        let (status, rest) = bytes.split_at_checked(designs)?;
        let (values, mut rest) = rest.split_at_checked(designs * self.metrics * 8)?;
        let status = status.iter().map(|&byte| Status::of(byte)).collect::<Option<_>>()?;
        let number = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes).ok();
        let values = values.chunks_exact(8).map(number).collect::<Option<_>>()?;
        let mut take = |length: usize| {
            let (taken, left) = rest.split_at_checked(length)?;
            rest = left;
            Some(taken)
        };
        let mut settings = Vec::with_capacity(designs);
        for _ in 0..designs {
            let mut design = Vec::with_capacity(self.settings.len());
            for kind in &self.settings {
                design.push(match kind {
                    Kind::Number => Setting::Number(number(take(8)?)?),
                    Kind::Flag => Setting::Flag(take(1)?[0] != 0),
                    Kind::Text => {
                        let length = u32::from_le_bytes(take(4)?.try_into().ok()?);
                        Setting::Text(std::str::from_utf8(take(length as usize)?).ok()?.to_owned())
                    }
                });
            }
            settings.push(design);
        }
        rest.is_empty().then_some(Rows { settings, status, values })
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
    designs.div_ceil(chunk_size(designs))
}

/// The designs of a chunk.
pub fn designs_of(chunk: u64, designs: u64) -> std::ops::Range<u64> {
    let size = chunk_size(designs);
    chunk * size..((chunk + 1) * size).min(designs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_reads_back_and_a_cut_one_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let columns = [column("size", Kind::Number), column("policy", Kind::Text), column("on", Kind::Flag)];
        let chunks = Chunks::new(folder.path(), &columns, 2);
        let mut rows = Rows::default();
        let settings = |size, policy: &str, on| {
            vec![Setting::Number(size), Setting::Text(policy.to_owned()), Setting::Flag(on)]
        };
        rows.push(settings(3.5, "自发自用", true), Status::Ok, &[1.5, -2.0]);
        rows.push(settings(0.0, "", false), Status::Infeasible, &[f64::NAN; 2]);
        chunks.write(7, &rows).expect("writes");
        let read = chunks.read(7, 2).expect("reads");
        assert_eq!((&read.status, &read.settings), (&rows.status, &rows.settings));
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
