//! What the Triggers select that are applied one for each type.

use super::Context;
use super::index::Pattern;
use super::routes::Known;
use crate::ir::Selection;
use crate::model::Text;

/// Every Trigger that the spec describes.
pub(crate) fn selections<'a>(context: &Context<'a>) -> impl Iterator<Item = Selection<'a>> {
    let own = context.index.subscribers().flat_map(|(_, s)| &s.triggers);
    let flux = context.spec.flux.iter().flat_map(|f| &f.body.triggers);
    own.map(Selection::from).chain(flux.map(Selection::from))
}

/// The event types that get a Trigger of their own, with the pattern that selects them; none where
/// the Trigger is applied as it is.
pub(crate) fn split<'c, 'a>(
    context: &'c Context<'a>,
    selection: Selection<'a>,
) -> impl Iterator<Item = (&'a Text, &'c Known)> {
    let select = |pattern: &'a Text| {
        let Context { index, routes, .. } = context;
        // The range of a member of an open family is the family, which has another name.
        let matches = Pattern::new(index.short(pattern));
        let range = routes.select(index, pattern);
        range.filter(move |at| matches.matches(&routes.known[*at].name))
    };
    let patterns = match selection.is_split(&context.index) {
        true => selection.events,
        false => &[],
    };
    let except: std::collections::HashSet<usize> = match patterns {
        [] => Default::default(),
        _ => selection.except.iter().flat_map(select).collect(),
    };
    let all = patterns
        .iter()
        .flat_map(move |pattern| select(pattern).map(move |at| (pattern, at)));
    all.filter(move |(_, at)| !except.contains(at))
        .map(|(pattern, at)| (pattern, &context.routes.known[at]))
}
