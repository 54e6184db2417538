//! Reports: figures, HTML, tables.

pub mod canvas;
pub mod charging;
pub mod charts;
pub mod compare;
pub mod contrast;
pub mod data;
pub mod drawing;
pub mod executive;
pub mod explorer;
pub mod figure_data;
pub mod figures;
pub mod font;
pub mod hatch;
pub mod heatmap;
pub mod html;
pub mod markdown;
pub mod measures;
mod methods;
pub mod metrics_table;
pub mod policies;
pub mod rules;
pub mod sankey;
pub mod summary;
pub mod sweep;
pub mod theme;
pub mod words;
mod write;
pub mod xlsx;
pub mod years;

pub use methods::MESSAGES as METHODS;
pub use write::{Look, ReportError, write};

#[cfg(test)]
mod tests;
