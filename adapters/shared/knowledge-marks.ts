import { z } from "zod";
import { errorMessage, isFrontdeskError, type Visibility } from "../../src/core/index.ts";
import type { DocumentShelf } from "../../src/ports/document-shelf.ts";
import { type LookedAt, markedDocument } from "./marked-document.ts";
import type { Remembered } from "./remembered.ts";

/** The message of a chat that a mark belongs to. */
export interface MarkedMessage {
  readonly channel: string;
  readonly id: string;
}

/** What marks a message: a person's reaction, a person's menu, or a pin. */
type MarkKind = "reaction" | "menu" | "pin";
export interface Mark {
  readonly kind: MarkKind;
  /** Null for a pin. */
  readonly user: string | null;
}

/** Whoever pins in a channel whose pins are read needs no rights of his own. */
export const PIN: Mark = { kind: "pin", user: null };

/** What became of a message. */
export type Settled =
  | { readonly type: "kept"; readonly title: string; readonly visibility: Visibility }
  | { readonly type: "taken" }
  /** It was not in the documents, and is not now. */
  | { readonly type: "nothing" }
  | { readonly type: "not-editor" }
  | { readonly type: "empty" }
  | { readonly type: "private" }
  | { readonly type: "refused"; readonly reason: string };

/** What a platform does for its marks. */
export interface MarkingPlatform {
  /** Begins the names of documents: `slack`. */
  readonly name: string;
  /** The message now; null when it is gone, or is none that somebody wrote. */
  look(message: MarkedMessage): Promise<LookedAt | null>;
  isEditor(user: string, message: MarkedMessage): Promise<boolean>;
}

/** Messages of a chat that editors have marked, each of them a document as long as a mark is on it. */
export interface KnowledgeMarks {
  /** Puts a mark down before anything is done about it; whether it counts is found out in {@link settle}. */
  put(message: MarkedMessage, mark: Mark): Promise<void>;
  remove(message: MarkedMessage, mark: Mark): Promise<void>;
  /** Takes all marks of a kind away. */
  clear(message: MarkedMessage, kind: MarkKind): Promise<void>;
  /** Whether some mark is on it: only then a change of the message means anything. */
  isMarked(message: MarkedMessage): Promise<boolean>;
  /**
   * What somebody wishes who uses the menu: the message in, or out again when it was put in by the menu before.
   * @param id of this wish; the same wish told again changes nothing
   */
  toggle(message: MarkedMessage, user: string, id: string): Promise<void>;
  /** Makes the pins agree with what is pinned now; gives the messages that came or went, and those whose pin was known. */
  setPins(
    channel: string,
    ids: readonly string[],
  ): Promise<{
    readonly changed: readonly MarkedMessage[];
    readonly kept: readonly MarkedMessage[];
  }>;
  /**
   * Makes the documents agree with the marks, however often and in whichever order it is called.
   * @param call.by whoever waits to be told: that his mark did not count goes before what became of the message
   * @throws FrontdeskError what may go better another time (retryable)
   */
  settle(
    message: MarkedMessage,
    call: { readonly by: string | null; readonly signal: AbortSignal },
  ): Promise<Settled>;
}

/** The collection of what was marked in chats. */
const COLLECTION = "chat";
const DAY_MS = 24 * 3_600_000;
const FOREVER_MS = 20 * 365 * 24 * 3_600_000;
const MAX_MARKS = 500;
const SEPARATOR = "|";
const nothing = z.literal(true);

function prefixOf({ channel, id }: MarkedMessage): string {
  return `mark:${channel}/${id}${SEPARATOR}`;
}

function nameOf(message: MarkedMessage, { kind, user }: Mark): string {
  return `${prefixOf(message)}${kind}${SEPARATOR}${user ?? ""}`;
}

/** Reads what {@link nameOf} wrote. */
function readName(name: string): (MarkedMessage & Mark) | null {
  const parts = /^mark:(?<channel>[^/]+)\/(?<id>[^|]+)\|(?<kind>[a-z]+)\|(?<user>.*)$/u.exec(name);
  const { channel = "", id = "", kind: text, user = "" } = parts?.groups ?? {};
  const kind = (["reaction", "menu", "pin"] as const).find((one) => one === text);
  return kind === undefined ? null : { channel, id, kind, user: user === "" ? null : user };
}

export function createKnowledgeMarks(options: {
  readonly memory: Remembered;
  readonly shelf: DocumentShelf;
  readonly platform: MarkingPlatform;
}): KnowledgeMarks {
  const { memory, shelf, platform } = options;

  const marksOf = async (prefix: string): Promise<readonly (MarkedMessage & Mark)[]> => {
    const found = await memory.list(prefix, nothing, MAX_MARKS);
    return found.flatMap(({ name }) => readName(name) ?? []);
  };
  const documentOf = ({ channel, id }: MarkedMessage) => ({
    collection: COLLECTION,
    name: `${platform.name}-${channel}-${id}.md`,
  });
  const put: KnowledgeMarks["put"] = (message, mark) =>
    memory.set(nameOf(message, mark), true, FOREVER_MS);
  const remove: KnowledgeMarks["remove"] = (message, mark) => memory.delete(nameOf(message, mark));

  const take = async (message: MarkedMessage, signal: AbortSignal): Promise<boolean> =>
    shelf.take(documentOf(message), { signal });

  /** Whether a mark counts; what others than editors put there is forgotten. */
  const sortOut = async (message: MarkedMessage) => {
    const refused: string[] = [];
    let isValid = false;
    for (const mark of await marksOf(prefixOf(message))) {
      if (mark.user === null || (await platform.isEditor(mark.user, message))) isValid = true;
      else {
        refused.push(mark.user);
        await remove(message, mark);
      }
    }
    return { refused, isValid };
  };

  const write = async (message: MarkedMessage, seen: LookedAt, signal: AbortSignal) => {
    const { visibility } = seen;
    if (visibility === null) return { type: "private" } as const;
    const document = markedDocument(seen);
    if (document === null) return { type: "empty" } as const;
    const bytes = Buffer.from(document.text);
    await shelf.put({ ...documentOf(message), bytes, visibility }, { signal });
    return { type: "kept", title: document.title, visibility } as const;
  };

  /** What is not to be is taken out, and its marks with it. */
  const drop = async (message: MarkedMessage, why: Settled, signal: AbortSignal) => {
    for (const mark of await marksOf(prefixOf(message))) await remove(message, mark);
    await take(message, signal);
    return why;
  };

  /** Brings the document in line with whether it is wanted. */
  const bring = async (
    message: MarkedMessage,
    isWanted: boolean,
    signal: AbortSignal,
  ): Promise<Settled> => {
    if (!isWanted) return { type: (await take(message, signal)) ? "taken" : "nothing" };
    const seen = await platform.look(message);
    if (seen === null) return drop(message, { type: "taken" }, signal);
    try {
      const settled = await write(message, seen, signal);
      if (settled.type !== "kept") return await drop(message, settled, signal);
      // Taken back while it was read: whoever did that may have found nothing to take out.
      if ((await sortOut(message)).isValid) return settled;
      await take(message, signal);
      return { type: "taken" };
    } catch (error) {
      signal.throwIfAborted();
      if (!isFrontdeskError(error) || error.retryable) throw error;
      const refused = { type: "refused", reason: errorMessage(error) } as const;
      // What keeps it from being put may keep it from being taken out as well: he is told all the same.
      return drop(message, refused, signal).catch(() => refused);
    }
  };

  return {
    remove,
    put,
    async clear(message, kind) {
      for (const mark of await marksOf(prefixOf(message))) {
        if (mark.kind === kind) await remove(message, mark);
      }
    },
    isMarked: async (message) => (await memory.list(prefixOf(message), nothing, 1)).length > 0,
    async toggle(message, user, id) {
      const marks = await marksOf(prefixOf(message));
      const byMenu = marks.filter(({ kind }) => kind === "menu");
      const isOut = byMenu.length > 0 && (await platform.isEditor(user, message));
      const name = `toggled:${id}`;
      await memory.claim(name, DAY_MS, isOut ? "out" : "in");
      if ((await memory.get(name, z.enum(["in", "out"]))) === "out") {
        for (const mark of byMenu) await remove(message, mark);
      } else await put(message, { kind: "menu", user });
    },
    async setPins(channel, ids) {
      const known = (await marksOf(`mark:${channel}/`)).filter(({ kind }) => kind === "pin");
      const gone = known.filter(({ id }) => !ids.includes(id));
      for (const one of gone) await remove(one, PIN);
      const isKnown = (id: string): boolean => known.some((one) => one.id === id);
      const added = ids.filter((id) => !isKnown(id));
      for (const id of added) await put({ channel, id }, PIN);
      const named = (some: readonly string[]) => some.map((id) => ({ channel, id }));
      return {
        changed: named([...added, ...gone.map(({ id }) => id)]),
        kept: named(ids.filter(isKnown)),
      };
    },
    async settle(message, { by, signal }) {
      const { refused, isValid } = await sortOut(message);
      const settled = await bring(message, isValid, signal);
      return by !== null && refused.includes(by) ? { type: "not-editor" } : settled;
    },
  };
}
