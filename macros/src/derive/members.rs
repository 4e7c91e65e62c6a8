//! The fields of a struct against the members of a data schema.

use std::collections::{HashMap, HashSet};

use knative_lambda_codegen::check::SchemaRef;
use knative_lambda_codegen::diagnostics::nearest;
use knative_lambda_codegen::ir::{Catalog, EventType, Field, Type, TypeDef};
use knative_lambda_codegen::model::Additional;
use proc_macro2::Span;
use syn::{Error, Ident, Result};

use super::attributes::{Container, Member};
use super::case::Case;
use super::fit::{Null, Wanted, fit};
use super::shape::{Shape, shape};

/// What is known of an event's data.
struct Data<'c> {
    catalog: &'c Catalog<'c>,
    /// The schema, in words: ``schema `order` 1.2.0``.
    title: String,
    at: SchemaRef<'c>,
    /// Members by name, in the order they are written.
    fields: &'c [Field<'c>],
    /// Type of members that are not listed.
    additional: Option<&'c Type>,
    /// Whether there may be members that are not listed.
    open: bool,
}

impl<'c> Data<'c> {
    /// # Errors
    /// When the data are no object.
    fn new(catalog: &'c Catalog<'c>, event: &EventType<'_>, name: &Ident) -> Result<Self> {
        let schema = &catalog.schemas[event.data];
        let file = schema.declared;
        let root = SchemaRef {
            file,
            schema: &file.body.root,
        };
        let title = format!("schema `{}` {}", schema.name, file.body.version.value);
        let mut root_type = &schema.root;
        if let Type::Nullable(inner) = root_type {
            root_type = inner;
        }
        let (fields, additional): (&[Field<'_>], _) = match root_type {
            Type::Named(id) => match catalog.type_def(*id) {
                TypeDef::Struct(data) => (&data.fields, data.additional.as_ref()),
                TypeDef::Enum(_) => return Err(no_object(&title, name)),
            },
            Type::Map(value) => (&[], Some(&**value)),
            Type::Any => (&[], None),
            _ => return Err(no_object(&title, name)),
        };
        let at = catalog.index.follow(root).unwrap_or(root);
        let open = match &at.schema.additional_properties {
            Some(Additional::Any(allowed)) => allowed.value,
            Some(Additional::Schema(_)) => true,
            None => fields.is_empty(),
        };
        Ok(Self {
            catalog,
            title,
            at,
            fields,
            additional,
            open,
        })
    }

    fn wanted(&self, field: &'c Field<'c>) -> Wanted<'c> {
        Wanted {
            catalog: self.catalog,
            r#type: &field.r#type,
            at: SchemaRef {
                schema: field.schema,
                ..self.at
            },
        }
    }

    /// What members that are not listed must be.
    fn wanted_additional(&self) -> Option<Wanted<'c>> {
        match (&self.at.schema.additional_properties, self.additional) {
            (Some(Additional::Schema(schema)), Some(r#type)) => Some(Wanted {
                catalog: self.catalog,
                r#type,
                at: SchemaRef { schema, ..self.at },
            }),
            _ => None,
        }
    }
}

fn no_object(title: &str, name: &Ident) -> Error {
    Error::new(
        name.span(),
        format!("{title} is no object, which a struct cannot be\nhelp: use the generated type"),
    )
}

/// Checks every field, then looks for members without one.
///
/// # Errors
/// Everything that does not fit, each at its place.
pub(super) fn check(
    catalog: &Catalog<'_>,
    event: &EventType<'_>,
    name: &Ident,
    container: &Container,
    fields: &[&syn::Field],
) -> Result<()> {
    let data = Data::new(catalog, event, name)?;
    let known: HashMap<&str, &Field<'_>> = data.fields.iter().map(|f| (f.name, f)).collect();
    let mut errors: Option<Error> = None;
    let mut report = |error: Error| match &mut errors {
        Some(errors) => errors.combine(error),
        None => errors = Some(error),
    };
    // Members that are sent, or that a misspelt field was meant to be.
    let mut present: HashSet<String> = container.tag.iter().cloned().collect();
    let mut unseen_members = false;
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let member = match Member::read(&field.attrs) {
            Ok(member) => member,
            Err(error) => {
                report(error);
                unseen_members = true;
                continue;
            }
        };
        if member.unsent && member.unread {
            continue;
        }
        if member.flatten {
            match flattened(&data, ident, &field.ty) {
                Ok(unseen) => unseen_members |= unseen,
                Err(error) => report(error),
            }
            continue;
        }
        let (json_name, span) = member.name(container, ident);
        let result = match known.get(json_name.as_str()) {
            Some(declared) => {
                if !member.unsent {
                    present.insert(json_name);
                }
                declared_member(&data, declared, field, &member, container)
            }
            None if data.open => additional_member(&data, &json_name, &field.ty, &member),
            None => {
                let (near, error) = undeclared(&data, &known, &json_name, span, &member);
                present.extend(near);
                Err(error)
            }
        };
        if let Err(error) = result {
            report(error);
        }
    }
    let missing: Vec<_> = data
        .fields
        .iter()
        .filter(|f| f.required && !present.contains(f.name))
        .collect();
    if !missing.is_empty() && !unseen_members {
        let list: Vec<_> = missing
            .iter()
            .map(|f| format!("`{}: {}`", f.name, data.wanted(f).rust_type()))
            .collect();
        let (list, title) = (list.join(", "), &data.title);
        report(Error::new(
            name.span(),
            format!("`{name}` lacks members that {title} requires\nhelp: add {list}"),
        ));
    }
    errors.map_or(Ok(()), Err)
}

/// A field for a member of the schema.
fn declared_member<'c>(
    data: &Data<'c>,
    declared: &'c Field<'c>,
    field: &syn::Field,
    member: &Member,
    container: &Container,
) -> Result<()> {
    let wanted = data.wanted(declared);
    let (name, title) = (declared.name, &data.title);
    if let Some(span) = member
        .left_out
        .filter(|_| declared.required && !member.unsent)
    {
        return Err(Error::new(
            span,
            format!("{title} requires `{name}`, so it may not be left out\nhelp: remove this"),
        ));
    }
    if member.custom {
        return Ok(());
    }
    let what = format!("`{name}` of {title}");
    if declared.required {
        return fit(&field.ty, wanted, &what, Null::AsDeclared);
    }
    match shape(&field.ty) {
        Shape::Optional(inner) => {
            if member.left_out.is_none() && !member.unsent && !wanted.is_nullable() {
                return Err(Error::new_spanned(
                    &field.ty,
                    format!(
                        "{what} may be left out, but is never null, and `None` is sent as null\n\
                         help: add `#[serde(default, skip_serializing_if = \"Option::is_none\")]`"
                    ),
                ));
            }
            // A second `Option` tells null from nothing.
            let null = match shape(inner) {
                Shape::Optional(_) => Null::AsDeclared,
                _ => Null::Covered,
            };
            fit(inner, wanted, &what, null)
        }
        Shape::Unseen => Ok(()),
        Shape::Any if member.left_out.is_none() && !member.unsent && !wanted.is_nullable() => {
            Err(Error::new_spanned(
                &field.ty,
                format!(
                    "{what} may be left out, but is never null, as a missing value would be sent\n\
                     help: add `#[serde(default, skip_serializing_if = \"Value::is_null\")]`"
                ),
            ))
        }
        _ if member.default || container.default || member.unread => {
            fit(&field.ty, wanted, &what, Null::AsDeclared)
        }
        _ => {
            fit(&field.ty, wanted, &what, Null::AsDeclared)?;
            let rust = wanted.rust_type();
            Err(Error::new_spanned(
                &field.ty,
                format!(
                    "{what} may be left out, which this type cannot tell\n\
                     help: write `Option<{rust}>` and `#[serde(default, skip_serializing_if = \
                     \"Option::is_none\")]`, or add `#[serde(default)]`"
                ),
            ))
        }
    }
}

/// A field for a member that the schema allows without listing it.
fn additional_member(data: &Data<'_>, name: &str, ty: &syn::Type, member: &Member) -> Result<()> {
    match data.wanted_additional() {
        Some(wanted) if !member.custom => {
            let what = format!("`{name}`, as every further member of {},", data.title);
            match shape(ty) {
                Shape::Optional(inner) if member.left_out.is_some() => {
                    fit(inner, wanted, &what, Null::Covered)
                }
                _ => fit(ty, wanted, &what, Null::AsDeclared),
            }
        }
        _ => Ok(()),
    }
}

/// A field that the schema knows nothing of, and the member that was meant.
fn undeclared(
    data: &Data<'_>,
    known: &HashMap<&str, &Field<'_>>,
    name: &str,
    span: Span,
    member: &Member,
) -> (Option<String>, Error) {
    let near = nearest(name, data.fields.iter().map(|f| f.name));
    let help = match near {
        // Only the case differs: the usual cause is a `rename_all` that is not there.
        Some(near) if !member.is_renamed() && Case::Camel.apply(name) == near => {
            format!(
                "did you mean `{near}`? Add `#[serde(rename_all = \"camelCase\")]` to the struct"
            )
        }
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "the schema has no members".to_owned(),
        None => {
            let names: Vec<_> = data
                .fields
                .iter()
                .map(|f| format!("`{}`", f.name))
                .collect();
            let names = names.join(", ");
            format!("its members are {names}; `#[serde(skip)]` keeps a field out of the event")
        }
    };
    let title = &data.title;
    let error = Error::new(
        span,
        format!("{title} has no member `{name}`\nhelp: {help}"),
    );
    (near.map(str::to_owned), error)
}

/// A flattened field. `true` when it may bring members that are not seen here.
fn flattened(data: &Data<'_>, ident: &Ident, ty: &syn::Type) -> Result<bool> {
    match shape(ty) {
        Shape::Any | Shape::Map(None) => Ok(false),
        Shape::Map(Some(value)) => match data.wanted_additional() {
            Some(wanted) => {
                let what = format!("each further member of {}", data.title);
                fit(value, wanted, &what, Null::AsDeclared).map(|()| false)
            }
            None => Ok(false),
        },
        Shape::Unseen => Ok(true),
        Shape::Optional(inner) => flattened(data, ident, inner),
        _ => Err(Error::new_spanned(
            ty,
            format!(
                "`{ident}` is flattened, which only structs and maps can be\nhelp: remove `flatten`"
            ),
        )),
    }
}
