import { z } from "zod";
import { splitMarkdown } from "../shared/split-markdown.ts";
import { awake } from "./awake.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { isGone } from "./errors.ts";
import { QUIET, type Ring } from "./placement.ts";
import type { PostOnce } from "./post-once.ts";
import { safeText } from "./safe-text.ts";

/** Lines in the threads of cases. */
export interface DeskLines {
  /**
   * Says it in a thread, once per key, however often it is asked to: after a try that may have arrived it looks first. What is
   * too long goes on in further messages.
   * @param call `rings`: who is called by it, before its words
   */
  post(
    key: string,
    thread: string,
    markdown: string,
    call: DiscordCall & { readonly rings?: Ring },
  ): Promise<void>;
  /** What was said under the key is now this; false when nothing is known of it any more. */
  change(key: string, thread: string, markdown: string, call: DiscordCall): Promise<boolean>;
}

const anything = z.unknown();
const MAX_PART = 1_900;
const NOBODY: Ring = { users: [], roles: [] };

/** Calls them in Discord's own markup; empty for nobody. */
function mentions({ users, roles }: Ring): string {
  const called = [...users.map((id) => `<@${id}>`), ...roles.map((id) => `<@&${id}>`)];
  return called.length === 0 ? "" : `${called.join(" ")} `;
}

export function createDeskLines(options: {
  readonly api: DiscordApi;
  readonly once: PostOnce;
}): DeskLines {
  const { api, once } = options;

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

  return {
    async post(key, thread, markdown, { rings = NOBODY, ...call }) {
      const parts = splitMarkdown(safeText(markdown), MAX_PART);
      for (const [index, part] of parts.entries()) {
        const content = index === 0 ? `${mentions(rings)}${part}` : part;
        const ring = index === 0 ? rings : NOBODY;
        await once.post(`${key}/${index}`, { channel: thread, content, rings: ring }, call);
      }
    },
    async change(key, thread, markdown, call) {
      const parts = splitMarkdown(safeText(markdown), MAX_PART);
      if ((await once.idOf(`${key}/0`)) === null) return false;
      for (const [index, part] of parts.entries()) {
        const id = await once.idOf(`${key}/${index}`);
        if (id === null)
          await once.post(`${key}/${index}`, { channel: thread, content: part }, call);
        else await write("PATCH", thread, id, { content: part, ...QUIET }, call);
      }
      // What was longer before ends sooner now.
      for (let index = parts.length; ; index += 1) {
        const id = await once.idOf(`${key}/${index}`);
        if (id === null) return true;
        await write("DELETE", thread, id, undefined, call);
        await once.forget(`${key}/${index}`);
      }
    },
  };
}
