import { z } from "zod";
import type { Remembered } from "../shared/remembered.ts";
import { isNewer } from "./ids.ts";

/** How far each channel was read. */
export interface Watermarks {
  /** Id of the newest message that was taken in; null when nothing ever was. */
  of(channel: string): Promise<string | null>;
  /** Channels of direct messages, the ones heard last first: Discord does not list them. */
  direct(limit: number): Promise<readonly { readonly channel: string; readonly last: string }[]>;
  /** Everything up to this message was taken in, or is nobody's question. */
  note(at: { readonly channel: string; readonly isDirect: boolean }, id: string): Promise<void>;
  /** From now on nothing moves until {@link release}: what was missed lies before what comes now. */
  hold(): void;
  release(): Promise<void>;
}

const KEPT_MS = 30 * 24 * 3_600_000;
const DIRECT = "seen:@me:";

function nameOf(channel: string, isDirect: boolean): string {
  return isDirect ? `${DIRECT}${channel}` : `seen:${channel}`;
}

export function createWatermarks(memory: Remembered): Watermarks {
  const held = new Map<string, string>();
  let holders = 0;

  const move = async (name: string, id: string): Promise<void> => {
    const last = await memory.get(name, z.string());
    if (last === null || isNewer(id, last)) await memory.set(name, id, KEPT_MS);
  };

  return {
    of: (channel) => memory.get(nameOf(channel, false), z.string()),
    async direct(limit) {
      const listed = await memory.list(DIRECT, z.string(), limit);
      return listed.map(({ name, value }) => ({ channel: name.slice(DIRECT.length), last: value }));
    },
    async note({ channel, isDirect }, id) {
      const name = nameOf(channel, isDirect);
      if (holders === 0) return move(name, id);
      const before = held.get(name);
      if (before === undefined || isNewer(id, before)) held.set(name, id);
    },
    hold() {
      holders += 1;
    },
    async release() {
      holders = Math.max(0, holders - 1);
      if (holders > 0) return;
      const moved = [...held];
      held.clear();
      for (const [name, id] of moved) await move(name, id);
    },
  };
}
