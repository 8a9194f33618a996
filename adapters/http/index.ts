export { createHttpChannel } from "./channel.ts";
