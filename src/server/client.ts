// The side that asks, without the libraries of the side that answers.
export { createAttachedApplication } from "./attached-application.ts";
