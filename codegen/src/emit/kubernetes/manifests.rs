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
pub(crate) struct Manifests(BTreeMap<&'static str, Forms>);

#[derive(Debug, Default)]
struct Forms {
    of_spec: OnceLock<Built>,
    of_chart: OnceLock<Built>,
}

/// Files of manifests, with the values that they have places for.
#[derive(Debug)]
pub(crate) struct Built {
    pub(super) files: Vec<ManifestFile>,
    pub(in crate::emit) values: Values<'static>,
}

impl Built {
    /// All manifests.
    pub(in crate::emit) fn documents(&self) -> impl Iterator<Item = &Json> {
        self.files.iter().flat_map(|file| &file.documents)
    }
}

impl Default for Manifests {
    fn default() -> Self {
        let groups = GROUPS.iter();
        Self(groups.map(|g| (g.name, Forms::default())).collect())
    }
}

impl Group {
    /// Its manifests, as the spec has them.
    pub(in crate::emit) fn of_spec<'c>(&self, catalog: &'c Catalog<'_>) -> &'c Built {
        let built = &catalog.manifests.0[self.name].of_spec;
        built.get_or_init(|| self.built(catalog, Values::of_spec()))
    }

    /// Its manifests in the Helm chart.
    pub(super) fn of_chart<'c>(&self, catalog: &'c Catalog<'_>) -> &'c Built {
        let built = &catalog.manifests.0[self.name].of_chart;
        built.get_or_init(|| self.built(catalog, Values::chart()))
    }

    /// Its files, with values as they are given.
    pub(super) fn given<'c>(&self, catalog: &'c Catalog<'_>) -> Cow<'c, [ManifestFile]> {
        if catalog.values.is_empty() {
            return Cow::Borrowed(&self.of_spec(catalog).files);
        }
        Cow::Owned(self.files(catalog, &Values::given(&catalog.values)))
    }

    fn built(&self, catalog: &Catalog<'_>, values: Values<'static>) -> Built {
        let files = self.files(catalog, &values);
        Built { files, values }
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
