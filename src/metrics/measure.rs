//! The step from baseline to design, measure by measure.

/// What a design changes, in the order in which the step is told: what is used, what generates, what
/// stores, how it is run, what is bought. A measure's effect is what it adds to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Vehicles and ships that burnt fuel, charging as they like.
    ElectricTransport,
    /// Efficiency retrofits and renewed equipment.
    Retrofit,
    /// Heat that burnt fuel.
    ElectricHeat,
    /// PV.
    Pv,
    /// Wind.
    Wind,
    /// Storage.
    Storage,
    /// Loads moved within the day.
    ShiftedLoad,
    /// Charging moved in time.
    ManagedCharging,
    /// Vehicles that feed back.
    V2g,
    /// Traded green power and certificates.
    GreenSupply,
}

impl Measure {
    /// Every measure, in order.
    pub const ALL: [Self; 10] = [
        Self::ElectricTransport,
        Self::Retrofit,
        Self::ElectricHeat,
        Self::Pv,
        Self::Wind,
        Self::Storage,
        Self::ShiftedLoad,
        Self::ManagedCharging,
        Self::V2g,
        Self::GreenSupply,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ElectricTransport => "electric-transport",
            Self::Retrofit => "retrofit",
            Self::ElectricHeat => "electric-heat",
            Self::Pv => "pv",
            Self::Wind => "wind",
            Self::Storage => "storage",
            Self::ShiftedLoad => "shifted-load",
            Self::ManagedCharging => "managed-charging",
            Self::V2g => "v2g",
            Self::GreenSupply => "green-supply",
        }
    }
}

/// Money and tonnes of a case that measures change; `None` where a case has none of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct MeasureSums {
    /// Investment, money.
    pub capex: Option<f64>,
    /// Bill, money a year.
    pub bill: Option<f64>,
    /// Annual total, money a year.
    pub annual_total: Option<f64>,
    /// Location-based, t a year.
    pub location_based_t: Option<f64>,
    /// Fuel of the park, t a year.
    pub scope1_t: Option<f64>,
    /// Market-based, t a year.
    pub market_based_t: Option<f64>,
    /// By the park rule, t a year.
    pub park_rule_t: Option<f64>,
}

impl MeasureSums {
    /// The sums of a case.
    pub fn of(metrics: &super::Metrics) -> Self {
        let (economics, carbon) = (metrics.economics.as_ref(), metrics.carbon.as_ref());
        Self {
            capex: economics.map(|economics| economics.capex),
            bill: metrics.bill.as_ref().map(|bill| bill.parts.total),
            annual_total: economics.map(|economics| economics.annual_total),
            location_based_t: carbon.and_then(|carbon| carbon.location_based_t),
            scope1_t: carbon.and_then(|carbon| carbon.scope1_t),
            market_based_t: carbon.and_then(|carbon| carbon.market_based_t),
            park_rule_t: carbon.and_then(|carbon| carbon.park_rule_t),
        }
    }

    fn zip(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let of = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| f(a, b));
        Self {
            capex: of(self.capex, other.capex),
            bill: of(self.bill, other.bill),
            annual_total: of(self.annual_total, other.annual_total),
            location_based_t: of(self.location_based_t, other.location_based_t),
            scope1_t: of(self.scope1_t, other.scope1_t),
            market_based_t: of(self.market_based_t, other.market_based_t),
            park_rule_t: of(self.park_rule_t, other.park_rule_t),
        }
    }

    /// What has changed since an earlier state.
    pub fn since(&self, before: &Self) -> Self {
        self.zip(before, |now, before| now - before)
    }

    /// The sum with another park's; what only one of them has counts alone.
    pub fn and(&self, other: &Self) -> Self {
        let whole = self.zip(other, |a, b| a + b);
        let of = |both: Option<f64>, a: Option<f64>, b: Option<f64>| both.or(a).or(b);
        Self {
            capex: of(whole.capex, self.capex, other.capex),
            bill: of(whole.bill, self.bill, other.bill),
            annual_total: of(whole.annual_total, self.annual_total, other.annual_total),
            location_based_t: of(whole.location_based_t, self.location_based_t, other.location_based_t),
            scope1_t: of(whole.scope1_t, self.scope1_t, other.scope1_t),
            market_based_t: of(whole.market_based_t, self.market_based_t, other.market_based_t),
            park_rule_t: of(whole.park_rule_t, self.park_rule_t, other.park_rule_t),
        }
    }
}

/// One step of the way from baseline to design.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MeasureStep {
    /// The measures it adds: one, or several where one alone cannot run within the park's limits.
    pub measures: Vec<Measure>,
    /// What they change.
    pub change: MeasureSums,
}

impl MeasureStep {
    /// Tonnes avoided a year: location-based electricity and fuel of the park.
    pub fn avoided_t(&self) -> Option<f64> {
        self.change.location_based_t.map(|location| -location - self.change.scope1_t.unwrap_or(0.0))
    }

    /// Change of the annual total per tonne avoided; none where nothing is avoided.
    pub fn cost_per_t(&self) -> Option<f64> {
        let avoided = self.avoided_t().filter(|tonnes| *tonnes > 0.0)?;
        self.change.annual_total.map(|cost| cost / avoided)
    }

    /// The names of its measures in files.
    pub fn name(&self) -> String {
        self.measures.iter().map(|measure| measure.name()).collect::<Vec<_>>().join("+")
    }
}

/// The way from baseline to design of one park, or of all.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct MeasurePath {
    /// The steps in their order; none where nothing changes.
    pub steps: Vec<MeasureStep>,
    /// Design − baseline: what the steps add up to.
    pub whole: MeasureSums,
}

impl MeasurePath {
    /// The steps that avoid carbon at a known cost, the cheapest tonne first.
    pub fn abatement_curve(&self) -> Vec<(&MeasureStep, f64, f64)> {
        let steps = self.steps.iter().filter_map(|step| {
            let tonnes = step.avoided_t()?;
            step.cost_per_t().map(|cost| (step, tonnes, cost))
        });
        let mut steps: Vec<_> = steps.collect();
        steps.sort_by(|a, b| a.2.total_cmp(&b.2));
        steps
    }

    /// The cheapest tonne of the measures that matter: those that avoid at least a hundredth of what the
    /// largest does. Less may be no more than a side effect of what it was added to.
    pub fn cheapest(&self) -> Option<(&MeasureStep, f64, f64)> {
        let curve = self.abatement_curve();
        let most = curve.iter().map(|step| step.1).fold(0.0, f64::max);
        curve.into_iter().find(|step| step.1 >= 0.01 * most)
    }

    /// All parks together: steps of the same measures are added up.
    pub fn sum<'a>(paths: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for path in paths {
            sum.whole = sum.whole.and(&path.whole);
            for step in &path.steps {
                match sum.steps.iter_mut().find(|known| known.measures == step.measures) {
                    Some(known) => known.change = known.change.and(&step.change),
                    None => sum.steps.push(step.clone()),
                }
            }
        }
        sum.steps.sort_by(|a, b| a.measures.cmp(&b.measures));
        sum
    }
}
