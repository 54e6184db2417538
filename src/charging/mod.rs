//! Charging: fleets and ships, sessions, chargers and queues, managed and bidirectional charging.
