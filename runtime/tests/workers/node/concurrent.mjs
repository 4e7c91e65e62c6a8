import own, { ValidationError } from "knative-lambda";

const waiting = [];

/** Ends when as many calls run as the event says; says how many. */
export const handler = async ({ name, together }) => {
  console.log(`call ${name}`);
  if (ValidationError !== own.ValidationError) throw new Error("two modules");
  const mine = new Promise((resolve) => waiting.push(resolve));
  const running = waiting.length;
  if (running === together) waiting.splice(0).forEach((resolve) => resolve(running));
  return mine;
};

export const shutdown = () => console.log("shutdown was called");
