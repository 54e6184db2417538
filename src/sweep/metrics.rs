//! The metrics a study asks for, and how they get from a design's metrics into its row.

use super::results::{Column, Kind};
use super::study::Study;
use crate::metrics::Metrics;
use crate::metrics::scalars::{Place, pick, visit};
use crate::output::summary::scalars;
use crate::park::{Project, design};
use crate::problem::{Problem, Problems};
use crate::scenario::nearest;

/// A metric column: of which park (`None`: all), in which group, under which key.
#[derive(Debug, Clone)]
pub(super) struct Metric {
    pub(super) park: Option<usize>,
    pub(super) group: String,
    pub(super) key: String,
}

/// Where the metrics of one scope (all parks, or one) stand in a row.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// Which park; none: all.
    pub(super) park: Option<usize>,
    /// Where each stands among the metrics and in the row, in the order of the metrics.
    wanted: Vec<(Place, usize)>,
}

/// The scopes of some metric columns.
pub(super) fn scopes(metrics: &[Metric]) -> Vec<Scope> {
    let mut parks: Vec<Option<usize>> = metrics.iter().map(|metric| metric.park).collect();
    parks.sort_unstable();
    parks.dedup();
    let scope = |park: Option<usize>| {
        let mut wanted = Vec::new();
        visit(&design::every_metric(), |group, key, at, _| {
            let of = |metric: &Metric| metric.park == park && metric.group == group && metric.key == key;
            let places = metrics.iter().enumerate().filter(|(_, metric)| of(metric));
            wanted.extend(places.map(|(place, _)| (at, place)));
        });
        Scope { park, wanted }
    };
    parks.into_iter().map(scope).collect()
}

impl Scope {
    /// Writes the metrics of this scope into the row; what does not apply stays as it is.
    pub(super) fn fill(&self, metrics: &Metrics, row: &mut [f64]) {
        pick(metrics, &self.wanted, row);
    }
}

/// The metric columns a study asks for, checked.
pub(super) fn metric_columns(
    study: &Study,
    project: &Project,
) -> Result<(Vec<Column>, Vec<Metric>), Problems> {
    let known = serde_json::to_value(design::every_metric()).unwrap_or_default();
    let keys: Vec<(String, Kind)> = scalars(&known)
        .into_iter()
        .filter(|(name, _)| name != "bill.basis")
        .map(|(name, _)| {
            let kind = if name.ends_with(".pass") { Kind::Flag } else { Kind::Number };
            (name, kind)
        })
        .collect();
    let every = || keys.iter().map(|(name, _)| format!("all.{name}")).collect();
    let names: Vec<String> = study.metrics.clone().unwrap_or_else(every);
    let (mut columns, mut metrics, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let of = project.parks.iter().position(|park| name.starts_with(&format!("{}.", park.name)));
        let rest = match of {
            Some(index) => &name[project.parks[index].name.len() + 1..],
            None => name.strip_prefix("all.").unwrap_or(&name),
        };
        match keys.iter().find(|(key, _)| key == rest) {
            Some((key, kind)) => {
                let (group, key) = key.split_once('.').unwrap_or((key, ""));
                metrics.push(Metric { park: of, group: group.to_owned(), key: key.to_owned() });
                columns.push(Column { name: name.clone(), kind: *kind });
            }
            None => {
                let problem = Problem::error("unknown-metric", format!("`{name}` is not a metric"));
                let near = nearest::nearest(rest, keys.iter().map(|(key, _)| key.as_str()));
                problems.push(match near {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")).at_key("metrics"),
                    None => {
                        problem.hint("such as economics.annual_total or park.<name>.carbon.location_based_t")
                    }
                });
            }
        }
    }
    if problems.is_empty() { Ok((columns, metrics)) } else { Err(Problems(problems)) }
}
