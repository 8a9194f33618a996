import { chatMethods } from "./chat.ts";
import { conversationMethods } from "./conversations.ts";
import { fileMethods } from "./files.ts";
import type { Methods } from "./method.ts";
import { peopleMethods } from "./people.ts";
import { streamMethods } from "./streams.ts";
import { surfaceMethods } from "./surfaces.ts";
import { workspaceMethods } from "./workspace.ts";

/** Every method of the Web API that the emulator knows. */
export const methods: Methods = {
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...peopleMethods,
  ...streamMethods,
  ...surfaceMethods,
  ...workspaceMethods,
};
export type { Method, MethodContext } from "./method.ts";
export { wireMessage } from "./wire.ts";
