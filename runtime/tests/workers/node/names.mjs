import { ErrorClass, EventType, Extension, Variable } from "knative-lambda";

export const handler = () => ({ EventType, ErrorClass, Extension, Variable });
