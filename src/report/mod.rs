//! Reports: figures, HTML, tables.

pub mod font;
