//! Metrics: energy, bill, economics, carbon, compliance.
