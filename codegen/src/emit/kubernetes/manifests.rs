//! The manifests of a catalogue, each built when it is first asked for, and once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value as Json;

use super::{Builder, GROUPS, Group, ManifestFile, Values};
use crate::ir::Catalog;

/// What has been built of each group, by its name. It follows from the rest of the catalogue, and
/// several targets read it.
#[derive(Debug)]
pub(crate) struct Manifests(BTreeMap<&'static str, Built>);

#[derive(Debug, Default)]
struct Built {
    of_spec: OnceLock<Vec<ManifestFile>>,
    of_chart: OnceLock<OfChart>,
}

/// Manifests with the expressions of a Helm chart.
#[derive(Debug)]
pub(crate) struct OfChart {
    pub(super) files: Vec<ManifestFile>,
    /// The values that they have places for.
    pub(crate) values: Values<'static>,
}

impl Default for Manifests {
    fn default() -> Self {
        let groups = GROUPS.iter();
        Self(groups.map(|g| (g.name, Built::default())).collect())
    }
}

impl Group {
    /// Its manifests, as the spec has them.
    pub(in crate::emit) fn documents<'c>(
        &self,
        catalog: &'c Catalog<'_>,
    ) -> impl Iterator<Item = &'c Json> {
        self.of_spec(catalog).iter().flat_map(|f| &f.documents)
    }

    /// Its files, as the spec has them.
    fn of_spec<'c>(&self, catalog: &'c Catalog<'_>) -> &'c [ManifestFile] {
        let built = &catalog.manifests.0[self.name].of_spec;
        built.get_or_init(|| self.files(catalog, &Values::of_spec()))
    }

    /// Its files, with values as they are given.
    pub(super) fn given<'c>(&self, catalog: &'c Catalog<'_>) -> Cow<'c, [ManifestFile]> {
        if catalog.values.is_empty() {
            return Cow::Borrowed(self.of_spec(catalog));
        }
        Cow::Owned(self.files(catalog, &Values::given(&catalog.values)))
    }

    /// Its files in the chart.
    pub(in crate::emit) fn of_chart<'c>(&self, catalog: &'c Catalog<'_>) -> &'c OfChart {
        let built = &catalog.manifests.0[self.name].of_chart;
        built.get_or_init(|| {
            let values = Values::chart();
            let files = self.files(catalog, &values);
            OfChart { files, values }
        })
    }

    /// Builds its files; leaves out those that have no documents.
    fn files(&self, catalog: &Catalog<'_>, values: &Values<'_>) -> Vec<ManifestFile> {
        let mut files = (self.build)(&Builder {
            catalog,
            values,
            group: Some(self.name),
        });
        files.retain(|file| !file.documents.is_empty());
        files
    }
}
