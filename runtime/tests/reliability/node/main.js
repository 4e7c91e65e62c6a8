// A handler that misbehaves in the way that `do` names.
const { spawn } = require("node:child_process");

const ways = {
  hello: () => ({ pid: process.pid }),
  spin: () => {
    for (;;);
  },
  wait: () => new Promise(() => {}),
  ignore: () => {
    process.on("SIGTERM", () => {});
    process.on("uncaughtException", () => {});
    setInterval(() => {}, 1000);
    return new Promise(() => {});
  },
  detach: (event) => {
    spawn("sleep", [event.marker], { detached: true, env: {}, stdio: "ignore" }).unref();
    for (;;);
  },
  leave: () => process.exit(3),
};

exports.handler = async (event) => ways[event.do](event);
