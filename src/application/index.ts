export { createApplication } from "./create-application.ts";
export { createLimitedInbox } from "./limited-inbox.ts";
