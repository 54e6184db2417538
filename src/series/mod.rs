//! Series: measured data from CSV and xlsx files, brought onto the time axis.

pub mod stamp;
pub mod text;
