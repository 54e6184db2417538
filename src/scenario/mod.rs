//! Scenarios: the file format, its defaults, validation and messages.
