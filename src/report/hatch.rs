//! Hatches: what tells an area from its neighbours without colour.

use super::contrast::lightness;
use super::theme::{Flow, Theme};
use plotters::style::RGBColor;

/// The lines over an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Rising lines.
    Up,
    /// Falling lines.
    Down,
    /// Level lines.
    Level,
    /// Upright lines.
    Upright,
    /// Upright and level lines.
    Grid,
    /// Dots.
    Dots,
}

/// Lines over an area, so that it can be told from its neighbours without colour: light ones over dark areas,
/// dark ones over light areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hatch {
    /// Its lines.
    pub lines: Lines,
    /// Whether they are dark.
    pub dark: bool,
}

/// Distance of the lines of a hatch, px.
const DISTANCE: f32 = 8.0;
/// Width of the lines, px.
const WIDTH: f32 = 2.0;
/// How much of white light lines are, and of black dark ones.
const LIGHT: f32 = 0.7;
const DARK: f32 = 0.5;
/// Areas lighter than this have dark lines, L*.
const LIGHT_AREA: f64 = 60.0;

impl Hatch {
    /// Every hatch there is.
    pub fn every() -> impl Iterator<Item = Self> {
        let lines = [Lines::Up, Lines::Down, Lines::Level, Lines::Upright, Lines::Grid, Lines::Dots];
        lines.into_iter().flat_map(|lines| [false, true].map(|dark| Self { lines, dark }))
    }

    /// Name of its pattern in an SVG.
    pub fn id(self) -> String {
        let lines = match self.lines {
            Lines::Up => "up",
            Lines::Down => "down",
            Lines::Level => "level",
            Lines::Upright => "upright",
            Lines::Grid => "grid",
            Lines::Dots => "dots",
        };
        format!("hatch-{lines}{}", if self.dark { "-dark" } else { "" })
    }

    /// Its pattern in an SVG.
    pub fn pattern(self) -> String {
        let turn = match self.lines {
            Lines::Up => " patternTransform=\"rotate(45)\"",
            Lines::Down => " patternTransform=\"rotate(-45)\"",
            Lines::Level => " patternTransform=\"rotate(90)\"",
            Lines::Upright | Lines::Grid | Lines::Dots => "",
        };
        let ink = if self.dark {
            format!("fill=\"#000\" fill-opacity=\"{DARK}\"")
        } else {
            format!("fill=\"#fff\" fill-opacity=\"{LIGHT}\"")
        };
        let rest = DISTANCE - WIDTH;
        let mark = match self.lines {
            Lines::Dots => format!("<circle cx=\"4\" cy=\"4\" r=\"{WIDTH}\" {ink}/>"),
            Lines::Grid => {
                format!("<path {ink} d=\"M0 0h{DISTANCE}v{WIDTH}h-{rest}v{rest}h-{WIDTH}z\"/>")
            }
            _ => format!("<path {ink} d=\"M0 0h{WIDTH}v{DISTANCE}h-{WIDTH}z\"/>"),
        };
        format!(
            "<pattern id=\"{}\" width=\"{DISTANCE}\" height=\"{DISTANCE}\" patternUnits=\"userSpaceOnUse\"{turn}>{mark}</pattern>",
            self.id()
        )
    }

    /// What it makes of a channel of a colour, 0 to 255, at a point of the sheet, px.
    pub fn shown(self, channel: f32, x: f32, y: f32) -> f32 {
        let diagonal = std::f32::consts::FRAC_1_SQRT_2;
        let within = |along: f32| along.rem_euclid(DISTANCE) < WIDTH;
        let hit = match self.lines {
            Lines::Up => within((x + y) * diagonal),
            Lines::Down => within((x - y) * diagonal),
            Lines::Level => within(y),
            Lines::Upright => within(x),
            Lines::Grid => within(x) || within(y),
            Lines::Dots => {
                let from_middle = |along: f32| along.rem_euclid(DISTANCE) - DISTANCE / 2.0;
                from_middle(x).hypot(from_middle(y)) < WIDTH
            }
        };
        match (hit, self.dark) {
            (false, _) => channel,
            (true, true) => channel * (1.0 - DARK),
            (true, false) => channel + (255.0 - channel) * LIGHT,
        }
    }
}

/// The hatch of an area by its colour; none in colour, and for what is plain in grey.
pub fn hatch(theme: Theme, colour: RGBColor) -> Option<Hatch> {
    if theme != Theme::Print {
        return None;
    }
    const HATCHES: [(RGBColor, Lines); 10] = [
        (Flow::Pv.colour(), Lines::Up),
        (Flow::Wind.colour(), Lines::Down),
        (Flow::Discharge.colour(), Lines::Level),
        (Flow::Charge.colour(), Lines::Upright),
        (Flow::Charging.colour(), Lines::Grid),
        (Flow::Export.colour(), Lines::Down),
        (Flow::Fuel.colour(), Lines::Dots),
        (Flow::V2g.colour(), Lines::Up),
        (Flow::Unserved.colour(), Lines::Grid),
        (super::figures::CHARGING_REVENUE, Lines::Dots),
    ];
    let lines = HATCHES.iter().find(|(known, _)| *known == colour).map(|(_, lines)| *lines)?;
    Some(Hatch { lines, dark: lightness(colour) > LIGHT_AREA })
}
