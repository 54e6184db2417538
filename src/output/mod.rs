//! Outputs: numbers as text, tables, the output folder and its manifest.

pub mod bills;
pub mod chargers;
pub mod compare;
pub mod folder;
pub mod manifest;
pub mod measures;
pub mod number;
pub mod redraw;
pub mod restore;
pub mod summary;
pub mod table;
pub mod years;
