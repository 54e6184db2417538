//! Modelled against measured power: writes `docs/validation.md` and its figures.
//!
//!     cargo run --release --example validate
//!
//! Measurements are in `tests/data/validation/`; the peers' numbers beside them
//! (`peers.csv`) were computed on the same rows by `tests/data/validation/peers.py`.

mod cases;
mod data;
mod page;
mod stats;
mod svg;

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = root.join("docs");
    fs::create_dir_all(docs.join("figures"))?;
    let cases = cases::all(&root.join("tests/data/validation"))?;
    let peers = stats::read_peers(&root.join("tests/data/validation/peers.csv"))?;
    for case in &cases {
        fs::write(docs.join("figures").join(format!("validation-{}.svg", case.id)), svg::draw(case, &peers))?;
    }
    fs::write(docs.join("validation.md"), page::write(&cases, &peers))?;
    println!("wrote docs/validation.md and {} figures", cases.len());
    Ok(())
}
