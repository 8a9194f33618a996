import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { nonceOf } from "./custom-ids.ts";
import type { DiscordIdentity } from "./decode.ts";
import { pagesAfter, readPage } from "./history.ts";
import { snowflakeOfTime } from "./ids.ts";
import type { OutgoingFile } from "./multipart.ts";
import { QUIET, type Ring, ringing } from "./placement.ts";
import { postMessage } from "./posting.ts";

/** A message that stands once, however often it is asked for. */
export interface PostOnce {
  /** Gives its id. After a try that may have arrived it is looked for first, by its words. */
  post(
    key: string,
    message: {
      readonly channel: string;
      readonly content: string;
      readonly files?: readonly OutgoingFile[];
      /** Who is called by it; absent for nobody. */
      readonly rings?: Ring;
    },
    call: DiscordCall,
  ): Promise<string>;
  /** Null when nothing was posted under the key, or nothing is known of it any more. */
  idOf(key: string): Promise<string | null>;
  forget(key: string): Promise<void>;
}

/** Clocks of two machines may differ by so much. */
const SKEW_MS = 60_000;

/** When it was tried first, and the message that came of it. */
const triedSchema = z.object({ at: z.number(), id: z.string().nullable() });

export function createPostOnce(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly clock: Clock;
  readonly identity: () => Promise<DiscordIdentity>;
}): PostOnce {
  const { api, memory, clock, identity } = options;
  const nameOf = (key: string): string => `desk:line:${key}`;
  const ownerName = (id: string): string => `desk:said:${id}`;

  /** A message of ours with these words that no other key has claimed. */
  const find = async (
    channel: string,
    { text, since }: { readonly text: string; readonly since: number },
    call: DiscordCall,
  ): Promise<string | null> => {
    const { userId: self } = await identity();
    const load = (query: Readonly<Record<string, string>>) => readPage(api, channel, query, call);
    for await (const messages of pagesAfter(load, snowflakeOfTime(since - SKEW_MS))) {
      for (const { id, author, content } of messages) {
        if (author.id !== self || content.trim() !== text.trim()) continue;
        if ((await memory.get(ownerName(id), z.string())) === null) return id;
      }
    }
    return null;
  };

  return {
    idOf: async (key) => (await memory.get(nameOf(key), triedSchema))?.id ?? null,
    forget: (key) => memory.delete(nameOf(key)),
    async post(key, { channel, content, files = [], rings }, call) {
      const name = nameOf(key);
      const tried = await memory.get(name, triedSchema);
      if (typeof tried?.id === "string") return tried.id;
      const at = tried?.at ?? clock.now();
      const there = tried === null ? null : await find(channel, { text: content, since: at }, call);
      if (tried === null) await memory.set(name, { at, id: null }, CASE_MS);
      const attachments = files.map((file, id) => ({ id, filename: file.name }));
      const nonce = { nonce: nonceOf(`desk ${key}`, 0), enforce_nonce: true };
      const body = {
        content,
        ...(rings === undefined ? QUIET : ringing(rings)),
        ...nonce,
        ...(attachments.length === 0 ? {} : { attachments }),
      };
      const id = there ?? (await postMessage(api, { channel, replyTo: null, body, files }, call));
      await memory.set(ownerName(id), key, CASE_MS);
      await memory.set(name, { at, id }, CASE_MS);
      return id;
    },
  };
}
