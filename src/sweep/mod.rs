//! Sweeps: sampling, parallel evaluation, streaming, resume.
