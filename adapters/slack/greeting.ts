import { z } from "zod";
import { errorMessage } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { type Ask, joinedChannels, troublesWithChannels } from "./configured-channels.ts";
import { missingScopes } from "./manifest.ts";
import type { Trouble } from "./trouble.ts";

/** What is looked at whenever Slack can be reached again. */
export interface Greeting {
  /** Tells admins which scopes and channels are missing. Failures are logged: the bot goes on with what it has. */
  lookAround(): Promise<void>;
  /** Scopes that were missing when it looked last. */
  missing(): readonly string[];
}

const scopesAnswer = z.object({
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).default({ scopes: [] }),
});
/** Looked for, not stumbled upon: what comes of it is told in one message. */
const LOOKED_FOR = new Set(["channel_not_found"]);

export function createGreeting(parts: AdapterParts): Greeting {
  const { api, notes, settings, logger, signal } = parts;
  let missing: readonly string[] = [];

  const ask: Ask = (method, args, answer) =>
    api.call(method, args, answer, { signal, expects: LOOKED_FOR });

  const lookAtScopes = async (): Promise<readonly Trouble[]> => {
    const { response_metadata: given } = await ask("auth.test", {}, scopesAnswer);
    // Slack does not always tell them.
    if (given.scopes.length === 0) return [];
    missing = missingScopes(given.scopes);
    await notes.mended((trouble) => trouble.kind === "scope" && !missing.includes(trouble.scope));
    return missing.map((scope) => ({ kind: "scope", scope }));
  };

  const lookAtChannels = async (): Promise<readonly Trouble[]> => {
    const joined = await joinedChannels(ask);
    await notes.mended((trouble) => trouble.kind === "channel" && joined.has(trouble.channel));
    return troublesWithChannels(settings, joined, ask);
  };

  return {
    missing: () => missing,
    async lookAround() {
      const found: Trouble[] = [];
      await notes.recall();
      for (const look of [lookAtScopes, lookAtChannels]) {
        try {
          found.push(...(await look()));
        } catch (error) {
          signal.throwIfAborted();
          const reason = errorMessage(error);
          logger.info({ reason }, "Slack did not say what the bot lacks");
        }
      }
      // All of it in one message.
      notes.tell(found);
    },
  };
}
