import { z } from "zod";
import {
  type CaseId,
  type CaseRecord,
  caseId,
  FrontdeskError,
  isFrontdeskError,
} from "../../src/core/index.ts";
import type { BoardUpdate, DeskBoard, DeskOffice, DeskUpdate } from "../../src/ports/desk.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import { deskAway, threadShut } from "../shared/desk-away.ts";
import { calledOn, type DeskCallees } from "../shared/desk-calls.ts";
import {
  caseDetails,
  entryText,
  erasedHead,
  lineKey,
  revisionNotice,
  stateText,
} from "../shared/desk-packet.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import { cleanLine, cut } from "../shared/text.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { awake } from "./awake.ts";
import { headOf } from "./desk-cards.ts";
import { createDeskLines } from "./desk-lines.ts";
import { type CaseThread, createDeskThreads } from "./desk-threads.ts";
import { adviceFor, CODES, discordErrorCode } from "./errors.ts";
import type { Ring } from "./placement.ts";
import { QUIET } from "./placement.ts";
import { createDiscordUploads } from "./uploads.ts";

const MAX_TITLE = 90;
const anything = z.unknown();
/** Threads from before their desk was kept are in the one of the configuration. */
const keptSchema = z.object({
  thread: z.string(),
  headIn: z.string(),
  desk: z.string().exactOptional(),
});
/** The channel is gone, or shut to the bot; of a thread alone that is gone another one is opened. */
const AWAY: ReadonlySet<number> = new Set([
  CODES.refusedToken,
  CODES.unknownChannel,
  CODES.missingAccess,
  CODES.missingPermissions,
]);
/** The thread of one case is shut, or there is no room for it; the others go on. */
const SHUT: ReadonlySet<number> = new Set([
  CODES.archivedThread,
  CODES.lockedThread,
  CODES.tooManyThreads,
  CODES.tooManyNewsThreads,
]);
const SENT = "✅";
const CHANGED = "✏️";

/** A forum or a channel that shows cases, a post or a thread for each. */
export interface DiscordBoard extends DeskBoard {
  /** The case to which a thread of the desk belongs; null when it is none. */
  caseOf(thread: string): Promise<CaseId | null>;
}

type Call = Parameters<DeskBoard["publish"]>[1];

/** What whoever looks after the bot has to do before anything can be shown there; null when it is none of his. */
function whyAway(error: unknown): string | null {
  if (isFrontdeskError(error, "config_invalid")) return error.message;
  const code = discordErrorCode(error);
  if (code === null || !AWAY.has(code)) return null;
  if (code === CODES.unknownChannel) {
    return `${code}. It was deleted, or its id in FRONTDESK_DESK is wrong.`;
  }
  return `${code}. ${adviceFor(code)}`;
}

/** The refusal as what waits for somebody, when it is one of those. */
function translated(error: unknown, channel: string): unknown {
  const place = `Discord channel ${channel}`;
  const why = whyAway(error);
  if (why !== null) return deskAway(place, why, error);
  const code = discordErrorCode(error);
  if (code === null || !SHUT.has(code)) return error;
  return threadShut(place, `${code}. ${adviceFor(code)}`, error);
}

/** The channel may be shut to the bot altogether, for a while: a file is named only when that has lasted. */
function triedAgain({ code, message, cause }: FrontdeskError): FrontdeskError {
  return new FrontdeskError(code, message, { cause, retryable: true });
}

/** People by their ids, roles by theirs with `&` in front. */
function ringOf(ids: readonly string[]): Ring {
  const known = [...new Set(ids)].filter((id) => /^&?\d+$/u.test(id));
  const isRole = (id: string): boolean => id.startsWith("&");
  return {
    users: known.filter((id) => !isRole(id)),
    roles: known.filter(isRole).map((id) => id.slice(1)),
  };
}

/** Where an agent's words stand that were written in this thread. */
export function originOf(thread: string, message: string): string {
  return `discord:${thread}/${message}`;
}

/** By what the post with all that is known of a case is found again: there is one for each time that its customer came back. */
function detailsKey({ thread }: CaseThread, reopened: number): string {
  return reopened === 0 ? `${thread}:details` : `${thread}:details:${reopened}`;
}

/** Shows cases in one forum or channel. */
export function createDiscordBoard(
  parts: Pick<AdapterParts, "api" | "memory" | "identity" | "logger" | "once" | "typing">,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly office: DeskOffice;
    readonly callees: DeskCallees;
  },
): DiscordBoard {
  const { api, memory, identity, logger, once, typing } = parts;
  const { channel, words, office, callees } = options;
  const lines = createDeskLines({ api, once });
  const uploads = createDiscordUploads({ api, once });
  const threads = createDeskThreads({ api, channel, identity });
  const placeName = (id: CaseId): string => `desk:case:${id}`;
  const openingName = (id: CaseId): string => `desk:opening:${id}`;

  const remember = async (id: CaseId, place: CaseThread): Promise<void> => {
    await memory.set(placeName(id), { ...place, desk: channel }, CASE_MS);
    await memory.set(`desk:thread:${place.thread}`, id, CASE_MS);
  };

  const titleOf = ({ id, packet }: CaseRecord): string => {
    const about = cut(cleanLine(packet.question ?? packet.summary), MAX_TITLE - id.length);
    return `${id} · ${about === "" ? cleanLine(packet.customer) : about}`;
  };

  const postDetails = (record: CaseRecord, place: CaseThread, call: Call): Promise<void> => {
    const key = detailsKey(place, record.facts.reopened);
    return lines.post(key, place.thread, caseDetails(record, words), call);
  };

  /** Opens the thread of a case. Discord takes no key with it: of a try that may have arrived it is looked for first. */
  const openThread = async (record: CaseRecord, call: Call): Promise<CaseThread> => {
    const { id } = record;
    const wasTried = !(await memory.claim(openingName(id), CASE_MS, call.key));
    const title = titleOf(record);
    const there = wasTried ? await threads.find(id, title, call) : null;
    const place = there ?? (await threads.open(id, title, headOf(record, words), call));
    await remember(id, place);
    await postDetails(record, place, call);
    return place;
  };

  const setHead = async (
    id: CaseId,
    { thread, headIn }: CaseThread,
    head: object,
    call: Call,
  ): Promise<void> => {
    const body = { ...head, ...QUIET };
    const route = `/channels/${headIn}/messages/${thread}` as const;
    const edit = () => api.call({ method: "PATCH", route, body }, anything, call);
    try {
      await awake(api, thread, edit, call);
    } catch (error) {
      // Somebody took the message away: the thread goes on without it.
      if (discordErrorCode(error) !== CODES.unknownMessage) throw error;
      logger.info({ caseId: id }, "the head of a case is gone from the desk");
    }
  };

  const refreshHead = async (id: CaseId, place: CaseThread, call: Call): Promise<void> =>
    setHead(id, place, headOf(await office.find(id), words), call);

  /** What the head says of the customer goes, and the buttons with it. */
  const sayErased = async (id: CaseId, place: CaseThread, call: Call): Promise<void> => {
    await lines.post(call.key, place.thread, `_${words.erased}_`, call);
    await setHead(id, place, { content: erasedHead(id, words), components: [] }, call);
  };

  /** An agent's own words stand there already: those that went out get a mark. */
  const mark = async (
    origin: string,
    { thread, emoji }: { readonly thread: string; readonly emoji: string },
    call: Call,
  ): Promise<void> => {
    const message = origin.slice(originOf(thread, "").length);
    const sign = encodeURIComponent(emoji);
    const route = `/channels/${thread}/messages/${message}/reactions/${sign}/@me` as const;
    await api.call({ method: "PUT", route }, anything, call).catch((error: unknown) => {
      call.signal.throwIfAborted();
      logger.debug({ err: error }, "a reply could not be marked");
    });
  };

  const add = (
    { entry, caseId: id }: Extract<DeskUpdate, { type: "entry" }>,
    thread: string,
    call: Call,
  ): Promise<void> => {
    const key = lineKey(id, entry, call.key);
    const ids = entry.calls === undefined ? [] : calledOn("discord", entry.calls, callees).ids;
    return lines.post(key, thread, entryText(entry, words), { ...call, rings: ringOf(ids) });
  };

  /** A line that stands here becomes another one. */
  const revise = async (
    revised: Extract<DeskUpdate, { type: "revised" }>,
    place: CaseThread,
    call: Call,
  ): Promise<void> => {
    const { entry, caseId: id, packet } = revised;
    const { thread } = place;
    if (packet !== undefined) {
      const { facts } = await office.find(id);
      for (let at = 0; at <= facts.reopened; at += 1) {
        await lines.change(detailsKey(place, at), thread, caseDetails({ packet }, words), call);
      }
      await refreshHead(id, place, call);
    }
    const key = lineKey(id, entry, call.key);
    const text = entryText(entry, words);
    const isThere = (await lines.change(key, thread, text, call)) || packet !== undefined;
    if (!isThere) {
      return entry.revision === "deleted" ? undefined : lines.post(key, thread, text, call);
    }
    const notice = revisionNotice(revised, words);
    if (notice !== null) await lines.post(call.key, thread, notice, call);
  };

  /** The customer is back: what he says now, and what was said since. */
  const showBack = async (record: CaseRecord, place: CaseThread, call: Call): Promise<void> => {
    await lines.post(call.key, place.thread, words.back, call);
    await postDetails(record, place, call);
    await refreshHead(record.id, place, call);
  };

  const show = async (
    update: DeskUpdate,
    id: CaseId,
    place: CaseThread,
    call: Call,
  ): Promise<void> => {
    const { thread } = place;
    if (update.type === "entry" || update.type === "revised") {
      const { entry } = update;
      const isHere = entry.origin?.startsWith(originOf(thread, "")) === true;
      if (!isHere)
        return update.type === "entry" ? add(update, thread, call) : revise(update, place, call);
      const emoji = update.type === "entry" ? SENT : CHANGED;
      const isGone = entry.revision === "deleted";
      if (entry.kind === "reply" && !isGone)
        await mark(entry.origin ?? "", { thread, emoji }, call);
      return;
    }
    // A line first: it opens a thread that has gone to sleep.
    if (update.type === "opened") return showBack(update.record, place, call);
    const text = stateText(update, words);
    if (text !== null) await lines.post(call.key, thread, text, call);
    await refreshHead(id, place, call);
  };

  const forget = async (id: CaseId): Promise<void> => {
    for (const name of [placeName(id), openingName(id)]) await memory.delete(name);
  };

  /** One that stands in the desk of an earlier configuration gets a thread in this one. */
  const placeOf = async (id: CaseId): Promise<CaseThread | null> => {
    const known = await memory.get(placeName(id), keptSchema);
    if (known === null || (known.desk ?? channel) === channel) return known;
    await forget(id);
    return null;
  };

  const publish = async (update: BoardUpdate, id: CaseId, call: Call): Promise<void> => {
    const known = await placeOf(id);
    if (update.type === "erased") return known === null ? undefined : sayErased(id, known, call);
    const record = update.type === "opened" ? update.record : null;
    const place = known ?? (await openThread(record ?? (await office.find(id)), call));
    if (record !== null) {
      const openedBy = await memory.get(openingName(id), z.string());
      // The thread that this update itself has opened says it all; its details may be missing after a crash.
      if (openedBy === call.key) return postDetails(record, place, call);
    }
    await show(update, id, place, call);
  };

  /** Files go beside what was said: not before the case has its thread. */
  const threadFor = async (id: CaseId): Promise<string> => {
    const place = await placeOf(id);
    if (place !== null) return place.thread;
    throw new FrontdeskError("delivery_uncertain", `case ${id} has no thread yet`, {
      retryable: true,
    });
  };

  /** Tells apart what waits until somebody has done something about the channel, or about the thread. */
  const orAway = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      if (isFrontdeskError(error, "files_not_permitted")) throw triedAgain(error);
      throw translated(error, channel);
    }
  };

  const publishSomewhere = (update: BoardUpdate, id: CaseId, call: Call): Promise<void> =>
    publish(update, id, call).catch(async (error: unknown) => {
      const wasKnown = (await memory.get(placeName(id), keptSchema)) !== null;
      if (discordErrorCode(error) !== CODES.unknownChannel || !wasKnown) throw error;
      // Somebody deleted the thread: the case gets another one. When the whole channel is gone, that fails as well.
      await forget(id);
      await publish(update, id, call);
    });

  return {
    // Under the bot's own name: Discord shows no other.
    typing(id) {
      memory
        .get(placeName(id), keptSchema)
        .then((place) => (place === null ? undefined : typing.begin(place.thread)))
        .catch((error: unknown) => logger.debug({ err: error }, "typing was not shown"));
    },
    files: {
      put: (file, id, call) =>
        threadFor(id).then((thread) => orAway(uploads.put(file, thread, call))),
      remove: (receipt, id, call) =>
        threadFor(id).then((thread) => orAway(uploads.remove(receipt, thread, call))),
    },
    async caseOf(thread) {
      const id = await memory.get(`desk:thread:${thread}`, z.string().min(1));
      return id === null ? null : caseId(id);
    },
    publish(update, call) {
      const id = update.type === "opened" ? update.record.id : update.caseId;
      return orAway(publishSomewhere(update, id, call));
    },
  };
}
