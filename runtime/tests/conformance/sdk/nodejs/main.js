// The CloudEvents SDK for JavaScript as a client of a function, and as a receiver of its events: see sdk.rs.
"use strict";

const { readFileSync } = require("node:fs");
const { CloudEvent, HTTP } = require("cloudevents");

async function send(encode, correlationid) {
  const event = new CloudEvent({
    id: "sdk",
    source: "/sdk",
    type: "com.example.thing",
    correlationid,
    datacontenttype: "application/json",
    data: { do: "return", value: "größer" },
  });
  const { headers, body } = encode(event);
  const answer = await fetch(process.argv[2], { method: "POST", headers, body });
  return read(Object.fromEntries(answer.headers), await answer.text());
}

function read(headers, body) {
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  return event;
}

(async () => {
  const replies = [await send(HTTP.binary, "of the sdk"), await send(HTTP.structured, "plain")];
  const received = JSON.parse(readFileSync(0, "utf8")).map(({ headers, body }) => read(headers, body));
  console.log(JSON.stringify({ replies, received }));
})();
