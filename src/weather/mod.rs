//! Weather: readers, checks, sub-hourly interpolation.
