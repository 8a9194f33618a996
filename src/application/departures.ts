import { errorMessage } from "../core/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Agent, DeskOffice, DeskView } from "../ports/desk.ts";
import type { Logger } from "../ports/logger.ts";
import type { PlatformAdapter } from "../ports/platform-adapter.ts";
import { every } from "./every.ts";

const LOOK_EVERY_MS = 5 * 60_000;

/** Looks whether those who have cases are still there. */
export interface Departures {
  /** Looks once, now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Gives the cases of whoever has left the organisation back to the queue, as if he had said `!away`: his account on the
 * platform is switched off, or he is no member of the server any more. Several processes may do this.
 */
export function watchDepartures(options: {
  readonly view: Pick<DeskView, "list">;
  readonly office: Pick<DeskOffice, "attend">;
  readonly adapters: readonly Pick<PlatformAdapter, "channel" | "hasLeft">[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 300,000. */
  readonly everyMs?: number;
}): Departures {
  const { view, office, adapters, clock, logger, everyMs = LOOK_EVERY_MS } = options;
  const closing = new AbortController();
  const { signal } = closing;

  /** Whoever no platform knows is taken to be there. */
  const hasLeft = async ({ id }: Agent): Promise<boolean> => {
    const at = id.indexOf(":");
    const adapter = adapters.find(({ channel }) => channel.platform === id.slice(0, at));
    return (await adapter?.hasLeft?.(id.slice(at + 1), { signal })) === true;
  };

  const look = async (): Promise<void> => {
    const open = await view.list({ includeResolved: false });
    const holders = new Map(
      open.flatMap(({ agent, facts: { by } }): readonly (readonly [string, Agent])[] =>
        agent === null || typeof by !== "string" ? [] : [[by, { id: by, name: agent }]],
      ),
    );
    for (const agent of holders.values()) {
      try {
        if (!(await hasLeft(agent))) continue;
        logger.info({ agent: agent.id }, "somebody who has cases has left: they go back");
        await office.attend(agent, false, `left:${agent.id}:${clock.now()}`);
      } catch (error) {
        signal.throwIfAborted();
        const told = { agent: agent.id, reason: errorMessage(error) };
        logger.debug(told, "it is not known whether somebody is still there");
      }
    }
  };

  const looking = every(everyMs, look, (error) => {
    if (signal.aborted) return;
    logger.warn({ reason: errorMessage(error) }, "who has left could not be looked for");
  });
  return {
    look,
    async close() {
      closing.abort(new Error("nobody is looked for any more"));
      await looking.close();
    },
  };
}
