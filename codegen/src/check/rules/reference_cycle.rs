use crate::check::data::{Named, Reference, References};
use crate::check::index::MAX_REFERENCES;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Schemas refer to each other in a way that no type or value can have.
    ///
    /// ## What it does
    /// Reports schemas of which each value would have to hold a value of the same schema without end,
    /// because the members that lead there are required; and circles of lists and maps that no object
    /// interrupts. Schemas that contain themselves through a member that can be left out, be `null`,
    /// or be an empty list are fine. It also reports references that lead on through more than 64
    /// schemas.
    ///
    /// ## Why
    /// No event could ever be valid, or no target language could write the type down.
    ///
    /// ## Fails
    /// ```yaml data/node.yaml
    /// schema: node
    /// version: 1.0.0
    /// title: Node
    /// description: A station.
    /// root:
    ///   type: object
    ///   required: [next]
    ///   properties:
    ///     next: { $ref: node }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/node.yaml
    /// schema: node
    /// version: 1.0.0
    /// title: Node
    /// description: A station.
    /// root:
    ///   type: object
    ///   properties:
    ///     next: { $ref: node }
    /// ```
    "reference-cycle", 303, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let references = context.references();
    let endless = cycles(references, |r| r.always, |finding| {
        finding
            .help("no value is ever complete: each needs another one inside")
            .help("leave one of these members out of `required`, or let it be `null` or a list")
    });
    let nameless = cycles(references, |r| r.nameless && !r.always, |finding| {
        finding
            .help("lists and maps have no name that the type could refer to itself by")
            .help("put an object with members between them")
    });
    findings.extend(endless);
    findings.extend(nameless);
    findings.extend(too_long(references));
}

/// One finding a circle, at the first reference of it in the order of the files.
fn cycles(
    references: &References<'_>,
    through: impl Fn(&Reference) -> bool,
    help: impl Fn(Finding) -> Finding,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for mut group in references.groups(&through) {
        group.sort_unstable();
        let inside = |r: &&Reference| through(r) && group.binary_search(&r.to).is_ok();
        let links = group.iter().flat_map(|n| &references.named[*n].references);
        let mut links: Vec<&Reference> = links.filter(inside).collect();
        links.sort_unstable_by_key(|r| r.span);
        let Some((first, others)) = links.split_first() else { continue };
        let name = name(&references.named[first.to]);
        let finding = Finding::new(&META, first.span, format!("`{name}` contains itself without end"))
            .label("leads back to where it stands");
        let finding = others.iter().take(3).fold(finding, |f, r| f.also(r.span, "through this"));
        findings.push(help(finding));
    }
    findings
}

/// The schema from which the longest way is just too long. Schemas that reach each other count all.
fn too_long(references: &References<'_>) -> Vec<Finding> {
    let mut longest = vec![0; references.named.len()];
    let mut findings = Vec::new();
    for group in references.groups(|_| true) {
        let links = || group.iter().flat_map(|n| &references.named[*n].references);
        let beyond = links().map(|r| longest[r.to]).max().unwrap_or(0);
        let length = beyond + group.len();
        for number in &group {
            longest[*number] = length;
        }
        if length > MAX_REFERENCES && beyond <= MAX_REFERENCES {
            let Some(first) = group.iter().min() else { continue };
            let named = &references.named[*first];
            findings.push(
                Finding::new(&META, named.span(), format!("references lead on from `{}` through {length} schemas", name(named)))
                    .label("too long a way")
                    .help(format!("at most {MAX_REFERENCES} are followed: join some of the schemas")),
            );
        }
    }
    findings
}

fn name(named: &Named<'_>) -> String {
    match named.definition {
        Some(definition) => format!("{}#/$defs/{}", named.schema.value, definition.value),
        None => named.schema.value.clone(),
    }
}
