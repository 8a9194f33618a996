import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";
import { splitMarkdown } from "../shared/split-markdown.ts";
import { awake } from "./awake.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { nonceOf } from "./custom-ids.ts";
import type { DiscordIdentity } from "./decode.ts";
import { isGone } from "./errors.ts";
import { pagesAfter, readPage } from "./history.ts";
import { snowflakeOfTime } from "./ids.ts";
import { QUIET } from "./placement.ts";
import { postMessage } from "./posting.ts";
import { safeText } from "./safe-text.ts";

/** Lines in the threads of cases. */
export interface DeskLines {
  /**
   * Says it in a thread, once per key, however often it is asked to: after a try that may have arrived it looks first. What is
   * too long goes on in further messages.
   */
  post(key: string, thread: string, markdown: string, call: DiscordCall): Promise<void>;
  /** What was said under the key is now this; false when nothing is known of it any more. */
  change(key: string, thread: string, markdown: string, call: DiscordCall): Promise<boolean>;
}

const anything = z.unknown();
const MAX_PART = 1_900;
const WEEK_MS = 7 * 24 * 3_600_000;
/** Clocks of two machines may differ by so much. */
const SKEW_MS = 60_000;

/** When it was tried first, and the message that came of it. */
const triedSchema = z.object({ at: z.number(), id: z.string().nullable() });

export function createDeskLines(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly clock: Clock;
  readonly identity: () => Promise<DiscordIdentity>;
}): DeskLines {
  const { api, memory, clock, identity } = options;
  const ownerName = (id: string): string => `desk:said:${id}`;

  /** A message of ours with these words that no other line has claimed. */
  const find = async (
    thread: string,
    { text, since }: { readonly text: string; readonly since: number },
    call: DiscordCall,
  ): Promise<string | null> => {
    const { userId: self } = await identity();
    const load = (query: Readonly<Record<string, string>>) => readPage(api, thread, query, call);
    for await (const messages of pagesAfter(load, snowflakeOfTime(since - SKEW_MS))) {
      for (const { id, author, content } of messages) {
        if (author.id !== self || content.trim() !== text.trim()) continue;
        if ((await memory.get(ownerName(id), z.string())) === null) return id;
      }
    }
    return null;
  };

  const idOf = async (key: string): Promise<string | null> =>
    (await memory.get(`desk:line:${key}`, triedSchema))?.id ?? null;

  /** Changes or deletes a message; one that somebody took away stays away. */
  const write = async (
    method: "PATCH" | "DELETE",
    thread: string,
    id: string,
    body: unknown,
    call: DiscordCall,
  ): Promise<void> => {
    const route = `/channels/${thread}/messages/${id}` as const;
    const request = { method, route, ...(body === undefined ? {} : { body }) };
    await awake(api, thread, () => api.call(request, anything, call), call).catch(
      (error: unknown) => {
        if (!isGone(error)) throw error;
      },
    );
  };

  const postPart = async (
    key: string,
    thread: string,
    content: string,
    call: DiscordCall,
  ): Promise<void> => {
    const name = `desk:line:${key}`;
    const tried = await memory.get(name, triedSchema);
    if (typeof tried?.id === "string") return;
    const at = tried?.at ?? clock.now();
    const there = tried === null ? null : await find(thread, { text: content, since: at }, call);
    if (tried === null) await memory.set(name, { at, id: null }, WEEK_MS);
    const body = { content, ...QUIET, nonce: nonceOf(`desk ${key}`, 0), enforce_nonce: true };
    const id = there ?? (await postMessage(api, { channel: thread, replyTo: null, body }, call));
    await memory.set(ownerName(id), key, WEEK_MS);
    await memory.set(name, { at, id }, WEEK_MS);
  };

  return {
    async post(key, thread, markdown, call) {
      const parts = splitMarkdown(safeText(markdown), MAX_PART);
      for (const [index, part] of parts.entries()) {
        await postPart(`${key}/${index}`, thread, part, call);
      }
    },
    async change(key, thread, markdown, call) {
      const parts = splitMarkdown(safeText(markdown), MAX_PART);
      if ((await idOf(`${key}/0`)) === null) return false;
      for (const [index, part] of parts.entries()) {
        const id = await idOf(`${key}/${index}`);
        if (id === null) await postPart(`${key}/${index}`, thread, part, call);
        else await write("PATCH", thread, id, { content: part, ...QUIET }, call);
      }
      // What was longer before ends sooner now.
      for (let index = parts.length; ; index += 1) {
        const id = await idOf(`${key}/${index}`);
        if (id === null) return true;
        await write("DELETE", thread, id, undefined, call);
        await memory.delete(`desk:line:${key}/${index}`);
      }
    },
  };
}
