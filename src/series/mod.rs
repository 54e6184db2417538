//! Series: measured data from CSV and xlsx files, brought onto the time axis.
