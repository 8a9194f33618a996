export { createMemoryChannel, type MemoryChannel } from "./channel.ts";
