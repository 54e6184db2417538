//! Storage: power and energy, efficiency, temperature, ageing, chemistries.
