import { z } from "zod";
import type { AdapterParts } from "./adapter-parts.ts";
import type { SlackBlock } from "./blocks.ts";

const anything = z.object({});

/** Short words beside the answers: they go to one person, and nothing depends on them. */
export interface Notices {
  /** Shows a line to one person only. */
  whisper(
    to: { readonly channel: string; readonly thread: string | null; readonly user: string },
    text: string,
    blocks?: readonly SlackBlock[],
  ): void;
  /** The same, but only once per hour and person. */
  whisperOnce(
    name: string,
    to: { readonly channel: string; readonly thread: string | null; readonly user: string },
    text: string,
  ): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createNotices(parts: Pick<AdapterParts, "api" | "background" | "memory">): Notices {
  const { api, background, memory } = parts;
  const whisper: Notices["whisper"] = ({ channel, thread, user }, text, blocks = []) => {
    background.run("a notice", async (signal) => {
      const place = thread === null ? {} : { thread_ts: thread };
      const content = blocks.length === 0 ? { text } : { text, blocks };
      await api.call("chat.postEphemeral", { channel, user, ...content, ...place }, anything, {
        signal,
      });
    });
  };
  return {
    whisper,
    async whisperOnce(name, to, text) {
      const key = `notice:${name}:${to.channel}:${to.user}`;
      if (await memory.claim(key, HOUR_MS)) whisper(to, text);
    },
  };
}
