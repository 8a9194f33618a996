export { createAttachedApplication } from "./attached-application.ts";
export { type Listening, listenOnPort, listenOnSocket } from "./listen.ts";
export { httpStatus, toWireError } from "./wire.ts";
