//! The comparisons: which measurement, which model, which rows count.

use std::{collections::HashMap, error::Error, path::Path};

use zeropark::solar::{
    CellTemperature, Decomposition, Observer, Plane, PlaneYear, PvArray, Sky, SunPath, ac_from_planes,
    ac_per_kw,
};
use zeropark::time::Axis;
use zeropark::wind::{Air, Curve, CurveKind, Shear, Turbine, power_kw, read_curve};

use crate::data::{Measured, parts};
use crate::stats::{Case, Row};

/// Wind speed at the module where none was measured, m/s: assumed.
const CALM_M_S: f64 = 2.0;

pub fn all(folder: &Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut cases = serf_east(folder)?;
    cases.push(state_grid(folder, 1, "state-grid-1", "State Grid station 1, 50 MW", 50.0)?);
    cases.push(state_grid(folder, 2, "state-grid-2", "State Grid station 2, 130 MW", 130.0)?);
    cases.extend(la_haute_borne(folder)?);
    Ok(cases)
}

/// Step of a stamp on an hourly axis of its year.
fn step(axis: &Axis, stamp: &str) -> usize {
    let (_, month, day, hour) = parts(stamp);
    axis.month_starts()[month] + day * 24 + hour
}

/// One scale factor from the rows that `fits` names, tested on the others.
fn scaled(rows: &[(bool, Row)]) -> Option<(f64, Vec<Row>)> {
    let sum = |value: fn(&Row) -> f64| -> f64 {
        rows.iter().filter(|(fits, _)| *fits).map(|(_, row)| value(row)).sum()
    };
    let factor = sum(|row| row.measured) / sum(|row| row.modelled);
    let rest = rows.iter().filter(|(fits, _)| !*fits);
    Some((factor, rest.map(|(_, row)| Row { modelled: row.modelled * factor, ..*row }).collect()))
}

fn serf_east(folder: &Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let table = Measured::read(&folder.join("serf_east_2016_hourly.csv.gz"))?;
    let axis = Axis { year: 2016, step_minutes: 60, utc_offset_minutes: -420 };
    let observer = Observer::new(39.742, -105.1727, 1829.0);
    let path = SunPath::new(&observer, &axis, 0.0);
    let (mut ghi, mut temperature) = (vec![0.0; axis.steps()], vec![15.0; axis.steps()]);
    for (row, stamp) in table.stamps.iter().enumerate() {
        ghi[step(&axis, stamp)] = table.column("ghi_w_per_m2")[row];
        temperature[step(&axis, stamp)] = table.column("temperature_c")[row];
    }
    let wind = vec![CALM_M_S; axis.steps()];
    let sky = Sky {
        ghi_w_per_m2: &ghi,
        dni_w_per_m2: None,
        dhi_w_per_m2: None,
        temperature_c: &temperature,
        wind_speed_m_s: &wind,
        pressure_pa: None,
        albedo_by_month: [0.2; 12],
    };
    let capacity = 6.0;
    let models = [
        ("serf-east-erbs", "NREL SERF East, beam by Erbs", Decomposition::Erbs),
        ("serf-east-dirint", "NREL SERF East, beam by DIRINT", Decomposition::DirintStability),
    ];
    let case = |(id, title, decomposition)| {
        let array = PvArray {
            planes: vec![Plane::fixed(45.0, 158.0)],
            dc_ac_ratio: 1.0,
            decomposition,
            ..PvArray::default()
        };
        let power = ac_per_kw(&path, &sky, &array);
        let rows: Vec<(bool, Row)> = (table.stamps.iter().enumerate())
            .filter(|(row, _)| table.column("ghi_w_per_m2")[*row] > 0.0)
            .map(|(row, stamp)| {
                let (_, month, day, hour) = parts(stamp);
                let modelled = power[step(&axis, stamp)] * capacity;
                let measured = table.column("power_w")[row] / 1000.0;
                (day % 2 == 0, Row { month, hour, modelled, measured })
            })
            .collect();
        Case {
            id,
            title,
            what: "Full chain from satellite weather: GHI and temperature of NSRDB (hourly, half past), \
                   beam derived, Perez, Faiman with 2 m/s (no wind in the data), PVWatts defaults (14 % losses), \
                   6 kW nameplate (quoted, not verified), ratio 1.0; July to October 2016, rows with light. \
                   Scale factor: found on days 1, 3, 5 … of each month, tested on the others."
                .into(),
            unit: "kW",
            capacity,
            scaled: scaled(&rows),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        }
    };
    Ok(models.into_iter().map(case).collect())
}

fn state_grid(
    folder: &Path,
    station: usize,
    id: &'static str,
    title: &'static str,
    capacity: f64,
) -> Result<Case, Box<dyn Error>> {
    let table = Measured::read(&folder.join(format!("state_grid_station_{station}_hourly.csv.gz")))?;
    let array =
        PvArray { dc_ac_ratio: 1.0, cell_temperature: CellTemperature::default(), ..PvArray::default() };
    let mut power = HashMap::new();
    for year in [2019, 2020] {
        let axis = Axis { year, step_minutes: 60, utc_offset_minutes: 480 };
        let (mut light, mut air) = (vec![0.0; axis.steps()], vec![10.0; axis.steps()]);
        for (row, stamp) in table.stamps.iter().enumerate().filter(|(_, stamp)| parts(stamp).0 == year) {
            light[step(&axis, stamp)] = table.column("poa_w_per_m2")[row];
            air[step(&axis, stamp)] = table.column("temperature_c")[row];
        }
        let mut cell_c = vec![0.0; axis.steps()];
        array.cell_temperature.fill(&light, &air, &vec![CALM_M_S; axis.steps()], &mut cell_c);
        let plane = PlaneYear {
            beam_w_per_m2: vec![0.0; axis.steps()],
            poa_w_per_m2: light.clone(),
            effective_w_per_m2: light,
            cell_c,
        };
        power.insert(year, ac_from_planes(&[plane], &axis, &array));
    }
    let rows: Vec<(bool, Row)> = (table.stamps.iter().enumerate())
        .filter(|(row, _)| table.column("poa_w_per_m2")[*row] > 5.0)
        .map(|(row, stamp)| {
            let (year, month, _, hour) = parts(stamp);
            let axis = Axis { year, step_minutes: 60, utc_offset_minutes: 480 };
            let modelled = power[&year][step(&axis, stamp)] * capacity;
            (year == 2019, Row { month, hour, modelled, measured: table.column("power_mw")[row] })
        })
        .collect();
    Ok(Case {
        id,
        title,
        what: "Irradiance to power: measured total irradiance taken as plane-of-array, measured temperature, \
               Faiman with 2 m/s (no wind in the data), PVWatts defaults (14 % losses), DC and AC rating both the \
               nameplate; 2019 and 2020, hours with more than 5 W/m². Scale factor: found on 2019, tested on 2020."
            .into(),
        unit: "MW",
        capacity,
        scaled: scaled(&rows),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    })
}

/// Rows of a turbine in service: wind is measured, and it does not stand in a wind it would use.
fn in_service(speed: f64, power: f64) -> bool {
    speed > 0.0 && !(power < 5.0 && speed > 4.5)
}

fn la_haute_borne(folder: &Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let bytes = std::fs::read(folder.join("mm92_2050_power_curve.csv"))?;
    let (speeds, powers) = read_curve(&bytes, "power_kw").map_err(|problems| format!("{problems:?}"))?;
    // The same Cp on a rotor of 82 m instead of 92.5 m: the same power at a higher wind speed.
    let stretch = (92.5f64 / 82.0).powf(2.0 / 3.0);
    let speeds: Vec<f64> = speeds.iter().map(|speed| speed * stretch).collect();
    let curve =
        Curve::new(&speeds, &powers, CurveKind::PowerKw).map_err(|problems| format!("{problems:?}"))?;
    let turbine = Turbine { shear: Shear::PowerLaw { exponent: 0.14 }, ..Turbine::new(curve, 80.0) };
    let era5 = Measured::read(&folder.join("la_haute_borne_era5_2014_hourly.csv.gz"))?;
    let hour_of: HashMap<&str, usize> =
        era5.stamps.iter().enumerate().map(|(row, stamp)| (&stamp[..13], row)).collect();
    let mut cases = Vec::new();
    for (name, id, title) in [
        ("R80711", "haute-borne-r80711", "La Haute Borne R80711, nacelle wind"),
        ("R80721", "haute-borne-r80721", "La Haute Borne R80721, nacelle wind"),
        ("R80736", "haute-borne-r80736", "La Haute Borne R80736, nacelle wind"),
    ] {
        let table = Measured::read(&folder.join(format!("la_haute_borne_{name}_2014_10min.csv.gz")))?;
        let pressure: Vec<f64> =
            (table.stamps.iter()).map(|stamp| era5.column("pressure_pa")[hour_of[&stamp[..13]]]).collect();
        let speed = table.column("wind_speed_m_s");
        let air = Air {
            speed_m_s: speed,
            speed_height_m: 80.0,
            temperature_c: table.column("temperature_c"),
            temperature_height_m: 80.0,
            pressure_pa: &pressure,
            pressure_height_m: 0.0,
        };
        let power = power_kw(&turbine, &air);
        let measured = table.column("power_kw");
        let rows = (table.stamps.iter().enumerate())
            .filter(|(row, _)| in_service(speed[*row], measured[*row]))
            .map(|(row, stamp)| {
                let (_, month, _, hour) = parts(stamp);
                Row { month, hour, modelled: power[row], measured: measured[row] }
            })
            .collect();
        cases.push(Case {
            id,
            title,
            what: "Nacelle wind to power at 10 minutes, 2014: power curve of the MM92 (2,050 kW) stretched to the \
                   82 m rotor of the MM82 at equal Cp, density from nacelle temperature and ERA5 pressure, \
                   site-curve rule. Rows without wind, and rows of standstill above 4.5 m/s, are left out."
                .into(),
            unit: "kW",
            capacity: 2050.0,
            rows,
            scaled: None,
        });
        if name == "R80711" {
            cases.push(era5_case(&era5, &table, &turbine));
        }
    }
    Ok(cases)
}

/// Reanalysis to power: hours in which the turbine ran through.
fn era5_case(era5: &Measured, scada: &Measured, turbine: &Turbine) -> Case {
    let mut hours: HashMap<&str, (usize, f64)> = HashMap::new();
    for (row, stamp) in scada.stamps.iter().enumerate() {
        let power = scada.column("power_kw")[row];
        if in_service(scada.column("wind_speed_m_s")[row], power) {
            let hour = hours.entry(&stamp[..13]).or_default();
            *hour = (hour.0 + 1, hour.1 + power);
        }
    }
    let air = Air {
        speed_m_s: era5.column("wind_speed_100m_m_s"),
        speed_height_m: 100.0,
        temperature_c: era5.column("temperature_2m_c"),
        temperature_height_m: 2.0,
        pressure_pa: era5.column("pressure_pa"),
        pressure_height_m: 0.0,
    };
    let power = power_kw(turbine, &air);
    let rows: Vec<(bool, Row)> = (era5.stamps.iter().enumerate())
        .filter_map(|(row, stamp)| match hours.get(&stamp[..13]) {
            Some((6, sum)) => {
                let (_, month, day, hour) = parts(stamp);
                Some((day % 2 == 0, Row { month, hour, modelled: power[row], measured: sum / 6.0 }))
            }
            _ => None,
        })
        .collect();
    Case {
        id: "haute-borne-era5",
        title: "La Haute Borne R80711, ERA5 wind",
        what: "Reanalysis to power, hourly, 2014: ERA5 wind at 100 m carried to 80 m by the one-seventh law, same \
               curve and density rule; hours in which the turbine ran through. Scale factor: found on days 1, 3, \
               5 … of each month, tested on the others."
            .into(),
        unit: "kW",
        capacity: 2050.0,
        scaled: scaled(&rows),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}
