//! Tables of the members of data: one row a member, those of nested objects by dotted path.

use super::keywords::{Resolved, allowed, example, literal};
use super::markdown::{Page, code, plain, yes_no};
use super::site::Site;
use crate::check::SchemaRef;
use crate::ir::{Field, StringFormat, Type, TypeDef, TypeId};
use crate::model::JsonType;
use crate::parallel;

/// Rows after which nested objects are only linked: references may multiply beyond any bound.
const MOST_ROWS: usize = 400;

/// Objects inside objects that are followed.
const MOST_DEPTH: usize = 12;

const COLUMNS: &[&str] = &[
    "Member",
    "Type",
    "Required",
    "Unit",
    "Default",
    "Allowed",
    "Since",
    "Description",
    "Example",
];

/// The table of every schema, by its number. The links in them hold on pages one folder deep.
pub(super) fn tables(site: &Site<'_>) -> Vec<String> {
    let numbers: Vec<usize> = (0..site.catalog.schemas.len()).collect();
    parallel::map(&numbers, super::PAGES_A_THREAD, |n| table(site, *n))
}

fn table(site: &Site<'_>, number: usize) -> String {
    let schema = &site.catalog.schemas[number];
    let mut members = Members {
        site,
        // A folder of no page, so that links lead out of it and then to the right one.
        page: Page::fragment("members/of"),
        first: first_version(&schema.declared.version),
        rows: 0,
        cut: false,
        open: Vec::new(),
    };
    match named(&schema.root) {
        Some(id) => {
            members.page.table(COLUMNS);
            members.object(id, "");
            if members.cut {
                members
                    .page
                    .markdown("Members further down are on the pages of the linked types.");
            }
        }
        None => {
            let root = SchemaRef {
                file: schema.declared,
                schema: &schema.declared.body.root,
            };
            let root = Resolved::new(site, root);
            let text = type_text(site, &members.page, &schema.root, &root);
            members
                .page
                .markdown(&format!("The data as a whole: {text}."));
        }
    }
    members.page.into_text()
}

/// The first version of a version's major number: what says no other has been there since.
fn first_version(version: &str) -> String {
    match version.split('.').next() {
        None | Some("" | "0") => String::new(),
        Some(major) => format!("{major}.0.0"),
    }
}

fn named(r#type: &Type) -> Option<TypeId> {
    match r#type {
        Type::Named(id) => Some(*id),
        Type::Nullable(inner) => named(inner),
        _ => None,
    }
}

struct Members<'s, 'a> {
    site: &'s Site<'a>,
    page: Page,
    /// Version that brought the members that do not say.
    first: String,
    rows: usize,
    cut: bool,
    /// Objects that the path leads through.
    open: Vec<TypeId>,
}

impl Members<'_, '_> {
    fn object(&mut self, id: TypeId, path: &str) {
        let site = self.site;
        let TypeDef::Struct(object) = &site.catalog.types[id.0] else {
            return;
        };
        if self.open.contains(&id) {
            return;
        }
        if self.rows >= MOST_ROWS || self.open.len() >= MOST_DEPTH {
            self.cut = true;
            return;
        }
        self.open.push(id);
        let file = site.catalog.schemas[site.owner[id.0]].declared;
        for field in &object.fields {
            let path = match path {
                "" => field.name.to_owned(),
                path => format!("{path}.{}", field.name),
            };
            let schema = SchemaRef {
                file,
                schema: field.schema,
            };
            self.row(&path, field, &Resolved::new(site, schema));
            self.nested(&field.r#type, &path);
        }
        if let Some(additional) = &object.additional {
            self.nested(additional, &format!("{path}.*"));
        }
        self.open.pop();
    }

    fn nested(&mut self, r#type: &Type, path: &str) {
        match r#type {
            Type::Named(id) => self.object(*id, path),
            Type::Nullable(inner) => self.nested(inner, path),
            Type::List(item) => self.nested(item, &format!("{path}[]")),
            Type::Map(value) => self.nested(value, &format!("{path}.*")),
            _ => {}
        }
    }

    fn row(&mut self, path: &str, field: &Field<'_>, schema: &Resolved<'_>) {
        self.rows += 1;
        let default = schema.pick(|s| s.default.as_ref());
        let default = default.map_or_else(String::new, |d| literal(&d.to_json()));
        let unit = schema.pick(|s| s.x_unit.as_ref());
        let since = schema.pick(|s| s.x_since.as_ref());
        let since = since.map_or(self.first.as_str(), |s| &s.value);
        let sensitive = schema.is_sensitive();
        self.page.row(&[
            &code(path),
            &type_text(self.site, &self.page, &field.r#type, schema),
            yes_no(field.required),
            &unit.map_or_else(String::new, |u| code(u)),
            &default,
            &allowed(schema, self.site),
            since,
            &description(schema),
            &if sensitive {
                "redacted".to_owned()
            } else {
                example(schema)
            },
        ]);
    }
}

/// What a member means, and what to mind.
fn description(schema: &Resolved<'_>) -> String {
    let text = schema.pick(|s| s.description.as_ref());
    let mut text = text.map_or_else(String::new, |t| t.value.trim().to_owned());
    let mut add = |remark: &str| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(remark);
    };
    if schema.is_sensitive() {
        add("**Sensitive**: redacted in logs, audit events and samples.");
    }
    if let Some(deprecation) = schema.pick(|s| s.x_deprecated.as_ref()) {
        add(&super::deprecated(deprecation, code));
    }
    for validation in schema.own.schema.x_kubernetes_validations.iter() {
        add(&format!(
            "Checked: {} ({}).",
            plain(&validation.message),
            code(&validation.rule)
        ));
    }
    text
}

/// A type in words, linked where it has a section of its own.
pub(super) fn type_text(
    site: &Site<'_>,
    page: &Page,
    r#type: &Type,
    schema: &Resolved<'_>,
) -> String {
    match r#type {
        Type::Any => {
            let types = schema.pick(|s| s.r#type.as_ref());
            let names = types.iter().flat_map(|t| &t.types);
            let names: Vec<_> = names.map(|t| t.value.as_str()).collect();
            if names.is_empty() {
                "any".to_owned()
            } else {
                names.join(" or ")
            }
        }
        Type::Boolean => JsonType::Boolean.as_str().to_owned(),
        Type::Integer(_) => JsonType::Integer.as_str().to_owned(),
        Type::Number => JsonType::Number.as_str().to_owned(),
        Type::String(format) => {
            let format = match format {
                StringFormat::Plain => schema.pick(|s| s.format.as_ref()).map(|f| f.value.as_str()),
                StringFormat::DateTime => Some("date-time"),
                StringFormat::GoDuration => Some("go-duration"),
                StringFormat::IsoDuration => Some("duration"),
            };
            format.map_or_else(|| "string".to_owned(), |f| format!("string ({f})"))
        }
        Type::List(item) => {
            let items = schema.items(site);
            let item = items.map_or_else(|| "any".to_owned(), |i| type_text(site, page, item, &i));
            format!("array of {item}")
        }
        Type::Map(value) => {
            let values = schema.values(site);
            let value =
                values.map_or_else(|| "any".to_owned(), |v| type_text(site, page, value, &v));
            format!("map of string to {value}")
        }
        Type::Named(id) => {
            let definition = &site.catalog.types[id.0];
            let kind = match definition {
                TypeDef::Struct(_) => "object",
                TypeDef::Enum(_) => "string",
            };
            let name = definition.rust_name();
            let schema = site.catalog.schemas[site.owner[id.0]].name;
            let target = format!("schemas/{schema}.md#{}", super::schema::type_anchor(name));
            format!("{kind} ({})", page.link(&code(name), &target))
        }
        Type::Nullable(inner) => format!("{} or null", type_text(site, page, inner, schema)),
    }
}
