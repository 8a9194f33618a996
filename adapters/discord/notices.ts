import { z } from "zod";
import type { AdapterParts } from "./adapter-parts.ts";
import type { Row } from "./components.ts";
import { nonceOf } from "./custom-ids.ts";
import { QUIET } from "./placement.ts";

/** The message that a notice is about. */
interface NoticePlace {
  readonly channel: string;
  /** Null when it stands by itself. */
  readonly replyTo: string | null;
}

/** Short words beside the answers, which nothing depends on. */
export interface Notices {
  /** Posts a line once per key, also after a restart. Gives its id, null when it was posted before. */
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
const idAnswer = z.object({ id: z.string() });

export function createNotices(
  parts: Pick<AdapterParts, "api" | "background" | "memory" | "receipts" | "signal">,
): Notices {
  const { api, background, memory, receipts, signal } = parts;

  const post: Notices["post"] = async (key, { channel, replyTo }, text, components = []) => {
    if (!(await memory.claim(`notice:${key}`, 48 * HOUR_MS))) return null;
    const reference =
      replyTo === null
        ? {}
        : { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
    const nonce = nonceOf(key, 0);
    const body = { content: text, components, ...QUIET, ...reference, nonce, enforce_nonce: true };
    const route = `/channels/${channel}/messages` as const;
    const { id } = await api.call({ method: "POST", route, body }, idAnswer, { signal });
    // It replies to a question without being its answer.
    await receipts.note(`notice/${key}`, { channel, n: 1, ids: [id] });
    return id;
  };

  const say: Notices["say"] = (key, at, text, components) => {
    background.run("a notice", async () => void (await post(key, at, text, components)));
  };

  return {
    post,
    say,
    sayHourly(name, { user, ...at }, text) {
      background.run("a notice", async () => {
        if (!(await memory.claim(`hourly:${name}:${at.channel}:${user}`, HOUR_MS))) return;
        await post(`${name}:${at.channel}:${at.replyTo ?? user}`, at, text);
      });
    },
  };
}
