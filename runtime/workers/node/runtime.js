// Worker for handlers in Node.js: see docs/worker-protocol.md and docs/handlers.md.
// On the standard library, for Node.js 18 and later; constants.js stands beside it.
"use strict";

const { AsyncLocalStorage } = require("node:async_hooks");
const fs = require("node:fs");
const Module = require("node:module");
const net = require("node:net");
const path = require("node:path");
const { Writable } = require("node:stream");
const { pathToFileURL } = require("node:url");
const util = require("node:util");

const constants = require("./constants.js");
const { ErrorClass, Variable } = constants;

const FRAME_LIMIT = (64 << 20) + 1024;
const INVOKE = 1, DRAIN = 2, PING = 3, READY = 16, RESULT = 17, ERROR = 18, LOG = 19, FAILED = 20, PONG = 21;
const JSON_DATA = 1, TEXT = 2, BYTES = 3;
const HEADER = 13;
const LINE_LIMIT = 64 << 10;
const MESSAGE_LIMIT = 4 << 10;
const STACK_LIMIT = 16 << 10;
const EMPTY = Buffer.alloc(0);
const CHOSEN = [ErrorClass.VALIDATION_ERROR, ErrorClass.TRANSIENT_ERROR];

/** The event is wrong: it is not delivered again. */
class ValidationError extends Error {}
ValidationError.prototype.name = ErrorClass.VALIDATION_ERROR;

/** The handler may succeed later: the event is delivered again, after `retryAfter` seconds where given. */
class TransientError extends Error {
  constructor(message, options = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}
TransientError.prototype.name = ErrorClass.TRANSIENT_ERROR;

/** The worker's own verdict on the handler or its result; the text says it all. */
class Refused extends Error {}

/** One call, or with id 0 the worker itself: its id in two halves, and what it has printed without a newline. */
class Call {
  constructor(high, low) {
    this.high = high;
    this.low = low;
    this.ended = false;
    this.partial = ["", ""];
  }
}

const NO_CALL = new Call(0, 0);
const storage = new AsyncLocalStorage();

/** The socket to the runtime. Each frame is written whole and at once. */
class Connection {
  constructor(path, receive) {
    this.rest = [];
    this.size = 0;
    this.needed = 0;
    this.receive = receive;
    this.socket = net.createConnection(path);
    this.socket.on("data", (chunk) => this.read(chunk));
    this.socket.on("error", () => process.exit(0));
    this.socket.on("end", () => process.exit(0));
  }

  send(kind, call, payload) {
    const text = typeof payload === "string";
    const length = text ? Buffer.byteLength(payload) : payload.length;
    const frame = Buffer.allocUnsafe(HEADER + length);
    frame.writeUInt32BE(length + 9, 0);
    frame[4] = kind;
    frame.writeUInt32BE(call.high, 5);
    frame.writeUInt32BE(call.low, 9);
    if (text) frame.write(payload, HEADER);
    else payload.copy(frame, HEADER);
    this.socket.write(frame);
  }

  log(level, message, stream, fields) {
    const line = { level, message: cut(message, LINE_LIMIT), stream, fields };
    this.send(LOG, storage.getStore() || NO_CALL, toLenientJson(line));
  }

  read(chunk) {
    if (this.size) {
      this.rest.push(chunk);
      this.size += chunk.length;
      if (this.size < this.needed) return;
      chunk = Buffer.concat(this.rest, this.size);
      this.rest = [];
      this.size = 0;
    }
    let position = 0;
    this.needed = HEADER;
    while (chunk.length - position >= HEADER) {
      const length = chunk.readUInt32BE(position);
      if (length < 9 || length > FRAME_LIMIT) process.exit(1);
      const stop = position + 4 + length;
      if (stop > chunk.length) {
        this.needed = 4 + length;
        break;
      }
      this.receive(chunk, position, stop);
      position = stop;
    }
    if (position < chunk.length) {
      const rest = chunk.subarray(position);
      this.rest.push(rest);
      this.size = rest.length;
    }
  }
}

/** Replaces a standard stream: each line becomes a log frame of the call that prints it. */
class Lines extends Writable {
  constructor(connection, index) {
    super({ decodeStrings: false });
    this.connection = connection;
    this.index = index;
    this.fd = index + 1;
  }

  write(chunk, encoding, done) {
    if (typeof encoding === "function") [encoding, done] = [undefined, encoding];
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const call = storage.getStore() || NO_CALL;
    const lines = (call.partial[this.index] + text).split("\n");
    let rest = lines.pop();
    for (const line of lines) this.line(line);
    while (Buffer.byteLength(rest) > LINE_LIMIT) rest = this.piece(rest);
    call.partial[this.index] = rest;
    if (done) process.nextTick(done);
    return true;
  }

  /** Does nothing but call back: the next call prints too. */
  end(...rest) {
    const done = rest.pop();
    if (rest.length && rest[0] != null) this.write(rest[0]);
    if (typeof done === "function") process.nextTick(done);
    else if (done != null) this.write(done);
    return this;
  }

  destroy() {
    return this;
  }

  line(line) {
    while (line.length > LINE_LIMIT / 3 && Buffer.byteLength(line) > LINE_LIMIT) line = this.piece(line);
    this.connection.log(this.index ? "error" : "info", line, this.index ? "stderr" : "stdout");
  }

  piece(line) {
    const piece = cutBytes(Buffer.from(line.slice(0, LINE_LIMIT)), LINE_LIMIT);
    this.line(piece);
    return line.slice(piece.length);
  }

  /** Sends what the call has printed without a newline. */
  flush(call) {
    const rest = call.partial[this.index];
    if (!rest) return;
    call.partial[this.index] = "";
    storage.run(call, () => this.line(rest));
  }
}

/** What a handler may know about its call beside the data of the event. */
class Context {
  #json;
  #values;
  #started = process.hrtime.bigint();

  constructor(json, logger) {
    this.#json = json;
    this.logger = logger;
  }

  get #parsed() {
    return (this.#values ??= JSON.parse(this.#json));
  }
  /** Identifies the call. */
  get invocationId() {
    return this.#parsed.invocationId;
  }
  /** Ties the events of one piece of work together, or undefined. */
  get correlationId() {
    return this.#parsed.correlationId;
  }
  /** 1 for the first delivery of the event. */
  get attempt() {
    return this.#parsed.attempt;
  }
  /** Date at which the worker is killed; an upper bound where calls wait. */
  get deadline() {
    return new Date(this.#parsed.deadline);
  }
  /** Milliseconds left to the call, 0 at least. */
  remainingMs() {
    const ran = Number(process.hrtime.bigint() - this.#started) / 1e6;
    const { deadline, timeout = Infinity } = this.#parsed;
    return Math.max(0, Math.floor(Math.min(deadline - Date.now(), timeout - ran)));
  }
  /** W3C trace parent of the call, or undefined. */
  get traceparent() {
    return this.#parsed.traceparent;
  }
  /** W3C trace state of the call, or undefined. */
  get tracestate() {
    return this.#parsed.tracestate;
  }
  /** All attributes of the event, extensions among them. */
  get attributes() {
    return this.#parsed.attributes ?? {};
  }
}

/** The longest text of at most `limit` bytes that begins the UTF-8 in `bytes`. */
function cutBytes(bytes, limit) {
  let end = limit;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function cut(text, limit) {
  if (text.length <= limit / 3) return text.isWellFormed?.() === false ? text.toWellFormed() : text;
  const bytes = Buffer.from(text);
  return bytes.length <= limit ? bytes.toString() : cutBytes(bytes, limit - 3) + "...";
}

function cutMiddle(text, limit) {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const half = (limit >> 1) - 8;
  let from = bytes.length - half;
  while ((bytes[from] & 0xc0) === 0x80) from += 1;
  return cutBytes(bytes, half) + "\n  ...\n" + bytes.toString("utf8", from);
}

/** JSON of a log line or an error, whatever is in its fields. */
function toLenientJson(value) {
  try {
    return JSON.stringify(value, readable);
  } catch {}
  try {
    const fields = Object.entries(value.fields ?? {}).map(([name, field]) => [name, printable(field)]);
    return JSON.stringify({ ...value, fields: Object.fromEntries(fields) }, readable);
  } catch {
    return JSON.stringify({ ...value, fields: printable(value.fields) }, readable);
  }
}

/** What JSON.stringify takes for a value: errors are no empty objects, and texts are Unicode. */
function readable(_, value) {
  if (typeof value === "string") return value.toWellFormed();
  return value instanceof Error ? String(value.stack ?? value) : value;
}

function text(message) {
  try {
    return String(message);
  } catch {
    return inspected(message);
  }
}

/** The field, or its text where JSON has no form for it. */
function printable(field) {
  try {
    JSON.stringify(field, readable);
    return field;
  } catch {
    return inspected(field);
  }
}

function inspected(value) {
  try {
    return cut(util.inspect(value), MESSAGE_LIMIT);
  } catch {
    return "a value whose text cannot be made";
  }
}

/** The error as the protocol has it; anything can be thrown. */
function describe(error) {
  if (error instanceof Refused) return { class: ErrorClass.RUNTIME_ERROR, message: cut(error.message, MESSAGE_LIMIT) };
  const answer = { class: ErrorClass.RUNTIME_ERROR, message: "an error whose text cannot be made" };
  try {
    const names = namesOf(error);
    const chosen = CHOSEN.find((name) => names.includes(name));
    const isObject = typeof error === "object" && error !== null;
    if (chosen) {
      answer.class = chosen;
      answer.message = String(error.message || chosen);
    } else if (isObject && typeof error.message === "string") {
      answer.message = `${error.name || "Error"}: ${error.message}`;
    } else {
      answer.message = typeof error === "string" ? error : util.inspect(error);
    }
    const after = chosen === ErrorClass.TRANSIENT_ERROR ? error.retryAfter : undefined;
    if (Number.isFinite(after) && after >= 0) answer.retryAfter = after;
    if (isObject && typeof error.stack === "string") answer.stackTrace = cutMiddle(stackOf(error), STACK_LIMIT);
  } catch {
    // a getter of the thrown object throws
  }
  answer.message = cut(answer.message, MESSAGE_LIMIT);
  return answer;
}

function namesOf(error) {
  if (typeof error !== "object" || error === null) return [];
  const names = [error.name];
  for (let type = Object.getPrototypeOf(error); type; type = Object.getPrototypeOf(type)) {
    names.push(type.constructor?.name);
  }
  return names;
}

/** The trace with its causes, without what this file and Node.js itself add. */
function stackOf(error, depth = 0) {
  const lines = error.stack.split("\n");
  const end = lines.findIndex((line) => /^\s+at /.test(line) && line.includes(__filename));
  const isTheirs = (line) => line.trim() && !/^\s+at .*(node:internal\/|data:text\/javascript)/.test(line);
  const stack = lines.slice(0, end < 0 ? undefined : end).filter(isTheirs).join("\n");
  const { cause } = error;
  if (depth === 5 || typeof cause?.stack !== "string") return stack;
  return `${stack}\ncaused by ${stackOf(cause, depth + 1)}`;
}

/** Makes `knative-lambda` a module that user code can require and import: names of the catalogue, and errors. */
function provideModule() {
  const own = { ...constants, ValidationError, TransientError };
  const load = Module._load;
  Module._load = function (request, ...rest) {
    return request === "knative-lambda" ? own : load.call(this, request, ...rest);
  };
  globalThis[Symbol.for("knative-lambda")] = own;
  const source = "const own = globalThis[Symbol.for('knative-lambda')]; export default own; "
    + `export const { ${Object.keys(own)} } = own;`;
  const url = "data:text/javascript," + encodeURIComponent(source);
  if (Module.registerHooks) {
    Module.registerHooks({
      resolve: (name, context, next) =>
        name === "knative-lambda" && context.conditions.includes("import")
          ? { url, shortCircuit: true }
          : next(name, context),
    });
  } else if (Module.register) {
    const hook = "export const resolve = (name, context, next) => name === 'knative-lambda' ? { url: "
      + JSON.stringify(url) + ", shortCircuit: true } : next(name, context);";
    Module.register("data:text/javascript," + encodeURIComponent(hook));
  } // before 18.19 ES modules use the name property
}

/** The file, its place for people and the function that HANDLER names. */
function find(handler, code) {
  const match = /^((?:[A-Za-z_][\w-]*\/)*)(?:([A-Za-z_][\w-]*)\.)?([A-Za-z_]\w*)$/.exec(handler);
  if (!match || (match[1] && !match[2])) {
    const form = "function, module.function or dir/module.function";
    throw new Refused(`${Variable.HANDLER} '${handler}' is not of the form ${form}`);
  }
  const [, folders, module = "main", name] = match;
  for (const extension of [".js", ".mjs", ".cjs"]) {
    const place = folders + module + extension;
    const file = path.join(code, place);
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return { file, place, name };
  }
  const wanted = `the file ${folders}${module}.js, .mjs or .cjs, which is not in ${code}`;
  throw new Refused(`${Variable.HANDLER} '${handler}' needs ${wanted}`);
}

/** The handler's function and its module. */
async function load(path, code) {
  const { file, place, name } = find(path, code);
  provideModule();
  const module = await import(pathToFileURL(file)).catch((error) => {
    throw explain(error, file);
  });
  const exported = name in module ? module : Object(module.default);
  const handler = exported[name];
  if (handler === undefined) {
    throw new Refused(`${place} has no export '${name}', which ${Variable.HANDLER} '${path}' names`);
  }
  if (typeof handler !== "function") throw new Refused(`'${name}' in ${place} is of type ${typeof handler}, not a function`);
  return { handler, exported };
}

/** Adds what Node.js keeps to itself: the place of a syntax error, the usual reason why a module is missing. */
function explain(error, file) {
  if (error instanceof SyntaxError) {
    const { spawnSync } = require("node:child_process");
    const check = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 5000 });
    if (check.status === 1 && check.stderr) error.stack = check.stderr.trim();
  } else if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    error.message += " (is it in package.json?)";
  }
  return error;
}

class Worker {
  constructor(environment) {
    this.concurrency = Number(environment.LAMBDA_CONCURRENCY ?? 1);
    this.limit = Number(environment.LAMBDA_RESULT_LIMIT ?? FRAME_LIMIT);
    this.running = 0;
    this.queue = [];
    this.next = 0;
    this.pinged = false;
    this.draining = false;
    this.state = "loading";
    this.invoke = this.invoke.bind(this);
    this.connection = new Connection(environment.LAMBDA_SOCKET, this.receive.bind(this));
    this.streams = [new Lines(this.connection, 0), new Lines(this.connection, 1)];
    const level = (name) => (message, fields) => this.connection.log(name, text(message), undefined, fields);
    this.logger = { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
  }

  async start(environment) {
    const code = path.resolve(environment.LAMBDA_CODE);
    ["stdout", "stderr"].forEach((name, index) => {
      Object.defineProperty(process, name, { value: this.streams[index], configurable: true, enumerable: true });
    });
    // An interrupt of the terminal is for the runtime.
    process.on("SIGINT", () => {});
    process.on("uncaughtException", (error) => this.stray(error));
    process.on("unhandledRejection", (error) => this.stray(error));
    process.on("exit", (status) => {
      if (this.state !== "loading") return;
      this.fail(new Refused(`process.exit(${status}) was called while the handler was loaded`));
      process.exitCode = 1;
    });
    try {
      const { handler, exported } = await load(environment[Variable.HANDLER], code);
      this.handler = handler;
      this.exported = exported;
      this.withContext = handler.length > 1;
    } catch (error) {
      this.fail(error);
      this.connection.socket.end(() => process.exit(1));
      return;
    }
    this.state = "ready";
    this.flush(NO_CALL);
    const ready = { language: "nodejs", version: process.versions.node };
    this.connection.send(READY, NO_CALL, JSON.stringify(ready));
  }

  fail(error) {
    this.state = "failed";
    this.flush(NO_CALL);
    this.connection.send(FAILED, NO_CALL, JSON.stringify(describe(error)));
  }

  receive(chunk, position, stop) {
    const kind = chunk[position + 4];
    if (kind === INVOKE) {
      const call = new Call(chunk.readUInt32BE(position + 5), chunk.readUInt32BE(position + 9));
      const payload = chunk.subarray(position + HEADER, stop);
      if (this.running < this.concurrency) this.begin(call, payload);
      else this.queue.push([call, payload]);
    } else if (kind === PING) {
      this.pinged = true;
      this.advance();
    } else if (kind === DRAIN) {
      this.draining = true;
      this.advance();
    } else {
      process.exit(1);
    }
  }

  begin(call, payload) {
    this.running += 1;
    storage.run(call, this.invoke, call, payload);
  }

  invoke(call, payload) {
    try {
      const context = payload.readUInt32BE(1);
      const event = readData(payload, 5 + context);
      const { handler } = this;
      const value = this.withContext
        ? handler(event, new Context(payload.toString("utf8", 5, 5 + context), this.logger))
        : handler(event);
      if (typeof value?.then === "function") {
        value.then((result) => this.succeed(call, result), (error) => this.end(call, ERROR, error));
      } else {
        this.succeed(call, value);
      }
    } catch (error) {
      this.end(call, ERROR, error);
    }
  }

  succeed(call, value) {
    let text;
    try {
      text = toJson(value);
      const size = text.length * 3 <= this.limit ? 0 : Buffer.byteLength(text);
      if (size > this.limit) {
        throw new Refused(`the result has ${size} bytes, more than the ${this.limit} that are allowed`);
      }
    } catch (error) {
      return this.end(call, ERROR, error);
    }
    this.end(call, RESULT, text);
  }

  /** Sends the outcome of a call, once, after what it has printed. */
  end(call, kind, outcome) {
    if (call.ended) return;
    call.ended = true;
    this.flush(call);
    this.connection.send(kind, call, kind === RESULT ? outcome : JSON.stringify(describe(outcome)));
    this.running -= 1;
    if (this.running === 0 || this.next < this.queue.length) this.advance();
  }

  flush(call) {
    if (call.partial[0]) this.streams[0].flush(call);
    if (call.partial[1]) this.streams[1].flush(call);
  }

  /** Starts the calls that wait; without any, does what waits for their end. */
  advance() {
    while (this.next < this.queue.length && this.running < this.concurrency) {
      const [call, payload] = this.queue[this.next];
      this.queue[this.next++] = undefined;
      if (this.next === this.queue.length) {
        this.queue = [];
        this.next = 0;
      }
      this.begin(call, payload);
    }
    if (this.running > 0) return;
    if (this.pinged) {
      this.pinged = false;
      this.connection.send(PONG, NO_CALL, EMPTY);
    }
    if (this.draining && this.state === "ready") {
      this.state = "ending";
      this.shutDown();
    }
  }

  /** An error that no caller waits for: that of the call whose code has made it, if it runs. */
  stray(error) {
    const call = storage.getStore();
    if (call && !call.ended) return this.end(call, ERROR, error);
    const { message, stackTrace } = describe(error);
    this.connection.log("error", message, undefined, { stackTrace });
  }

  /** Calls the export `shutdown` of the user's module, if there is one, and ends the worker. */
  async shutDown() {
    try {
      await this.exported.shutdown?.();
    } catch (error) {
      this.connection.log("error", `shutdown: ${describe(error).message}`);
    }
    this.flush(NO_CALL);
    this.connection.socket.end(() => process.exit(0));
  }
}

function readData(payload, start) {
  switch (payload[0]) {
    case JSON_DATA:
      return JSON.parse(payload.toString("utf8", start));
    case TEXT:
      return payload.toString("utf8", start);
    case BYTES:
      return payload.subarray(start);
    default:
      return undefined;
  }
}

/** JSON of a result; nothing is null. */
function toJson(value) {
  let text;
  try {
    text = JSON.stringify(value);
    if (text?.includes("null")) JSON.stringify(value, strict);
  } catch (error) {
    throw new Refused(`the result is not JSON: ${error?.message}`);
  }
  if (text !== undefined) return text;
  if (value === undefined) return "null";
  throw new Refused(`the result is not JSON: it is a ${typeof value}`);
}

/** JSON.stringify writes NaN and infinities as null. */
function strict(key, value) {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Refused(`${value}${key && ` in '${key}'`}`);
  return value;
}

new Worker(process.env).start(process.env);
