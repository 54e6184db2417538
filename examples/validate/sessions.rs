//! Drawn against measured charging sessions: arrivals and energies, with their distance.

use std::{error::Error, fmt::Write, fs, io::Read, path::Path};

use flate2::read::GzDecoder;
use zeropark::charging::{
    Days, Fleet, FleetClass, Guns, Owner, Replaces, Stay, Strategy, Visit, charger_class, fleet_class,
    kolmogorov_smirnov, parse_sessions, simulate,
};
use zeropark::time::Axis;

const AXIS: Axis = Axis { year: 2025, step_minutes: 15, utc_offset_minutes: -300 };
const COLOURS: [&str; 3] = ["#444444", "#0072B2", "#D55E00"];

/// Sessions of one origin: hour of arrival, stay in hours, energy in kWh.
struct Sample {
    name: &'static str,
    hours: Vec<f64>,
    stays: Vec<f64>,
    kwh: Vec<f64>,
}

/// The section of the page and its figure.
pub fn section(folder: &Path) -> Result<(String, String), Box<dyn Error>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(folder.join("workplace_sessions_2014_2015.csv.gz"))?;
    GzDecoder::new(file).read_to_end(&mut bytes)?;
    let days = Days::plain(&AXIS);
    let parsed = parse_sessions(&bytes, "workplace.csv", &AXIS, &days)
        .map_err(|problems| format!("the measured sessions do not read: {problems:?}"))?;
    // Daylight saving of 2015, from the second Sunday of March to the first of November.
    let local = |hour: f64| if (67.0..305.0).contains(&(hour / 24.0)) { hour - 4.0 } else { hour - 5.0 };
    let real = Sample {
        name: "measured",
        hours: parsed.sessions.iter().map(|s| local(s.arrive_h).rem_euclid(24.0)).collect(),
        stays: parsed.sessions.iter().map(|s| s.depart_h - s.arrive_h).collect(),
        kwh: parsed.sessions.iter().map(|s| s.energy_kwh).collect(),
    };
    let stamped: Vec<f64> = parsed.sessions.iter().map(|s| s.arrive_h.rem_euclid(24.0)).collect();
    let class = fleet_class("commuter-car").ok_or("the catalogue has commuters")?;
    let drawn = [drawn("catalogue", class.clone()), drawn("numbers of that workplace", like_measured(class))];
    let mut text = format!(
        "\n## <a id=\"sessions\"></a>Charging sessions: drawn and measured\n\n{}\n\n![Charging sessions](figures/validation-sessions.svg)\n\n| sessions | number | mean arrival h | mean stay h | mean energy kWh | KS of arrival | KS of stay | KS of energy |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
        include_str!("sessions.md").trim()
    );
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    for sample in std::iter::once(&real).chain(&drawn) {
        let _ = write!(
            text,
            "| {} | {} | {:.2} | {:.2} | {:.2} |",
            sample.name,
            sample.hours.len(),
            mean(&sample.hours),
            mean(&sample.stays),
            mean(&sample.kwh)
        );
        if sample.name == real.name {
            text += " | | |\n";
            continue;
        }
        for (own, measured) in
            [(&sample.hours, &real.hours), (&sample.stays, &real.stays), (&sample.kwh, &real.kwh)]
        {
            let _ = write!(text, " {:.2} |", kolmogorov_smirnov(own, measured));
        }
        text += "\n";
    }
    let _ = writeln!(
        text,
        "\nWith the stamps taken as local time, as published, the distance of the catalogue's arrivals is {:.2} instead of {:.2}.",
        kolmogorov_smirnov(&drawn[0].hours, &stamped),
        kolmogorov_smirnov(&drawn[0].hours, &real.hours)
    );
    let [catalogue, fitted] = drawn;
    Ok((text, figure(&[real, catalogue, fitted])))
}

/// The commuters of the catalogue with the cars and habits of the measured workplace: small batteries, plugged in at
/// every visit, in a morning and a noon wave behind few guns.
fn like_measured(class: &FleetClass) -> FleetClass {
    FleetClass {
        pack_kwh: 22.0,
        consumption_kwh_per_km: 0.19,
        km_per_day: 31.0,
        km_cv: 0.35,
        soc_target: 1.0,
        plug_in_soc: 0.98,
        plug_in_soc_sd: 0.0,
        charges_elsewhere_share: 0.0,
        visits: vec![Visit {
            distance_share: 1.0,
            humps: vec![[0.55, 7.6, 1.2], [0.45, 13.0, 1.4]],
            stay: Stay::Parked { mean_h: 2.86, sd_h: 1.4 },
        }],
        ..class.clone()
    }
}

fn drawn(name: &'static str, class: FleetClass) -> Sample {
    let fleet = Fleet {
        name: name.to_owned(),
        class,
        vehicles: 400,
        chargers: charger_class("ac-7kw")
            .map(|class| Guns { class: class.clone(), count: 400 })
            .into_iter()
            .collect(),
        strategy: Strategy::Uncontrolled,
        replaces: Replaces::Electric,
        owner: Owner::ThirdParty,
        site_limit_kw: f64::INFINITY,
    };
    let year = simulate(&fleet, &AXIS, &Days::plain(&AXIS), 1, "validation");
    Sample {
        name,
        hours: year.sessions.iter().map(|s| s.arrive_h.rem_euclid(24.0)).collect(),
        stays: year.sessions.iter().map(|s| s.depart_h - s.arrive_h).collect(),
        kwh: year.sessions.iter().map(|s| s.delivered_kwh).collect(),
    }
}

/// Cumulative shares of arrivals and of energies, one line per sample.
fn figure(samples: &[Sample]) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 320\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"860\" height=\"320\" fill=\"white\"/>\n",
    );
    for ((place, sample), colour) in samples.iter().enumerate().zip(COLOURS) {
        let x = 50 + 220 * place;
        let _ = writeln!(
            svg,
            "<line x1=\"{x}\" y1=\"16\" x2=\"{}\" y2=\"16\" stroke=\"{colour}\" stroke-width=\"3\"/><text x=\"{}\" y=\"20\">{}</text>",
            x + 20,
            x + 26,
            sample.name
        );
    }
    svg +=
        &panel(samples, |sample| &sample.hours, (50.0, 24.0, 3), "hour of arrival (share arrived by then)");
    svg +=
        &panel(samples, |sample| &sample.kwh, (480.0, 60.0, 10), "energy, kWh (share of sessions up to it)");
    svg + "</svg>\n"
}

fn panel(
    samples: &[Sample],
    of: fn(&Sample) -> &Vec<f64>,
    (left, highest, tick): (f64, f64, usize),
    label: &str,
) -> String {
    let (width, top, bottom) = (340.0, 40.0, 275.0);
    let x = |value: f64| left + width * value / highest;
    let y = |share: f64| bottom - (bottom - top) * share;
    let mut svg = String::new();
    for part in 0..=4 {
        let share = f64::from(part) / 4.0;
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" y1=\"{0:.1}\" x2=\"{1}\" y2=\"{0:.1}\" stroke=\"#dddddd\"/><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{share}</text>",
            y(share),
            left + width,
            left - 4.0,
            y(share) + 4.0
        );
    }
    for value in (0..=highest as usize).step_by(tick) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"290\" text-anchor=\"middle\">{value}</text>",
            x(value as f64)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"310\" text-anchor=\"middle\">{label}</text>",
        left + width / 2.0
    );
    for (sample, colour) in samples.iter().zip(COLOURS) {
        let mut values = of(sample).clone();
        values.sort_by(f64::total_cmp);
        let share = |value: f64| values.partition_point(|&v| v <= value) as f64 / values.len() as f64;
        let points: Vec<String> = (0..=170)
            .map(|at| highest * f64::from(at) / 170.0)
            .map(|value| format!("{:.1},{:.1}", x(value), y(share(value))))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join(" ")
        );
    }
    svg
}
