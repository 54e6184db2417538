//! Reports: figures, HTML, tables.

pub mod canvas;
pub mod charts;
pub mod data;
pub mod drawing;
pub mod executive;
pub mod figures;
pub mod font;
pub mod heatmap;
pub mod html;
pub mod markdown;
pub mod measures;
pub mod sankey;
pub mod sweep;
pub mod theme;
pub mod words;
mod write;
pub mod xlsx;
pub mod years;

pub use write::{Look, ReportError, write};

#[cfg(test)]
mod tests;
