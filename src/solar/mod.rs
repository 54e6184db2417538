//! Solar: sun position, sky, plane of array, cell temperature, module, inverter.
