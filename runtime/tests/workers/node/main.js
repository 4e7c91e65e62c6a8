const { spawnSync } = require("node:child_process");
const { TransientError, ValidationError } = require("knative-lambda");

const cases = {
  echo: (event) => event.value,
  nothing: () => {},
  fail: () => {
    throw new TypeError("missing");
  },
  rejects: async () => {
    throw new TypeError("missing");
  },
  invalid: async () => {
    throw new ValidationError("wrong event");
  },
  transient: () => {
    throw new TransientError("not now", { retryAfter: 5 });
  },
  foreign: () => {
    throw Object.assign(new Error("wrong field"), { name: "ValidationError" });
  },
  text: () => {
    throw "only text";
  },
  null: () => Promise.reject(null),
  getter: () => {
    throw { get message() { throw new Error("no message"); } };
  },
  nan: () => ({ a: [NaN] }),
  unserialisable: () => ({ a: 1n }),
  function: () => () => {},
  null_inside: () => ({ a: null }),
  long_result: (event) => "x".repeat(event.length),
  long_message: () => {
    throw new Error("é".repeat(10_000));
  },
  deep: (event, context) => cases.deep(event, context),
  describe_context: (event, context) => ({
    invocation: context.invocationId,
    correlation: context.correlationId,
    attempt: context.attempt,
    traceparent: context.traceparent,
    type: context.attributes.type,
    inTime: context.remainingMs() > 0 && context.remainingMs() <= 5000 && context.deadline.getFullYear() > 2000,
  }),
  prints: async () => {
    console.log("first\nsecond");
    console.error("mistake");
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log("from a timer");
    process.stdout.write("unfinished");
  },
  logs: (event, context) => {
    context.logger.warn("stored 3 rows", { table: "t" });
  },
  long_line: () => {
    console.log("é".repeat(50_000));
  },
  closes: () => {
    process.stdout.end();
    process.stderr.destroy();
    process.chdir("/");
  },
  stray_error: () => new Promise(() => setTimeout(() => {
    throw new Error("in a timer");
  }, 1)),
  stray_rejection: () => new Promise(() => {
    Promise.reject(new Error("nobody waits"));
  }),
  starts: () => spawnSync("sh", ["-c", "ls -l /proc/self/fd | awk '/socket/ && $9 > 3' | wc -l"], { encoding: "utf8" }).stdout.trim(),
  sleeps: () => new Promise(() => {}),
};

exports.handler = (event, context) => {
  if (typeof event?.case !== "string") {
    return { type: Buffer.isBuffer(event) ? "Buffer" : typeof event, text: String(event) };
  }
  return cases[event.case](event, context);
};

exports.constant = 3;

exports.shutdown = async () => {
  console.log("shutdown was called");
};
