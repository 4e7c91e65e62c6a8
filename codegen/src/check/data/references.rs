//! Which schemas refer to which, over all data files.

use std::collections::{HashMap, HashSet};

use crate::check::index::Index;
use crate::model::{Additional, JsonType, Schema, SchemaFile, Spec, SpecFile, Text};
use crate::source::{FileId, Span};

/// Number of a named schema in [`References`].
pub(crate) type Number = usize;

/// A schema that others can refer to: the root of a file, or a definition in it.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// Its file.
    pub(crate) file: FileId,
    /// Name of the file's schema.
    pub(crate) schema: &'a Text,
    /// Name of the definition; none for the root.
    pub(crate) definition: Option<&'a Text>,
    /// References in it that lead somewhere.
    pub(crate) references: Vec<Reference>,
}

impl Named<'_> {
    /// Where its name stands.
    pub(crate) fn span(&self) -> Span {
        self.definition.unwrap_or(self.schema).span
    }
}

/// One `$ref`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    /// The schema that it leads to.
    pub(crate) to: Number,
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether every value of the schema that it stands in holds a value of the other.
    pub(crate) always: bool,
    /// Whether only lists and maps lie between, which have no names of their own as types.
    pub(crate) nameless: bool,
}

/// All named schemas and their references.
#[derive(Debug)]
pub(crate) struct References<'a> {
    /// The schemas, in the order of the files.
    pub(crate) named: Vec<Named<'a>>,
}

impl<'a> References<'a> {
    /// Follows every reference of `spec` once.
    pub(crate) fn new(spec: &'a Spec, index: &Index<'a>) -> Self {
        // Schemas are told apart by their address: a name may stand twice.
        let mut numbers: HashMap<usize, Number> = HashMap::new();
        let mut named = Vec::new();
        let mut add = |schema: &'a Schema, file: &'a SpecFile<SchemaFile>, definition| {
            numbers.insert(address(schema), named.len());
            named.push(Named {
                file: file.file,
                schema: &file.body.schema,
                definition,
                references: Vec::new(),
            });
        };
        for file in &spec.data {
            add(&file.body.root, file, None);
            for (name, schema) in file.body.defs.iter() {
                add(schema, file, Some(name));
            }
        }
        let mut all = Self { named };
        let mut number = 0;
        for file in &spec.data {
            let defs = file.body.defs.iter().map(|(_, schema)| schema);
            for schema in std::iter::once(&file.body.root).chain(defs) {
                let mut references = Vec::new();
                let resolve = |reference: &str| {
                    let target = index.resolve(file, reference)?;
                    numbers.get(&address(target.schema)).copied()
                };
                collect(schema, (true, true), &resolve, &mut references);
                all.named[number].references = references;
                number += 1;
            }
        }
        all
    }

    /// Groups of schemas that reach each other through references that `through` lets pass; a schema
    /// alone is a group too. Every group comes after those that it refers to.
    ///
    /// Tarjan's algorithm, with a stack of its own: a chain of references may be as long as the spec.
    pub(crate) fn groups(&self, through: impl Fn(&Reference) -> bool) -> Vec<Vec<Number>> {
        const UNSEEN: usize = usize::MAX;
        let mut order = vec![UNSEEN; self.named.len()];
        let mut lowest = vec![0; self.named.len()];
        let mut grouped = vec![false; self.named.len()];
        let mut open: Vec<Number> = Vec::new();
        let mut groups = Vec::new();
        let mut count = 0;
        for start in 0..self.named.len() {
            if order[start] != UNSEEN {
                continue;
            }
            let mut path = vec![(start, 0)];
            while let Some((at, next)) = path.last_mut() {
                let at = *at;
                if *next == 0 {
                    order[at] = count;
                    lowest[at] = count;
                    count += 1;
                    open.push(at);
                }
                let rest = self.named[at].references.get(*next..).unwrap_or(&[]);
                let skipped = rest.iter().take_while(|r| !through(r)).count();
                if let Some(reference) = rest.get(skipped) {
                    *next += skipped + 1;
                    let to = reference.to;
                    if order[to] == UNSEEN {
                        path.push((to, 0));
                    } else if !grouped[to] {
                        lowest[at] = lowest[at].min(order[to]);
                    }
                    continue;
                }
                path.pop();
                if let Some((above, _)) = path.last() {
                    lowest[*above] = lowest[*above].min(lowest[at]);
                }
                if lowest[at] == order[at] {
                    let first = open.iter().rposition(|n| *n == at).unwrap_or(0);
                    let group = open.split_off(first);
                    for number in &group {
                        grouped[*number] = true;
                    }
                    groups.push(group);
                }
            }
        }
        groups
    }
}

fn address(schema: &Schema) -> usize {
    std::ptr::from_ref(schema).addr()
}

/// Nesting is bounded by the loader.
fn collect(
    schema: &Schema,
    (always, nameless): (bool, bool),
    resolve: &impl Fn(&str) -> Option<Number>,
    found: &mut Vec<Reference>,
) {
    if let Some(text) = &schema.reference {
        found.extend(resolve(text).map(|to| Reference {
            to,
            span: text.span,
            always,
            nameless,
        }));
        return;
    }
    let types = || schema.r#type.iter().flat_map(|t| &t.types).map(|t| t.value);
    let nullable = types().any(|t| t == JsonType::Null);
    // Values of several types have no type of their own.
    let single = types().filter(|t| *t != JsonType::Null).count() <= 1;
    let (always, nameless) = (always && !nullable && single, nameless && single);
    let required: HashSet<&str> = schema.required.iter().map(|r| r.value.as_str()).collect();
    for (name, member) in schema.properties.iter() {
        let required = always && required.contains(name.value.as_str());
        collect(member, (required, false), resolve, found);
    }
    let some = |least: &Option<crate::source::Spanned<u64>>| least.as_deref() > Some(&0);
    if let Some(items) = &schema.items {
        let inside = (always && some(&schema.min_items), nameless);
        collect(items, inside, resolve, found);
    }
    if let Some(Additional::Schema(values)) = &schema.additional_properties {
        let map = schema.properties.is_empty();
        let always = always && map && some(&schema.min_properties);
        collect(values, (always, nameless && map), resolve, found);
    }
}
