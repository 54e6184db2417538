//! Modelled against measured power: writes `docs/validation.md` and its figures.
//!
//!     cargo run --release --example validate
//!
//! Measured charging sessions (`tests/data/charging/`) stand against drawn ones in the last section.
//! Measurements of power are in `tests/data/validation/`; the peers' numbers beside them
//! (`peers.csv`) were computed on the same rows by `tests/data/validation/peers.py`.

mod cases;
mod data;
mod page;
mod sessions;
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
    let (section, figure) = sessions::section(&root.join("tests/data/charging"))?;
    fs::write(docs.join("figures/validation-sessions.svg"), figure)?;
    fs::write(docs.join("validation.md"), page::write(&cases, &peers) + &section)?;
    println!("wrote docs/validation.md and {} figures", cases.len() + 1);
    Ok(())
}
