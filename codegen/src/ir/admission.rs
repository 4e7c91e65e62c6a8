//! Validations of a resource that no CustomResourceDefinition can hold: those of its metadata, of
//! which the API server shows a schema only the name, and those of what has no CEL type.

use crate::check::{Index, SchemaRef};
use crate::model::{Additional, CelValidation, JsonType, ResourceFile, Schema};

/// A validation, and where in the resource it applies.
#[derive(Clone, Debug)]
pub struct AdmissionRule<'a> {
    /// From the whole resource to what `self` stands for.
    pub path: Vec<Step<'a>>,
    /// The validation.
    pub validation: &'a CelValidation,
}

/// A step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// To a member of an object.
    Member(&'a str),
    /// To each item of a list.
    Items,
    /// To the value of each member.
    Values,
}

/// The validations of `resource` that a policy has to hold.
pub fn admission_rules<'a>(
    index: &Index<'a>,
    resource: &'a ResourceFile,
) -> Vec<AdmissionRule<'a>> {
    let mut collector = Collector {
        index,
        path: Vec::new(),
        rules: Vec::new(),
    };
    let metadata = resource.metadata.as_ref().map(|name| ("metadata", name));
    let parts = metadata.into_iter().chain([("spec", &resource.spec)]);
    for (part, name) in parts {
        let Some(file) = index.schema(name) else {
            continue;
        };
        let root = SchemaRef {
            file,
            schema: &file.root,
        };
        let typed = part == "spec";
        collector.step(Step::Member(part), root, typed);
    }
    collector.rules
}

/// Whether the API server has a CEL type for what a schema describes. There is none for what may
/// be of several types.
pub fn has_cel_type(schema: &Schema) -> bool {
    let number_or_text = schema.x_kubernetes_int_or_string;
    let types = schema.r#type.iter().flat_map(|types| &types.types);
    let types = types.filter(|t| t.value != JsonType::Null).count();
    number_or_text.is_some_and(|flag| flag.value) || types == 1
}

struct Collector<'i, 'a> {
    index: &'i Index<'a>,
    path: Vec<Step<'a>>,
    rules: Vec<AdmissionRule<'a>>,
}

impl<'a> Collector<'_, 'a> {
    /// `typed` says whether what is around is a matter of the definition.
    fn step(&mut self, step: Step<'a>, outer: SchemaRef<'a>, typed: bool) {
        let Some(at) = self.index.follow(outer) else {
            return;
        };
        self.path.push(step);
        let schema = at.schema;
        let typed = typed && has_cel_type(schema);
        if !typed {
            let mut validations: Vec<&CelValidation> = Vec::new();
            // These may stand beside a reference.
            let beside = match std::ptr::eq(outer.schema, schema) {
                true => [].iter(),
                false => outer.schema.x_kubernetes_validations.iter(),
            };
            validations.extend(beside.chain(schema.x_kubernetes_validations.iter()));
            let path = &self.path;
            self.rules
                .extend(validations.into_iter().map(|validation| AdmissionRule {
                    path: path.clone(),
                    validation,
                }));
        }
        for (name, member) in schema.properties.iter() {
            let member = SchemaRef {
                schema: member,
                ..at
            };
            self.step(Step::Member(&name.value), member, typed);
        }
        if let Some(Additional::Schema(values)) = &schema.additional_properties {
            let values = SchemaRef {
                schema: values,
                ..at
            };
            self.step(Step::Values, values, typed);
        }
        if let Some(items) = &schema.items {
            let items = SchemaRef {
                schema: items,
                ..at
            };
            self.step(Step::Items, items, typed);
        }
        self.path.pop();
    }
}
