// The handler of the conformance suite: does what the data of its event ask for.
"use strict";

const { spawn } = require("node:child_process");
const { setTimeout: sleep } = require("node:timers/promises");
const { TransientError, ValidationError } = require("knative-lambda");

let calls = 0;

const actions = {
  tell(event, asked, context) {
    const isBytes = Buffer.isBuffer(event);
    const kind = event === undefined ? "absent" : isBytes ? "bytes" : typeof event === "string" ? "text" : "json";
    return { kind, value: isBytes ? event.toString("base64") : (event ?? null), attributes: context.attributes };
  },
  context: (event, asked, context) => ({
    invocationId: context.invocationId,
    correlationId: context.correlationId,
    attempt: context.attempt,
    traceparent: context.traceparent,
    tracestate: context.tracestate,
    remaining: context.remainingMs(),
  }),
  return: (event, asked) => asked.value,
  fail(event, asked) {
    if (asked.class === "ValidationError") throw new ValidationError(asked.message);
    if (asked.class === "TransientError") throw new TransientError(asked.message, { retryAfter: asked.after });
    throw new Error(asked.message);
  },
  panic: () => undefined.member,
  recurse: (event, asked) => actions.recurse(event, asked),
  async sleep(event, asked) {
    await sleep(asked.seconds * 1000);
    return "slept";
  },
  spin() {
    for (;;);
  },
  block: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  ignore() {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});
    return sleep(600_000);
  },
  child(event, asked) {
    spawn("sh", ["-c", asked.command], { detached: true, stdio: "ignore" });
    return sleep(600_000);
  },
  exit(event, asked) {
    require("node:fs").writeSync(2, "last words\n");
    process.exit(asked.status);
  },
  crash() {
    process.kill(process.pid, "SIGSEGV");
    return sleep(600_000);
  },
  nan: () => ({ a: NaN }),
  unprintable: () => ({ a: 1n }),
  large: (event, asked) => "a".repeat(asked.length),
  nest(event, asked) {
    let nested = 1;
    for (let depth = 0; depth < asked.depth; depth++) nested = [nested];
    return nested;
  },
  print(event, asked) {
    process[asked.stream ?? "stdout"].write(asked.text);
    return "printed";
  },
  log(event, asked, context) {
    const odd = asked.odd ? { odd: 1n, at: new Date("2018-04-05") } : {};
    context.logger[asked.level](asked.text, { ...asked.fields, ...odd });
    return "logged";
  },
  mislog(event, asked, context) {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const throws = { toJSON: () => { throw new Error("no JSON"); } };
    context.logger.warn(`${asked.text} 1`, { odd: "\ud800", error: new Error("e"), throws });
    context.logger.warn(`${asked.text} 2`, revoked.proxy);
    context.logger.warn(`${asked.text} 3`, "a text");
    context.logger.warn(Object.create(null), throws);
    return "logged";
  },
  async count(event, asked) {
    const own = calls;
    await sleep((asked.seconds ?? 0) * 1000);
    return own;
  },
};

exports.handler = async (event, context) => {
  calls += 1;
  const payload = event?.payload ?? event;
  const asked = payload?.parameters ?? payload;
  return actions[asked?.do ?? "tell"](event, asked, context);
};
