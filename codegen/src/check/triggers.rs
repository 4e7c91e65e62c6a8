//! What the Triggers select that are applied one for each type.

use std::collections::HashSet;

use super::Context;
use super::index::Pattern;
use crate::ir::Selection;
use crate::model::Text;

/// Every Trigger that the spec describes.
pub(crate) fn selections<'a>(context: &Context<'a>) -> impl Iterator<Item = Selection<'a>> {
    let own = context.index.subscribers().flat_map(|(_, s)| &s.triggers);
    let flux = context.spec.flux.iter().flat_map(|f| &f.body.triggers);
    own.map(Selection::from).chain(flux.map(Selection::from))
}

/// Names of the event types that get a Trigger of their own, with the pattern that selects them; none
/// where the Trigger is applied as it is.
pub(crate) fn split<'c, 'a>(
    context: &'c Context<'a>,
    selection: Selection<'a>,
) -> impl Iterator<Item = (&'a Text, &'c str)> {
    let patterns = match selection.is_split(&context.index) {
        true => selection.events,
        false => &[],
    };
    let except: HashSet<&str> = match patterns {
        [] => HashSet::new(),
        _ => {
            let except = selection.except.iter();
            except.flat_map(|text| select(context, text)).collect()
        }
    };
    let all = patterns
        .iter()
        .flat_map(|pattern| select(context, pattern).map(move |name| (pattern, name)));
    all.filter(move |(_, name)| !except.contains(name))
}

/// The open family that a pattern names a member or a part of.
pub(crate) fn part_of<'c>(context: &'c Context<'_>, text: &Text) -> Option<&'c str> {
    let Context { index, routes, .. } = context;
    let family = routes.select(index, text).next()?;
    let family = routes.known[family].name.as_str();
    (!Pattern::new(index.short(text)).matches(family)).then_some(family)
}

/// The event types that a pattern selects one by one. A member of an open family has a name, a part
/// of one has none.
fn select<'c, 'a>(context: &'c Context<'a>, text: &'a Text) -> impl Iterator<Item = &'c str> {
    let Context { index, routes, .. } = context;
    let pattern = Pattern::new(index.short(text));
    routes.select(index, text).filter_map(move |at| {
        let name = routes.known[at].name.as_str();
        match pattern {
            _ if pattern.matches(name) => Some(name),
            Pattern::Exact(member) => Some(member),
            Pattern::Prefix(_) => None,
        }
    })
}
