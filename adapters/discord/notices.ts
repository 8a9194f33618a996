import type { AdapterParts } from "./adapter-parts.ts";
import type { DiscordApi } from "./client.ts";
import type { Row } from "./components.ts";
import { nonceOf } from "./custom-ids.ts";
import { QUIET } from "./placement.ts";
import { postMessage } from "./posting.ts";

/** The message that a notice is about. */
interface NoticePlace {
  readonly channel: string;
  /** Null when it stands by itself. */
  readonly replyTo: string | null;
}

/** Short words beside the answers, which nothing depends on. */
export interface Notices {
  /**
   * Posts a line once per key, also after a restart. Gives its id, null when it was posted before. What fails can be tried again:
   * until it is known to stand there, the nonce keeps it from standing there twice.
   */
  post(
    key: string,
    at: NoticePlace,
    text: string,
    components?: readonly Row[],
  ): Promise<string | null>;
  /** The same, without anybody waiting for it. */
  say(key: string, at: NoticePlace, text: string, components?: readonly Row[]): void;
  /** Once per hour, person and channel. */
  sayHourly(name: string, at: NoticePlace & { readonly user: string }, text: string): void;
}

const HOUR_MS = 3_600_000;

export function createNotices(
  parts: Pick<AdapterParts, "background" | "memory" | "receipts" | "signal"> & {
    readonly api: Pick<DiscordApi, "call">;
  },
): Notices {
  const { api, background, memory, receipts, signal } = parts;

  /** Null when it was done before. A failure leaves it to the next try. */
  const once = async <Result>(
    name: string,
    ttlMs: number,
    work: () => Promise<Result>,
  ): Promise<Result | null> => {
    if (!(await memory.claim(name, ttlMs))) return null;
    try {
      return await work();
    } catch (error) {
      // What went wrong first is what is told.
      await memory.delete(name).catch(() => {});
      throw error;
    }
  };

  const send: Notices["post"] = async (key, { channel, replyTo }, text, components = []) => {
    const nonce = nonceOf(key, 0);
    const body = { content: text, components, ...QUIET, nonce, enforce_nonce: true };
    const id = await postMessage(api, { channel, replyTo, body }, { signal });
    // It replies to a question without being its answer.
    await receipts.note(`notice/${key}`, { channel, n: 1, ids: [id] });
    return id;
  };

  const post: Notices["post"] = (key, ...what) =>
    once(`notice:${key}`, 48 * HOUR_MS, () => send(key, ...what));

  const say: Notices["say"] = (key, at, text, components) => {
    background.run("a notice", async () => void (await post(key, at, text, components)));
  };

  return {
    post,
    say,
    sayHourly(name, { user, ...at }, text) {
      const key = `${name}:${at.channel}:${at.replyTo ?? user}`;
      background.run("a notice", async () => {
        await once(`hourly:${name}:${at.channel}:${user}`, HOUR_MS, () => post(key, at, text));
      });
    },
  };
}
