//! Loads: measured series and archetypes.
