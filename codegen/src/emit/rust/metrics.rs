//! The module `metrics`: what programs expose to Prometheus.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::ir::names::screaming;

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.metrics.as_ref()?;
    let mut metrics: Vec<_> = file.body.metrics.iter().collect();
    if metrics.is_empty() {
        return None;
    }
    metrics.sort_by_key(|(name, _)| &name.value);
    let mut writer = Writer::default();
    writer.module_doc("Metrics that alerts and dashboards read.");
    writer.blank();
    writer.line(format_args!("use {}::metric::Metric;", emitter.support));
    for (name, metric) in metrics {
        writer.blank();
        writer.doc(&format!(
            "{}\n\nFrom the {}.",
            metric.summary.value, metric.from.value
        ));
        let constant = screaming(&name.value);
        writer.open(format_args!("pub const {constant}: Metric = Metric {{"));
        writer.line(format_args!("name: {},", literal(&name.value)));
        writer.line(format_args!("summary: {},", literal(&metric.summary.value)));
        let labels = metric.labels.iter().map(|(label, _)| literal(&label.value));
        writer.slice("labels: ", &labels.collect::<Vec<_>>(), ",");
        let buckets = metric.buckets.iter().map(|bound| format!("{bound:?}"));
        writer.slice("buckets: ", &buckets.collect::<Vec<_>>(), ",");
        writer.close("};");
    }
    Some(Module {
        name: "metrics".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}
