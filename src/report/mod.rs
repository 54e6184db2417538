//! Reports: figures, HTML, tables.
