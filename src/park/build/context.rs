//! What the parks of a scenario share: axis, calendar, weather, and profiles made once.

use super::BuildOptions;
use super::series::ReadSeries;
use super::years::Ahead;
use crate::park::project::{DataQuality, Fact, Series};
use crate::problem::{Problem, Problems};
use crate::scenario::{Files, Scenario, Table};
use crate::series::SeriesFile;
use crate::solar::{Decomposition, Light, Observer, PvArray, Sky, SunPath};
use crate::tariff::{CompiledTariff, Tariff};
use crate::time::{Axis, Calendar, Zone};
use crate::weather::{self, Options, Repair, Site, Understood, Weather};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

/// The sky over a place: sun, light and weather on one clock.
pub struct SkyOfSite {
    /// The weather.
    pub weather: Arc<Weather>,
    /// What was understood of its file.
    pub understood: Understood,
    path: SunPath,
    albedo_by_month: [f64; 12],
    /// The light under each sky model, made when first asked for.
    lights: [OnceLock<Light>; 3],
}

impl SkyOfSite {
    fn sky(&self) -> Sky<'_> {
        let weather = &*self.weather;
        Sky {
            ghi_w_per_m2: &weather.ghi_w_per_m2,
            dni_w_per_m2: Some(&weather.dni_w_per_m2),
            dhi_w_per_m2: Some(&weather.dhi_w_per_m2),
            temperature_c: &weather.temperature_c,
            wind_speed_m_s: &weather.wind_speed_m_s,
            pressure_pa: Some(&weather.pressure_pa),
            albedo_by_month: self.albedo_by_month,
        }
    }

    /// Defects of the weather file that a key names, as an entry by that key.
    fn data_quality(&self, key: &str) -> (String, DataQuality) {
        let found = &self.understood;
        let quality = DataQuality {
            key: key.to_owned(),
            file: found.file.clone(),
            rows: found.rows,
            findings: found.findings.clone(),
            repaired: found.repaired.iter().map(|(_, count)| count).sum(),
        };
        (key.to_owned(), quality)
    }

    /// AC power per kW of an array, and what is said of cells beyond the range modules are rated in.
    pub fn ac_per_kw(&self, array: &PvArray) -> (Vec<f64>, Option<Problem>) {
        let sky = self.sky();
        let light = self.lights[array.sky_model as usize]
            .get_or_init(|| Light::new(&self.path, &sky, array.decomposition, array.sky_model));
        let planes = crate::solar::plane_years(&self.path, light, &sky, array);
        let beyond = crate::solar::cells_beyond(&planes, array);
        (crate::solar::ac_from_planes(&planes, &self.path.axis, array), beyond)
    }
}

/// A profile, and what there is to say about its model's range.
#[derive(Clone)]
pub struct Profile {
    /// Per kW, shape `[steps]`.
    pub series: Series,
    /// A warning without the device's path.
    pub beyond: Option<Problem>,
}

/// What the parks of a scenario share.
pub struct Context<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Options of the run.
    pub options: BuildOptions,
    /// What is different in a later year.
    pub ahead: Ahead,
    /// The year's axis.
    pub axis: Axis,
    /// Days and wall clock.
    pub calendar: Calendar,
    /// The site as an observer of the sun.
    pub observer: Observer,
    /// The site's weather.
    pub weather: Option<Arc<Weather>>,
    /// Warnings of what is shared.
    pub warnings: Vec<Problem>,
    facts: Vec<Fact>,
    understood: Mutex<BTreeMap<String, String>>,
    data_quality: Mutex<BTreeMap<String, DataQuality>>,
    series: Mutex<HashMap<String, ReadSeries>>,
    sky: Option<Arc<SkyOfSite>>,
    others: Mutex<HashMap<String, Arc<SkyOfSite>>>,
    profiles: Mutex<HashMap<String, Profile>>,
    tariffs: Mutex<HashMap<String, Arc<CompiledTariff>>>,
}

impl<'a> Context<'a> {
    /// Reads what the parks share. What is wrong with zone and weather is kept among the
    /// warnings, so that the parks' own problems are told in the same go.
    ///
    /// # Errors
    /// If time or site are missing.
    pub fn new(scenario: &'a Scenario, options: BuildOptions, ahead: Ahead) -> Result<Self, Problems> {
        let missing = |key| Problem::error("missing-key", format!("`{key}` is missing"));
        let time = scenario.root.table("time").ok_or_else(|| missing("time"))?;
        let site = scenario.root.table("site").ok_or_else(|| missing("site"))?;
        let mut problems = Vec::new();
        let zone = Zone::parse(site.required_text("timezone")).unwrap_or_else(|problem| {
            problems.push(Problem { place: site.place("timezone"), ..problem });
            Zone::of_longitude(site.required_number("longitude_deg"))
        });
        let year = time.required_number("year") as i32;
        let axis = Axis {
            year,
            step_minutes: time.required_number("step_minutes") as u32,
            utc_offset_minutes: zone.standard_offset_minutes(year),
        };
        let (calendar, mut warnings) = Calendar::new(axis, &zone, time.required_text("calendar") == "china");
        for warning in &mut warnings {
            warning.place = time.place("year");
        }
        if time.text("calendar") == Some("china") && !time.given("calendar") && axis.utc_offset_minutes != 480
        {
            let message = (
                "the public holidays of mainland China are used, and the site is not in their time zone",
                "采用中国大陆公共假日，而场址不在其时区",
            );
            let hint = (
                "set time.calendar = \"none\" for weekdays and weekends only",
                "只区分工作日与周末时，设 time.calendar = \"none\"",
            );
            warnings.push(time.warning("calendar", "foreign-calendar", message).hint(hint));
        }
        warnings.append(&mut problems);
        let observer = Observer::new(
            site.required_number("latitude_deg"),
            site.required_number("longitude_deg"),
            site.required_number("elevation_m"),
        );
        let sky = match site.text("weather") {
            Some(path) => match sky_of(&scenario.files, path, site, site, &axis, &observer) {
                Ok(sky) => Some(Arc::new(sky)),
                Err(problems) => {
                    warnings.extend(problems.0);
                    None
                }
            },
            None => None,
        };
        if let Some(sky) = &sky {
            warnings.extend(sky.understood.warnings.iter().cloned());
        }
        let fact = |text| Fact { key: "site.weather".to_owned(), text };
        let facts = sky.iter().flat_map(|sky| sky.understood.lines()).map(fact).collect();
        let weather = sky.as_ref().map(|sky| sky.weather.clone());
        let quality = sky.iter().map(|sky| sky.data_quality("site.weather")).collect();
        Ok(Self {
            scenario,
            options,
            ahead,
            axis,
            calendar,
            observer,
            weather,
            warnings,
            facts,
            understood: Mutex::default(),
            data_quality: Mutex::new(quality),
            series: Mutex::default(),
            sky,
            others: Mutex::default(),
            profiles: Mutex::default(),
            tariffs: Mutex::default(),
        })
    }

    /// The sky over a device: its own weather file's, else the site's. The text tells skies apart.
    ///
    /// # Errors
    /// If there is no weather, or the device's own file is wrong.
    pub fn sky(&self, device: &Table) -> Result<(Arc<SkyOfSite>, String), Vec<Problem>> {
        if let Some(path) = device.text("weather") {
            let known = self.lock_others().get(path).cloned();
            let sky = match known {
                Some(sky) => sky,
                None => {
                    let site = self.scenario.root.table("site").unwrap_or(device);
                    let sky = sky_of(&self.scenario.files, path, device, site, &self.axis, &self.observer)
                        .map_err(|problems| problems.0)?;
                    self.found(sky.data_quality(&device.key_path("weather")).1);
                    self.lock_others().entry(path.to_owned()).or_insert(Arc::new(sky)).clone()
                }
            };
            return Ok((sky, path.to_owned()));
        }
        let missing = || {
            if self.scenario.root.table("site").is_some_and(|site| site.given("weather")) {
                return Vec::new(); // what is wrong with the file is told already
            }
            let message = "the device is computed from weather, and `site.weather` is missing";
            let problem = device.error("", "missing-weather", message);
            vec![problem.hint("name a weather file in [site], or give the device a `series`")]
        };
        self.sky.clone().map(|sky| (sky, String::new())).ok_or_else(missing)
    }

    fn lock_others(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<SkyOfSite>>> {
        self.others.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A profile that is made once per key and then shared.
    pub fn shared(&self, key: String, make: impl FnOnce() -> Vec<f64>) -> Series {
        self.shared_with(key, || (make(), None)).series
    }

    /// The same with what there is to say about it.
    pub fn shared_with(&self, key: String, make: impl FnOnce() -> (Vec<f64>, Option<Problem>)) -> Profile {
        // Two workers may make the same profile at once; they make the same bytes.
        let found = self.profiles().get(&key).cloned();
        found.unwrap_or_else(|| {
            let (series, beyond) = make();
            let profile = Profile { series: series.into(), beyond };
            self.profiles().entry(key).or_insert(profile).clone()
        })
    }

    /// A series file, read once per file and options.
    ///
    /// # Errors
    /// The problems of the file, the same each time.
    pub fn series_file(
        &self,
        key: String,
        read: impl FnOnce() -> Result<SeriesFile, Problems>,
    ) -> ReadSeries {
        let known = || self.series.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return found.clone();
        }
        let found = read().map(Arc::new);
        known().entry(key).or_insert(found).clone()
    }

    /// Remembers what was understood of a key.
    pub fn understood(&self, fact: Fact) {
        let mut facts = self.understood.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        facts.insert(fact.key, fact.text);
    }

    /// Remembers what is wrong with a file of data.
    pub fn found(&self, quality: DataQuality) {
        let mut known = self.data_quality.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.insert(quality.key.clone(), quality);
    }

    /// What is wrong with files of data, in order of their keys.
    pub fn data_quality(&self) -> Vec<DataQuality> {
        let known = self.data_quality.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.values().cloned().collect()
    }

    /// What was understood: the weather, then the series in order of their keys.
    pub fn into_facts(self) -> Vec<Fact> {
        let understood = self.understood.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let series = understood.into_iter().map(|(key, text)| Fact { key, text });
        self.facts.into_iter().chain(series).collect()
    }

    /// A tariff laid over the year, once for all parks that have it.
    ///
    /// # Errors
    /// Problems of the tariff, keys relative to it.
    pub fn compiled(&self, tariff: &Tariff) -> Result<Arc<CompiledTariff>, Vec<Problem>> {
        let key = format!("{tariff:?}");
        let tariffs = || self.tariffs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = tariffs().get(&key) {
            return Ok(found.clone());
        }
        let temperature = self.weather.as_ref().map(|weather| weather.temperature_c.as_slice());
        let priced;
        let tariff = match (self.ahead.import_price, self.ahead.export_price) {
            (1.0, 1.0) => tariff,
            (import, export) => {
                priced = tariff.scaled(import, export);
                &priced
            }
        };
        let compiled = Arc::new(tariff.compile(&self.axis, &self.calendar, temperature)?);
        Ok(tariffs().entry(key).or_insert(compiled).clone())
    }

    /// The meter of a park without a bill.
    ///
    /// # Panics
    /// Never: a flat tariff of nothing covers every hour.
    pub fn free_tariff(&self) -> Arc<CompiledTariff> {
        match self.compiled(&Tariff::flat(0.0)) {
            Ok(tariff) => tariff,
            Err(problems) => panic!("a flat tariff is sound: {problems:?}"),
        }
    }

    fn profiles(&self) -> std::sync::MutexGuard<'_, HashMap<String, Profile>> {
        self.profiles.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The sky of a weather file that a table names, with the site's options.
fn sky_of(
    files: &Files,
    path: &str,
    named_by: &Table,
    site: &Table,
    axis: &Axis,
    observer: &Observer,
) -> Result<SkyOfSite, Problems> {
    let bytes =
        files.read(path).map_err(|problem| Problem { place: named_by.place("weather"), ..problem })?;
    let shown = files.shown(path);
    let file = weather::read(&bytes, &shown)?;
    let options = Options {
        radiation_shift_minutes: site.number("radiation_shift_minutes"),
        ghi_annual_kwh_per_m2: site.number("ghi_annual_kwh_per_m2"),
        mean_wind_speed_m_s: site.number("mean_wind_speed_m_s"),
        wind_height_m: site.number("wind_height_m"),
        albedo: site.number("albedo"),
        repair: match site.text("repair") {
            Some("interpolate") => Repair::Interpolate,
            Some("clear-sky") => Repair::ClearSky,
            _ => Repair::None,
        },
        decomposition: match site.text("decomposition") {
            Some("disc") => Decomposition::Disc,
            Some("dirint") => Decomposition::DirintStability,
            _ => Decomposition::Erbs,
        },
        max_gap_hours: site.required_number("max_gap_hours"),
    };
    let place = Site {
        latitude_deg: observer.latitude_deg,
        longitude_deg: observer.longitude_deg,
        elevation_m: observer.elevation_m,
    };
    let (weather, understood) = weather::prepare(&file, axis, &place, &options)?;
    let monthly = site.numbers("albedo_by_month").and_then(|values| values.try_into().ok());
    let albedo_by_month = monthly.unwrap_or([weather.albedo; 12]);
    Ok(SkyOfSite {
        weather: Arc::new(weather),
        understood,
        path: SunPath::new(observer, axis, 0.0),
        albedo_by_month,
        lights: Default::default(),
    })
}
