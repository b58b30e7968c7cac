//! Counters, gauges and histograms and their text form for `/metrics`.
//! Source: Prometheus, "Exposition formats", text format 0.0.4.
//!
//! Own and small: a handle is one atomic number, so that counting costs nanoseconds on the
//! request's path. A family holds at most [`SERIES_MAX`] series; what comes after is counted in one
//! series whose labels all read `_other`, so that no label value from traffic can fill the memory.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The most series of one family.
pub const SERIES_MAX: usize = 1000;
/// The longest label value, in bytes; what is longer is cut.
pub const LABEL_VALUE_BYTES_MAX: usize = 256;
/// The value of every label of the series that holds what did not fit.
pub const OTHER: &str = "_other";

/// A number that only grows.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// One more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// `count` more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The count so far.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Debug, Clone, Default)]
pub struct Gauge(Arc<AtomicI64>);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Moves it.
    pub fn add(&self, difference: i64) {
        self.0.fetch_add(difference, Ordering::Relaxed);
    }

    /// Its value now.
    #[must_use]
    pub fn value(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Durations counted by size.
#[derive(Debug, Clone)]
pub struct Histogram(Arc<Buckets>);

#[derive(Debug)]
struct Buckets {
    /// Upper bounds in microseconds, growing.
    bounds_micros: &'static [u64],
    /// One count a bound, not cumulative, and one for what is larger than all.
    counts: Vec<AtomicU64>,
    sum_micros: AtomicU64,
}

impl Histogram {
    fn new(bounds_micros: &'static [u64]) -> Self {
        let counts = (0..=bounds_micros.len())
            .map(|_| AtomicU64::new(0))
            .collect();
        Self(Arc::new(Buckets {
            bounds_micros,
            counts,
            sum_micros: AtomicU64::new(0),
        }))
    }

    /// Counts one duration.
    pub fn observe(&self, duration: std::time::Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let at = self
            .0
            .bounds_micros
            .partition_point(|bound| *bound < micros);
        if let Some(count) = self.0.counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.0.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }
}

/// The labels of one series: names that are ours, values that may come from anywhere.
pub type Labels<'a> = &'a [(&'static str, &'a str)];

#[derive(Debug, Clone)]
enum Metric {
    Counter(Counter),
    Gauge(Gauge),
    Histogram(Histogram),
}

#[derive(Debug)]
struct Family {
    help: &'static str,
    kind: &'static str,
    /// By the labels as they are printed.
    series: BTreeMap<String, Metric>,
}

/// All metrics of the process.
#[derive(Debug, Default)]
pub struct Registry {
    families: Mutex<BTreeMap<&'static str, Family>>,
}

impl Registry {
    /// The counter `name` with these labels; the same one whenever it is asked for. By convention
    /// its name ends in `_total`.
    #[must_use]
    pub fn counter(&self, name: &'static str, help: &'static str, labels: Labels<'_>) -> Counter {
        let metric = self.series(name, help, "counter", labels, || {
            Metric::Counter(Counter::default())
        });
        match metric {
            Metric::Counter(counter) => counter,
            Metric::Gauge(_) | Metric::Histogram(_) => Counter::default(),
        }
    }

    /// The gauge `name` with these labels.
    #[must_use]
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: Labels<'_>) -> Gauge {
        match self.series(name, help, "gauge", labels, || {
            Metric::Gauge(Gauge::default())
        }) {
            Metric::Gauge(gauge) => gauge,
            Metric::Counter(_) | Metric::Histogram(_) => Gauge::default(),
        }
    }

    /// The histogram `name` with these labels and upper bounds in microseconds, which must grow.
    /// By convention its name ends in `_seconds`.
    #[must_use]
    pub fn histogram(
        &self,
        name: &'static str,
        help: &'static str,
        labels: Labels<'_>,
        bounds_micros: &'static [u64],
    ) -> Histogram {
        let new = || Metric::Histogram(Histogram::new(bounds_micros));
        match self.series(name, help, "histogram", labels, new) {
            Metric::Histogram(histogram) => histogram,
            Metric::Counter(_) | Metric::Gauge(_) => Histogram::new(bounds_micros),
        }
    }

    /// A name belongs to one kind of metric: asked for as another, it answers a metric that is
    /// counted but not shown (and fails a debug build).
    fn series(
        &self,
        name: &'static str,
        help: &'static str,
        kind: &'static str,
        labels: Labels<'_>,
        new: impl Fn() -> Metric,
    ) -> Metric {
        let mut families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let family = families.entry(name).or_insert_with(|| Family {
            help,
            kind,
            series: BTreeMap::new(),
        });
        debug_assert_eq!(family.kind, kind, "{name} is a {} already", family.kind);
        let printed = printed(labels);
        if let Some(metric) = family.series.get(&printed) {
            return metric.clone();
        }
        let key = if family.series.len() < SERIES_MAX {
            printed
        } else {
            let other: Vec<_> = labels.iter().map(|(name, _)| (*name, OTHER)).collect();
            self::printed(&other)
        };
        family.series.entry(key).or_insert_with(new).clone()
    }

    /// The text for `/metrics`, content type `text/plain; version=0.0.4`.
    #[must_use]
    pub fn render(&self) -> String {
        let families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        for (name, family) in families.iter() {
            line(&mut text, format_args!("# HELP {name} {}", family.help));
            line(&mut text, format_args!("# TYPE {name} {}", family.kind));
            for (labels, metric) in &family.series {
                match metric {
                    Metric::Counter(counter) => {
                        line(
                            &mut text,
                            format_args!("{name}{} {}", braced(labels), counter.value()),
                        );
                    }
                    Metric::Gauge(gauge) => {
                        line(
                            &mut text,
                            format_args!("{name}{} {}", braced(labels), gauge.value()),
                        );
                    }
                    Metric::Histogram(histogram) => {
                        render_histogram(&mut text, name, labels, histogram);
                    }
                }
            }
        }
        text
    }
}

fn render_histogram(text: &mut String, name: &str, labels: &str, histogram: &Histogram) {
    let buckets = &*histogram.0;
    let comma = if labels.is_empty() { "" } else { "," };
    let mut total = 0;
    for (at, count) in buckets.counts.iter().enumerate() {
        total += count.load(Ordering::Relaxed);
        let bound = match buckets.bounds_micros.get(at) {
            Some(micros) => seconds(*micros),
            None => "+Inf".to_owned(),
        };
        line(
            text,
            format_args!("{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {total}"),
        );
    }
    let sum = seconds(buckets.sum_micros.load(Ordering::Relaxed));
    line(text, format_args!("{name}_sum{} {sum}", braced(labels)));
    line(text, format_args!("{name}_count{} {total}", braced(labels)));
}

/// Microseconds as seconds, without rounding.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn braced(labels: &str) -> String {
    if labels.is_empty() {
        String::new()
    } else {
        format!("{{{labels}}}")
    }
}

fn printed(labels: Labels<'_>) -> String {
    let mut text = String::new();
    for (name, value) in labels {
        if !text.is_empty() {
            text.push(',');
        }
        let end = value.floor_char_boundary(LABEL_VALUE_BYTES_MAX);
        text.push_str(name);
        text.push_str("=\"");
        for letter in value.get(..end).unwrap_or_default().chars() {
            match letter {
                '\\' => text.push_str("\\\\"),
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                letter if letter.is_control() => text.extend(letter.escape_default()),
                letter => text.push(letter),
            }
        }
        text.push('"');
    }
    text
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    if text.write_fmt(arguments).is_ok() {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_text_is_prometheus_exposition_format() {
        let registry = Registry::default();
        registry
            .counter("b_total", "Things.", &[("kind", "a\"b\\c\nd\u{7f}")])
            .add(3);
        registry.gauge("a", "A level.", &[]).set(-2);
        let histogram = registry.histogram(
            "c_seconds",
            "Time.",
            &[("x", "y")],
            &[100, 1_000, 2_500_000],
        );
        for micros in [100, 101, 3_000_000] {
            histogram.observe(Duration::from_micros(micros));
        }
        let expected = r##"# HELP a A level.
# TYPE a gauge
a -2
# HELP b_total Things.
# TYPE b_total counter
b_total{kind="a\"b\\c\nd\u{7f}"} 3
# HELP c_seconds Time.
# TYPE c_seconds histogram
c_seconds_bucket{x="y",le="0.0001"} 1
c_seconds_bucket{x="y",le="0.001"} 2
c_seconds_bucket{x="y",le="2.5"} 2
c_seconds_bucket{x="y",le="+Inf"} 3
c_seconds_sum{x="y"} 3.000201
c_seconds_count{x="y"} 3
"##;
        assert_eq!(registry.render(), expected);
    }

    #[test]
    fn a_family_stays_bounded_and_its_sum_exact() {
        let registry = Registry::default();
        for value in 0..3 * SERIES_MAX {
            registry
                .counter("r_total", "Rules.", &[("rule", &value.to_string())])
                .increment();
        }
        let text = registry.render();
        let values: Vec<u64> = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(values.len(), SERIES_MAX + 1);
        assert_eq!(values.iter().sum::<u64>(), 3 * SERIES_MAX as u64);
        assert!(text.contains("r_total{rule=\"_other\"} 2000"), "{text}");
    }

    #[test]
    fn a_long_label_value_is_cut_at_a_letter() {
        let registry = Registry::default();
        registry
            .counter("l_total", "L.", &[("v", &"é".repeat(1000))])
            .increment();
        let text = registry.render();
        assert_eq!(text.matches('é').count(), LABEL_VALUE_BYTES_MAX / 2);
    }
}
