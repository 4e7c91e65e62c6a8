use crate::check::data::{PathEnd, member};
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::model::{PrinterColumn, ResourceFile};

rule! {
    /// A column of `kubectl get` shows nothing.
    ///
    /// ## What it does
    /// `jsonPath` of a column begins with `.` and leads to a member of `spec`, `status` or `metadata`; parts in
    /// brackets are not followed. `type` is one of `string`, `integer`, `number`, `boolean` and `date`.
    ///
    /// ## Why
    /// Kubernetes refuses other types, and prints an empty column for a path that leads nowhere.
    ///
    /// ## Fails
    /// ```yaml resources/parcel.yaml
    /// # …
    /// columns:
    ///   - { name: Phase, jsonPath: .status.fase, type: string }
    /// ```
    ///
    /// ## Passes
    /// ```yaml resources/parcel.yaml
    /// # …
    /// columns:
    ///   - { name: Phase, jsonPath: .status.phase, type: string }
    ///   - { name: Age, jsonPath: .metadata.creationTimestamp, type: date }
    /// ```
    "printer-column", 714, Error, check
}

const TYPES: &[&str] = &["string", "integer", "number", "boolean", "date"];
const METADATA: &[&str] = &[
    "name", "namespace", "generateName", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "finalizers", "ownerReferences",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for resource in &context.spec.resources {
        for column in &resource.columns {
            let kind = &column.r#type;
            if !TYPES.contains(&kind.value.as_str()) {
                findings.push(
                    Finding::new(&META, kind.span, format!("a column cannot be of type `{}`", kind.value))
                        .label("unknown type")
                        .did_you_mean(kind.span, kind, TYPES.iter().copied())
                        .help(format!("write one of {}", TYPES.join(", "))),
                );
            }
            findings.extend(path(context, resource, column));
        }
    }
}

fn path(context: &Context<'_>, resource: &ResourceFile, column: &PrinterColumn) -> Option<Finding> {
    const ROOTS: &[&str] = &["spec", "status", "metadata"];
    let text = &column.json_path;
    let Some(path) = text.strip_prefix('.') else {
        return Some(
            Finding::new(&META, text.span, format!("the path `{}` does not begin with `.`", text.value))
                .label("where from?")
                .help("write it as `.status.phase`"),
        );
    };
    // A condition or index in brackets needs values to be followed.
    let path = path.split('[').next().unwrap_or("").trim_end_matches('.');
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let unknown = |offset: usize, name: &str, known: &[&str]| {
        let at = context.inside(text, offset, name.len().max(1));
        Finding::new(&META, at, format!("`{}` leads to nothing", text.value))
            .label("not there")
            .did_you_mean(at, name, known.iter().copied())
            .help(format!("members are {}", known.join(", ")))
    };
    let after = 1 + root.len() + 1;
    let schema = match root {
        "spec" => &resource.spec,
        "status" => &resource.status,
        "metadata" => {
            let name = rest.split('.').next().unwrap_or("");
            let fine = rest.is_empty() || METADATA.contains(&name);
            return (!fine).then(|| unknown(after, name, METADATA));
        }
        _ => return Some(unknown(1, root, ROOTS)),
    };
    let file = context.index.schema(schema).filter(|_| !rest.is_empty())?;
    match member(&context.index, SchemaRef { file, schema: &file.root }, rest) {
        PathEnd::Unknown(missing) => Some(unknown(after + missing.offset, &missing.name, &missing.known)),
        PathEnd::Known(_) | PathEnd::Open => None,
    }
}
