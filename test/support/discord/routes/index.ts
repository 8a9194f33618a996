import { commandRoutes } from "./commands.ts";
import { messageRoutes } from "./messages.ts";
import { placeRoutes } from "./places.ts";
import type { Route } from "./route.ts";
import { threadRoutes } from "./threads.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route that the emulator has. */
export const routes: readonly Route[] = [
  ...messageRoutes,
  ...placeRoutes,
  ...threadRoutes,
  ...commandRoutes,
  ...webhookRoutes,
];
