export { createConsoleChannel } from "./channel.ts";
export { type ConsoleDesk, createConsoleDesk } from "./desk.ts";
export { createMessageLog, type SqliteMessageLog } from "./message-log.ts";
