//! Rules stay linear: a catalogue of thousands of event types is checked in a debug build.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalogue.rs"]
mod catalogue;

use std::fmt::Write as _;

use catalogue::{base, compile, lay};
use knative_lambda_codegen::diagnostics::{Colour, Format, render};

const EVENTS: usize = 2000;

/// Every event type with an example, an exact Trigger, a legacy name and a place in a flow.
#[test]
fn two_thousand_event_types_with_a_route_each() {
    let mut events = String::from("# …\nevents:\n");
    let mut consumers = String::from(
        "consumers:\n  desk:\n    summary: Keeps the orders.\n    events: [command.*]\n    triggers:\n",
    );
    let mut migrations = String::from("migrations:\n");
    let mut edges = String::new();
    let trigger = |name: &str, event: &str| {
        format!(
            "      - {{ name: {name}, namespace: shop, broker: shop, events: [{event}], subscriber: {{ uri: \"http://desk\" }} }}\n"
        )
    };
    consumers.push_str(&trigger("place", "command.order.place"));
    for n in 0..EVENTS {
        let name = format!("order.move-to-{n}");
        write!(
            events,
            "  {name}:
    summary: Request to move an order to {n}
    data: order
    idempotent: true
    effect: Moves the order
    response: The order as it is now
    replies: [lifecycle.order.placed]
    examples:
      - event:
          id: a{n}
          source: com.example.shop/desk/shop/order-{n}
          subject: shop/order-{n}
          idempotencykey: move-{n}
          data: {{ name: order-{n}, quantity: 2 }}
"
        )
        .unwrap();
        let event = format!("command.{name}");
        consumers.push_str(&trigger(&format!("move-{n}"), &event));
        writeln!(
            migrations,
            "  shop.move.{n}: {{ to: {event}, extensions: {{ idempotencykey: {{ attribute: id }} }} }}"
        )
        .unwrap();
        writeln!(edges, "  - {{ from: customer, to: desk, event: {event} }}").unwrap();
    }
    let mut files = base();
    lay(&mut files, "events/command.yaml", &events);
    lay(&mut files, "consumers.yaml", &consumers);
    lay(&mut files, "migrations.yaml", &migrations);
    let flow = files.get_mut("flows/order.yaml").unwrap();
    *flow = flow.replacen("edges:\n", &format!("edges:\n{edges}"), 1);

    let checked = compile(&files);
    let found = render(
        &checked.findings,
        &checked.sources,
        Format::Short,
        Colour::Never,
    );
    assert!(found.is_empty(), "{}", &found[..found.len().min(4000)]);
}
