//! Error measures, over all rows, by hour of the day and by month.

use std::{collections::BTreeMap, error::Error, path::Path};

/// One compared interval.
#[derive(Clone, Copy)]
pub struct Row {
    pub month: usize,
    pub hour: usize,
    pub modelled: f64,
    pub measured: f64,
}

/// A comparison of one model with one measurement.
pub struct Case {
    pub id: &'static str,
    pub title: &'static str,
    pub what: String,
    pub unit: &'static str,
    /// Capacity to which errors are related.
    pub capacity: f64,
    pub rows: Vec<Row>,
    /// After one scale factor found on other rows: the factor, and the rows it was tested on.
    pub scaled: Option<(f64, Vec<Row>)>,
}

/// Errors of a set of rows, in the case's unit.
#[derive(Clone, Copy)]
pub struct Errors {
    pub count: usize,
    pub measured: f64,
    pub modelled: f64,
    pub mbe: f64,
    pub rmse: f64,
}

impl Errors {
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let (mut n, mut measured, mut modelled, mut square) = (0usize, 0.0, 0.0, 0.0);
        for row in rows {
            n += 1;
            measured += row.measured;
            modelled += row.modelled;
            square += (row.modelled - row.measured).powi(2);
        }
        let count = n.max(1) as f64;
        Self {
            count: n,
            measured: measured / count,
            modelled: modelled / count,
            mbe: (modelled - measured) / count,
            rmse: (square / count).sqrt(),
        }
    }
}

/// What a peer reached: (case, group, key) to its name with version, MBE, RMSE and modelled mean.
pub type Peers = BTreeMap<(String, String, usize), Peer>;

pub struct Peer {
    pub tool: String,
    pub modelled: f64,
    pub mbe: f64,
    pub rmse: f64,
}

pub fn read_peers(path: &Path) -> Result<Peers, Box<dyn Error>> {
    let mut peers = Peers::new();
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        let peer = Peer {
            tool: row[1].to_owned(),
            modelled: row[4].parse()?,
            mbe: row[5].parse()?,
            rmse: row[6].parse()?,
        };
        peers.insert((row[0].to_owned(), row[2].to_owned(), row[3].parse()?), peer);
    }
    Ok(peers)
}
