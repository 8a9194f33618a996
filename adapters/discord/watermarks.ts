import { z } from "zod";
import { createHeldMarks } from "../shared/held-marks.ts";
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
  /** From now on nothing moves until {@link release}: what was missed lies before what comes now. Gives its number. */
  hold(): number;
  /**
   * What was missed is taken in, up to the hold of this number. Later holds go on.
   * @param except channels that could not be read: they stay held until they are
   */
  release(hold: number, except: ReadonlySet<string>): Promise<void>;
}

const KEPT_MS = 30 * 24 * 3_600_000;
const DIRECT = "seen:@me:";

function nameOf(channel: string, isDirect: boolean): string {
  return isDirect ? `${DIRECT}${channel}` : `seen:${channel}`;
}

export function createWatermarks(memory: Remembered): Watermarks {
  const move = async (name: string, id: string): Promise<void> => {
    const last = await memory.get(name, z.string());
    if (last === null || isNewer(id, last)) await memory.set(name, id, KEPT_MS);
  };

  const marks = createHeldMarks({ isNewer, move });

  return {
    of: (channel) => memory.get(nameOf(channel, false), z.string()),
    async direct(limit) {
      const listed = await memory.list(DIRECT, z.string(), limit);
      return listed.map(({ name, value }) => ({ channel: name.slice(DIRECT.length), last: value }));
    },
    note: ({ channel, isDirect }, id) => marks.heard(nameOf(channel, isDirect), id),
    hold: marks.hold,
    release: (hold, except) =>
      marks.release(hold, (name) => except.has(name.slice(name.lastIndexOf(":") + 1))),
  };
}
