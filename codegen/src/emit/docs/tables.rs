//! Tables that stand on several pages, and in regions of guides.

use super::markdown::{Page, code, codes, plain, slug, yes_no};
use super::site::Site;
use crate::ir::{Category, EventType};
use crate::model::{DeadLetterWhen, Facet, NameFormat};

/// A template as people write it: the prefix itself, other placeholders in angle brackets.
pub(super) fn template(site: &Site<'_>, format: &NameFormat) -> String {
    code(&shown(site, &format.format))
}

/// A template with the prefix in its place and other placeholders in angle brackets.
pub(super) fn shown(site: &Site<'_>, format: &str) -> String {
    let prefix = site.catalog.index.prefix();
    let format = format.replace("{prefix}", prefix);
    format.replace('{', "<").replace('}', ">")
}

/// The parts of a name.
pub(super) fn components(site: &Site<'_>, page: &mut Page, format: &NameFormat) {
    page.table(&["Component", "Description", "Examples"]);
    for (name, component) in format.components.iter() {
        let placeholder = shown(site, &format!("{{{}}}", name.value));
        let examples = component.examples.iter().map(|e| {
            // Words about the examples are no example.
            if e.contains(' ') {
                plain(e).into_owned()
            } else {
                code(e)
            }
        });
        let examples: Vec<_> = examples.collect();
        page.row(&[
            &code(&placeholder),
            &plain(&component.summary),
            &examples.join(", "),
        ]);
    }
}

/// Who sends an event, and to whom: as its group says, otherwise as its category does.
pub(super) fn direction<'a>(
    site: &Site<'a>,
    category: &Category<'a>,
    event: &EventType<'_>,
) -> (&'a str, &'a str) {
    let patterns = &category.declared.patterns;
    let group = patterns.iter().find(|group| {
        let pattern = site.catalog.index.short(&group.pattern);
        crate::check::Pattern::new(pattern).matches(&event.short)
    });
    let (from, to) = group.map_or((&category.declared.from, &category.declared.to), |group| {
        (&group.from, &group.to)
    });
    (site.actor(from), site.actor(to))
}

/// The groups of a category's types.
pub(super) fn patterns(site: &Site<'_>, page: &mut Page, category: &Category<'_>) {
    page.table(&["Type Pattern", "Direction", "Purpose"]);
    for group in &category.declared.patterns {
        let direction = format!("{} → {}", site.actor(&group.from), site.actor(&group.to));
        page.row(&[
            &site.pattern(&group.pattern),
            &plain(&direction),
            &plain(&group.purpose),
        ]);
    }
}

/// The event types of a category, with a column for each thing that they say about themselves.
pub(super) fn events(site: &Site<'_>, page: &mut Page, category: &Category<'_>) {
    type Cell = fn(&EventType<'_>) -> Option<String>;
    let facets: [(Facet, &str, Cell); 5] = [
        (Facet::Idempotent, "Idempotent", |e| {
            e.declared.idempotent.map(|i| yes_no(i.value).to_owned())
        }),
        (Facet::Effect, "Trigger", |e| owned(&e.declared.effect)),
        (Facet::When, "When Emitted", |e| owned(&e.declared.when)),
        (Facet::Response, "Response", |e| owned(&e.declared.response)),
        (Facet::Severity, "Severity", |e| owned(&e.declared.severity)),
    ];
    let events = &site.catalog.events[category.events.clone()];
    let required = |facet| category.declared.requires.iter().any(|r| r.value == facet);
    let facets: Vec<_> = facets
        .into_iter()
        .filter(|(facet, _, cell)| required(*facet) || events.iter().any(|e| cell(e).is_some()))
        .collect();
    let mut columns = vec!["Event Type", "Description"];
    columns.extend(facets.iter().map(|(_, title, _)| title));
    page.table(&columns);

    let grouped = events.iter().any(|e| e.entity != events[0].entity);
    let mut group = None;
    for event in events {
        if grouped && group != Some(event.entity) {
            group = Some(event.entity);
            let mut row = vec![""; columns.len()];
            let title = group_title(site, category, event.entity);
            row[0] = &title;
            page.row(&row);
        }
        let mut row = vec![site.event_link(page, &event.short), about(event)];
        row.extend(
            facets
                .iter()
                .map(|(_, _, cell)| cell(event).unwrap_or_else(|| "-".to_owned())),
        );
        let row: Vec<_> = row.iter().map(String::as_str).collect();
        page.row(&row);
    }
}

fn about(event: &EventType<'_>) -> String {
    let mut about = owned(&event.declared.summary).unwrap_or_default();
    if event.declared.deprecated.is_some() {
        about.push_str(" (deprecated)");
    }
    about
}

fn owned(text: &Option<crate::model::Text>) -> Option<String> {
    text.as_ref().map(|t| plain(t).into_owned())
}

/// `Function Lifecycle`: the entity and what the category's title has before its last word.
fn group_title(site: &Site<'_>, category: &Category<'_>, entity: Option<&str>) -> String {
    let category = &category.declared.title.value;
    let category = category.strip_suffix(" Events").unwrap_or(category);
    let entity = entity.unwrap_or_default();
    let entity = site
        .catalog
        .header
        .entities
        .get(entity)
        .map_or(entity, |e| &e.title.value);
    format!("**{}**", plain(&format!("{entity} {category}")))
}

/// Extension attributes.
pub(super) fn extensions(site: &Site<'_>, page: &mut Page) {
    page.table(&[
        "Extension",
        "Type",
        "Description",
        "Required for",
        "Optional for",
        "Example",
    ]);
    let files = site.catalog.spec.extensions.iter();
    for (name, extension) in files.flat_map(|f| f.extensions.iter()) {
        let summary = plain(&extension.summary);
        let description = extension.description.as_ref();
        let description =
            description.map_or_else(|| summary.to_string(), |d| format!("{summary} {}", d.value));
        let example = extension.example.as_ref();
        page.row(&[
            &code(name),
            &extension.r#type,
            &description,
            &categories(&extension.required_for),
            &categories(&extension.optional_for),
            &example.map_or_else(String::new, |e| super::keywords::literal(&e.to_json())),
        ]);
    }
}

/// Names of categories; `*` is all of them.
pub(super) fn categories(names: &[crate::model::Text]) -> String {
    if names.is_empty() {
        "-".to_owned()
    } else if names.iter().any(|n| n.value == "*") {
        "all".to_owned()
    } else {
        codes(names.iter().map(|n| &n.value))
    }
}

/// Classes of errors and what decides about another delivery.
pub(super) fn errors(site: &Site<'_>, page: &mut Page) {
    page.table(&["Error Type", "Code", "Retryable", "DLQ Routing"]);
    let files = site.catalog.spec.errors.iter();
    for (name, class) in files.flat_map(|f| f.classes.iter()) {
        let routing = match class.dead_letter.map(|d| d.value) {
            Some(DeadLetterWhen::Always) => "Yes",
            Some(DeadLetterWhen::AfterRetries) => "After max retries",
            Some(DeadLetterWhen::Never) => "No",
            None => "-",
        };
        page.row(&[
            &code(name),
            &code(&class.code),
            yes_no(class.retryable.value),
            routing,
        ]);
    }
}

/// Environment variables.
pub(super) fn environment(site: &Site<'_>, page: &mut Page) {
    page.table(&[
        "Variable",
        "Description",
        "Default",
        "Type",
        "Allowed",
        "Set by",
    ]);
    let files = site.catalog.spec.environment.iter();
    for (name, variable) in files.flat_map(|f| f.variables.iter()) {
        let default = variable
            .default
            .as_ref()
            .map(|d| super::keywords::literal(&d.to_json()));
        let otherwise = if variable.required.is_some_and(|r| r.value) {
            "Required"
        } else {
            "-"
        };
        let mut allowed = Vec::new();
        if !variable.values.is_empty() {
            allowed.push(codes(variable.values.iter().map(|v| &v.value)));
        }
        allowed.extend(variable.minimum.map(|n| format!("≥ {}", n.value)));
        allowed.extend(variable.maximum.map(|n| format!("≤ {}", n.value)));
        page.row(&[
            &code(name),
            &plain(&variable.summary),
            &default.unwrap_or_else(|| otherwise.to_owned()),
            variable.r#type.value.as_str(),
            &allowed.join(", "),
            &variable.set_by.as_ref().map_or("".into(), |s| plain(s)),
        ]);
    }
}

/// Languages that functions are written in.
pub(super) fn runtimes(site: &Site<'_>, page: &mut Page) {
    page.table(&[
        "Runtime",
        "Wrapper Entry Point",
        "Handler Interface",
        "Versions",
    ]);
    let files = site.catalog.spec.runtimes.iter();
    for (_, runtime) in files.flat_map(|f| f.runtimes.iter()) {
        page.row(&[
            &plain(&runtime.title),
            &code(&runtime.entry_point),
            &code(&runtime.handler),
            &codes(runtime.versions.iter().map(|v| &v.value)),
        ]);
    }
}

/// Legacy types and what became of them.
pub(super) fn migrations(site: &Site<'_>, page: &mut Page) {
    page.table(&["Current Type", "New Type"]);
    let files = site.catalog.spec.migrations.iter();
    for (legacy, migration) in files.flat_map(|f| f.migrations.iter()) {
        let anchor = format!("migrations.md#{}", slug(legacy));
        let link = page.link(&code(legacy), &anchor);
        page.row(&[&link, &site.event_link(page, &migration.to)]);
    }
}

/// Programs that watch events.
pub(super) fn observers(site: &Site<'_>, page: &mut Page) {
    page.table(&["Observer", "Event Types", "Description"]);
    let files = site.catalog.spec.observers.iter();
    for (name, observer) in files.flat_map(|f| f.observers.iter()) {
        let title = observer.title.as_ref().unwrap_or(name);
        let link = page.link(&plain(title), &format!("observers.md#{}", slug(title)));
        let patterns: Vec<_> = observer.events.iter().map(|e| site.pattern(e)).collect();
        page.row(&[
            &format!("**{link}**"),
            &patterns.join(", "),
            &plain(&observer.summary),
        ]);
    }
}

/// Data schemas.
pub(super) fn schemas(site: &Site<'_>, page: &mut Page) {
    page.table(&["Schema", "Version", "Title", "Events"]);
    for schema in &site.catalog.schemas {
        let events = match schema.events.len() {
            0 => "-".to_owned(),
            number => number.to_string(),
        };
        page.row(&[
            &site.schema_link(page, schema.name),
            &schema.declared.version,
            &plain(&schema.declared.title),
            &events,
        ]);
    }
}
