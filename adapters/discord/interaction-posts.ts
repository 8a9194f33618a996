import { z } from "zod";
import { isFrontdeskError, type Language } from "../../src/core/index.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import type { EncodedPart } from "./encode.ts";
import { isExpired } from "./errors.ts";
import { discordLabels } from "./labels.ts";
import { QUIET } from "./placement.ts";

/** A token by which one person can be answered for fifteen minutes. */
interface InteractionToken {
  readonly application: string;
  readonly token: string;
  /** The answer that Discord waits for has not been given yet: its place is free. */
  readonly isOpen: boolean;
}

/** What is to be shown to one person. */
interface PrivatePost {
  /** Names it for ever: sent again under the same key, nothing is posted twice. */
  readonly key: string;
  readonly language: Language;
  readonly parts: readonly EncodedPart[];
}

/** Posts by an interaction's token, each part once. */
export interface InteractionPosts {
  /**
   * `unsure`: a further message may or may not have arrived, and nothing is sent that could be a second one.
   * @throws FrontdeskError as the API does; then sending again goes on where it stopped
   */
  send(to: InteractionToken, post: PrivatePost, call: DiscordCall): Promise<"shown" | "unsure">;
  /**
   * Writes what was shown under this key anew, where it stands.
   * @returns `nothing` was shown; `fixed`: it was, and can be changed no longer
   */
  replace(post: PrivatePost, call: DiscordCall): Promise<"replaced" | "nothing" | "fixed">;
  /** Takes back what was shown under this key, as long as its token lives. */
  remove(key: string, call: DiscordCall): Promise<void>;
}

const KEPT_MS = 24 * 3_600_000;
const EPHEMERAL = 64;
const MAX_CONTENT = 2_000;
const ORIGINAL = "@original";
const anything = z.unknown();
const postedSchema = z.object({ id: z.string() });

/** A message that one person sees, and the token by which it can be changed. */
const shownSchema = z.object({ application: z.string(), token: z.string(), id: z.string() });
type Shown = z.infer<typeof shownSchema>;

/** The part that comes next, and whether a try to post it may have arrived. */
const standSchema = z.object({ next: z.number(), isUnsure: z.boolean() });

/** @param flags of a new message: Discord lets nobody choose who sees one that stands already */
function requestOf({ content, components, file }: EncodedPart, flags: number) {
  const attachments = file === null ? [] : [{ id: 0, filename: file.name }];
  const files = file === null ? [] : [{ name: file.name, data: Buffer.from(file.text, "utf8") }];
  const body = { content, components, attachments, ...QUIET, flags: QUIET.flags | flags };
  return { body, files, isAnonymous: true };
}

/** All parts in one message: how it begins, and the whole of it as a file. */
function wholeOf({ parts, language }: PrivatePost): EncodedPart {
  const [first, last] = [parts[0], parts.at(-1)];
  const note = `-# ${discordLabels(language).inFile}`;
  const begun = `${first?.content ?? ""}\n${note}`;
  const text = parts.map(({ content }) => content).join("\n\n");
  return {
    content: begun.length <= MAX_CONTENT ? begun : note,
    components: last?.components ?? [],
    file: last?.file ?? { name: "answer.md", text },
  };
}

/** A refusal says that nothing was posted; anything else may have been. */
function isRefusal(error: unknown): boolean {
  return isFrontdeskError(error, "rate_limited") || isFrontdeskError(error, "delivery_rejected");
}

/**
 * The first answer to an interaction can be written again and again (`PATCH …/messages/@original`). A further message cannot:
 * webhooks know no nonce, and Discord lists what they posted to nobody. So each further one is noted before and after; of one that
 * may have arrived no second try is made, and the first answer takes the whole text as a file instead.
 */
export function createInteractionPosts(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
}): InteractionPosts {
  const { api, memory } = options;
  const nameOf = (key: string): string => `followed:${key}`;
  const note = (key: string, next: number, isUnsure: boolean): Promise<void> =>
    memory.set(nameOf(key), { next, isUnsure }, KEPT_MS);

  const shownName = (key: string): string => `shown:${key}`;
  const shownOf = async (key: string): Promise<readonly Shown[]> =>
    (await memory.get(shownName(key), z.array(shownSchema))) ?? [];

  /** Notes what stands there, in its order, so that it can be changed and taken back. */
  const noteShown = async (key: string, to: InteractionToken, id: string): Promise<void> => {
    const { application, token } = to;
    const known = await shownOf(key);
    if (known.some((one) => one.token === token && one.id === id)) return;
    await memory.set(shownName(key), [...known, { application, token, id }], KEPT_MS);
  };

  const routeOf = ({ application, token, id }: Shown) =>
    `/webhooks/${application}/${token}/messages/${id}` as const;

  const patch = (to: Shown, part: EncodedPart, call: DiscordCall): Promise<unknown> =>
    api.call({ method: "PATCH", route: routeOf(to), ...requestOf(part, 0) }, anything, call);

  /** Writes into the place of the first answer. */
  const write = async (
    to: InteractionToken,
    { key, part }: { readonly key: string; readonly part: EncodedPart },
    call: DiscordCall,
  ): Promise<void> => {
    await patch({ ...to, id: ORIGINAL }, part, call);
    await noteShown(key, to, ORIGINAL);
  };

  /** What is gone already, or out of reach, is as good as taken back. */
  const takeBack = async (shown: Shown, call: DiscordCall): Promise<void> => {
    const request = { method: "DELETE", route: routeOf(shown), isAnonymous: true } as const;
    await api.call(request, anything, call).catch((error: unknown) => {
      if (!isExpired(error)) throw error;
    });
  };

  /** False when nobody can tell whether it is there. */
  const follow = async (
    to: Pick<InteractionToken, "application" | "token">,
    { key, part, index }: { readonly key: string; readonly part: EncodedPart; index: number },
    call: DiscordCall,
  ): Promise<boolean> => {
    await note(key, index, true);
    try {
      const route = `/webhooks/${to.application}/${to.token}` as const;
      const request = { method: "POST", route, ...requestOf(part, EPHEMERAL) } as const;
      const { id } = await api.call(request, postedSchema, call);
      await noteShown(key, { ...to, isOpen: false }, id);
    } catch (error) {
      call.signal.throwIfAborted();
      if (!isRefusal(error)) return false;
      await note(key, index, false);
      throw error;
    }
    await note(key, index + 1, false);
    return true;
  };

  const inOne = async (
    to: InteractionToken,
    post: PrivatePost,
    call: DiscordCall,
  ): Promise<"shown" | "unsure"> => {
    if (!to.isOpen) return "unsure";
    await write(to, { key: post.key, part: wholeOf(post) }, call);
    await note(post.key, post.parts.length, false);
    return "shown";
  };

  /** What is longer now goes on in further messages, what is shorter leaves none behind. */
  const rewrite = async (
    post: PrivatePost,
    [first, ...rest]: readonly [Shown, ...Shown[]],
    call: DiscordCall,
  ): Promise<void> => {
    const { key, parts } = post;
    const standing = [first, ...rest];
    for (const [index, part] of parts.entries()) {
      const to = standing[index];
      if (to !== undefined) await patch(to, part, call);
      else if (!(await follow(first, { key, part, index }, call))) {
        await patch(first, wholeOf(post), call);
        break;
      }
    }
    for (const left of standing.slice(parts.length)) await takeBack(left, call);
    if (standing.length <= parts.length) return;
    await memory.set(shownName(key), standing.slice(0, parts.length), KEPT_MS);
  };

  return {
    async replace(post, call) {
      const [first, ...rest] = await shownOf(post.key);
      if (first === undefined) return "nothing";
      try {
        await rewrite(post, [first, ...rest], call);
        return "replaced";
      } catch (error) {
        if (isExpired(error)) return "fixed";
        throw error;
      }
    },
    async remove(key, call) {
      for (const shown of await shownOf(key)) await takeBack(shown, call);
      await memory.delete(shownName(key));
    },
    async send(to, post, call) {
      const { key, parts } = post;
      const stand = await memory.get(nameOf(key), standSchema);
      if (stand?.isUnsure === true) return inOne(to, post, call);
      for (const [index, part] of parts.entries()) {
        if (index < (stand?.next ?? 0)) continue;
        if (index === 0 && to.isOpen) {
          await write(to, { key, part }, call);
          await note(key, 1, false);
        } else if (!(await follow(to, { key, part, index }, call))) {
          return inOne(to, post, call);
        }
      }
      return "shown";
    },
  };
}
