//! Reports: figures, HTML, tables.

pub mod canvas;
pub mod charts;
pub mod data;
pub mod figures;
pub mod font;
pub mod heatmap;
pub mod html;
pub mod measures;
pub mod sankey;
pub mod sweep;
pub mod theme;
mod write;

pub use write::{ReportError, write};

#[cfg(test)]
mod tests;
