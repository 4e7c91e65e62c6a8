// Makes addresses for the titles of articles.
//
//   lambda-runtime invoke main.js --data '{"title": "Crème brûlée, quickly"}'
//
// answers response.success with { slug: "creme-brulee-quickly" }. A ValidationError says that the event is wrong: it is not
// delivered again.

const { ValidationError } = require("knative-lambda");

exports.handler = async ({ title }) => {
  if (typeof title !== "string") throw new ValidationError("title must be a string");
  const plain = title.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  if (!slug) throw new ValidationError("title has no letters");
  return { slug };
};
