import { shownName } from "../flows/index.ts";
import { createTypingMirror } from "./application/index.ts";
import { dialogueSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import { systemClock } from "./ports/clock.ts";
import type { DeskBoard, DeskOffice } from "./ports/desk.ts";
import type { Logger } from "./ports/logger.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import type { TypingMirror } from "./ports/typing-mirror.ts";
import type { Stores } from "./stores.ts";

/** Where typing is shown. */
export interface TypingPlaces {
  readonly board: Pick<DeskBoard, "typing"> | null;
  readonly adapters: readonly PlatformAdapter[];
}

/**
 * Shows each side of a case that the other one types.
 * @param places asked when somebody types: whoever hears it is made before it is known where it is shown
 */
export function composeTyping(
  parts: {
    readonly config: Config;
    readonly stores: Pick<Stores, "conversations" | "desk">;
    readonly office: Pick<DeskOffice, "find">;
    readonly logger: Logger;
  },
  places: () => TypingPlaces,
): TypingMirror {
  const { config, stores, office, logger } = parts;
  const rules = dialogueSettings(config, false).cases;
  return createTypingMirror({
    openCases: () => stores.desk.list({ includeResolved: false }),
    find: (id) => office.find(id),
    readConversation: (id) => stores.conversations.read({ kind: "dialogue", id }),
    channelOf: (platform) =>
      places().adapters.find(({ channel }) => channel.platform === platform)?.channel ?? null,
    board: () => places().board,
    shownName: (agent) => shownName(agent, rules),
    clock: systemClock,
    logger,
  });
}
