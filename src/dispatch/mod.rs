//! Dispatch: plant step and accounts generic over the number type, rule policies and planners.
