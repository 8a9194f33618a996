import { z } from "zod";
import {
  type CaseId,
  type CaseRecord,
  caseId,
  conversationId,
  FrontdeskError,
} from "../../src/core/index.ts";
import type { BoardUpdate, DeskBoard, DeskOffice, DeskUpdate } from "../../src/ports/desk.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import { deskAway } from "../shared/desk-away.ts";
import { calledOn, type DeskCallees } from "../shared/desk-calls.ts";
import {
  caseDetails,
  detailsKey,
  entryText,
  erasedHead,
  lineKey,
  revisionNotice,
  stateText,
} from "../shared/desk-packet.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { callContent, headContent, lineContent } from "./desk-blocks.ts";
import { adviceFor, isForAdmin, slackErrorName } from "./errors.ts";
import { partMetadata, postedParts } from "./posted.ts";

const anything = z.object({});
/** Where a case stands; those from before the channel was kept are in the one of the configuration. */
const placeSchema = z.union([
  z.string().transform((ts) => ({ ts, channel: null })),
  z.object({ ts: z.string(), channel: z.string() }),
]);

/** A channel that shows cases, a thread for each. */
export interface SlackBoard extends DeskBoard {
  /** The case to which a thread of the channel belongs; null when it is none. */
  caseOf(thread: string): Promise<CaseId | null>;
}

type Call = Parameters<DeskBoard["publish"]>[1];

/** Where an agent's words stand that were written in this channel. */
export function originOf(channel: string, ts: string): string {
  return `slack:${channel}/${ts}`;
}

/** Shows cases in one channel. A post carries its key as metadata, so that it is found again after a crash. */
export function createSlackBoard(
  parts: Pick<AdapterParts, "api" | "memory" | "logger" | "typing" | "uploads">,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly office: DeskOffice;
    readonly callees: DeskCallees;
  },
): SlackBoard {
  const { api, memory, logger, typing, uploads } = parts;
  const { channel, words, office, callees } = options;
  const address = (threadId: string | null) => ({
    platform: "slack" as const,
    conversationId: conversationId(`slack-desk:${channel}`),
    channelId: channel,
    threadId,
    replyTo: null,
    ephemeral: false,
  });

  /** Posts once per key: what may stand there already is looked for first. */
  const postOnce = async (
    key: string,
    thread: string | null,
    content: object,
    call: Call,
  ): Promise<string> => {
    if (call.isRetry === true) {
      const found = (await postedParts(api, address(thread), call)).find(({ k }) => k === key);
      if (found !== undefined) return found.ts;
    }
    const place = thread === null ? {} : { thread_ts: thread };
    const metadata = partMetadata({ k: key, p: 0, n: 1, q: null });
    return api.post(key, { channel, ...content, ...place, metadata }, call);
  };

  const remember = async (id: CaseId, ts: string): Promise<void> => {
    await memory.set(`desk:case:${id}`, { ts, channel }, CASE_MS);
    await memory.set(`desk:thread:${ts}`, id, CASE_MS);
  };

  const knownThread = async (id: CaseId): Promise<string | null> => {
    const known = await memory.get(`desk:case:${id}`, placeSchema);
    // One that stands in the channel of an earlier configuration gets a thread in this one.
    return known !== null && (known.channel ?? channel) === channel ? known.ts : null;
  };

  /** A thread that stands there although nothing is known of it: a try that may have arrived, or a memory that was lost. */
  const findThread = async (
    { id, openedAt }: Pick<CaseRecord, "id" | "openedAt">,
    call: Pick<Call, "signal">,
  ): Promise<string | null> => {
    const posted = await postedParts(api, address(null), { signal: call.signal, since: openedAt });
    const found = posted.find(({ k }) => k === `desk:${id}`);
    if (found === undefined) return null;
    await remember(id, found.ts);
    return found.ts;
  };

  const postDetails = (record: CaseRecord, thread: string, call: Call): Promise<string> =>
    postOnce(detailsKey(record.id, 0), thread, lineContent(caseDetails(record, words)), call);

  const openThread = async (record: CaseRecord, { key, signal }: Call): Promise<string> => {
    const call = { key, signal };
    const ts = await postOnce(`desk:${record.id}`, null, headContent(record, words), call);
    await remember(record.id, ts);
    await postDetails(record, ts, call);
    return ts;
  };

  const update = async (ts: string, content: object, call: Call): Promise<void> => {
    await api
      .call("chat.update", { channel, ts, ...content }, anything, call)
      .catch((error: unknown) => {
        // Somebody took the message away: the thread goes on without it.
        if (slackErrorName(error) !== "message_not_found") throw error;
        logger.info({ ts }, "a message is gone from the desk");
      });
  };

  const refreshHead = async (id: CaseId, ts: string, call: Call): Promise<void> =>
    update(ts, headContent(await office.find(id), words), call);

  /** What the head says of the customer goes, and the buttons with it. */
  const sayErased = async (id: CaseId, ts: string, call: Call): Promise<void> => {
    await postOnce(call.key, ts, lineContent(`_${words.erased}_`), call);
    await update(ts, lineContent(erasedHead(id, words)), call);
  };

  /** An agent's own words stand there already: those that went out get a mark. */
  const mark = async (origin: string, name: string, call: Call): Promise<void> => {
    const timestamp = origin.slice(originOf(channel, "").length);
    const mark = { channel, timestamp, name };
    await api.call("reactions.add", mark, anything, call).catch((error: unknown) => {
      logger.debug({ err: error }, "a reply could not be marked");
    });
  };

  const isHere = (origin: string | undefined): origin is string =>
    origin?.startsWith(originOf(channel, "")) === true;

  const showEntry = async (
    { entry, caseId: id }: Extract<DeskUpdate, { type: "entry" }>,
    ts: string,
    call: Call,
  ): Promise<void> => {
    const { origin } = entry;
    if (isHere(origin)) {
      if (entry.kind === "reply") await mark(origin, "white_check_mark", call);
      return;
    }
    const key = lineKey(id, entry, call.key);
    const text = entryText(entry, words);
    if (entry.calls === undefined) {
      await postOnce(key, ts, lineContent(text), call);
      return;
    }
    const { ids, isHolder } = calledOn("slack", entry.calls, callees);
    // What nobody has is shown in the channel as well: in a thread only those who follow it see it.
    const inChannel = isHolder ? {} : { reply_broadcast: true };
    await postOnce(key, ts, { ...callContent(ids, text), ...inChannel }, call);
  };

  /** What stands in a thread under its keys becomes something else; false for what does not stand there. */
  const changing = async (thread: string, call: Call) => {
    const posted = await postedParts(api, address(thread), call);
    return async (key: string, content: object): Promise<boolean> => {
      const there = posted.find(({ k }) => k === key);
      if (there === undefined) return false;
      const metadata = partMetadata({ k: key, p: 0, n: 1, q: null });
      await update(there.ts, { ...content, metadata }, call);
      return true;
    };
  };

  /** A line that stands here becomes another one; words of an agent in this channel do so by themselves. */
  const showRevision = async (
    revised: Extract<DeskUpdate, { type: "revised" }>,
    thread: string,
    call: Call,
  ): Promise<void> => {
    const { entry, caseId: id, packet } = revised;
    const { origin, kind, revision } = entry;
    if (isHere(origin)) {
      if (kind === "reply" && revision === "edited") await mark(origin, "pencil2", call);
      return;
    }
    const change = await changing(thread, call);
    if (packet !== undefined) {
      const { facts } = await office.find(id);
      const details = lineContent(caseDetails({ packet }, words));
      for (let at = 0; at <= facts.reopened; at += 1) await change(detailsKey(id, at), details);
      await refreshHead(id, thread, call);
    }
    const key = lineKey(id, entry, call.key);
    const content = lineContent(entryText(entry, words));
    const isThere = (await change(key, content)) || packet !== undefined;
    if (!isThere) {
      if (revision === "edited") await postOnce(key, thread, content, call);
      return;
    }
    const notice = revisionNotice(revised, words);
    if (notice !== null) await postOnce(call.key, thread, lineContent(notice), call);
  };

  /** The customer is back: what he says now, and what was said since. */
  const showBack = async (record: CaseRecord, thread: string, call: Call): Promise<void> => {
    const { id, facts } = record;
    await postOnce(call.key, thread, lineContent(words.back), call);
    const details = lineContent(caseDetails(record, words));
    await postOnce(detailsKey(id, facts.reopened), thread, details, call);
    await refreshHead(id, thread, call);
  };

  /** Files go beside what was said: not before the case has its thread. */
  const threadFor = async (id: CaseId) => {
    const ts = await knownThread(id);
    if (ts !== null) return address(ts);
    throw new FrontdeskError("delivery_uncertain", `case ${id} has no thread yet`, {
      retryable: true,
    });
  };

  const publishOpened = async (record: CaseRecord, call: Call): Promise<void> => {
    const isBack = record.facts.reopened > 0;
    const isAmbiguous = isBack || call.isRetry === true;
    // One that was only just opened, and that nobody has tried to show, stands nowhere yet.
    const there =
      (await knownThread(record.id)) ?? (isAmbiguous ? await findThread(record, call) : null);
    if (there === null) await openThread(record, call);
    else if (isBack) await showBack(record, there, call);
    // They may be missing after a crash.
    else await postDetails(record, there, { ...call, isRetry: true });
  };

  const threadAgain = async (id: CaseId, call: Call): Promise<string> => {
    const record = await office.find(id);
    return (await findThread(record, call)) ?? (await openThread(record, call));
  };

  const publish = async (change: BoardUpdate, call: Call): Promise<void> => {
    if (change.type === "opened") return publishOpened(change.record, call);
    const { caseId: id } = change;
    const known = await knownThread(id);
    if (change.type === "erased") return known === null ? undefined : sayErased(id, known, call);
    const ts = known ?? (await threadAgain(id, call));
    if (change.type === "entry") return showEntry(change, ts, call);
    if (change.type === "revised") return showRevision(change, ts, call);
    await refreshHead(id, ts, call);
    const text = stateText(change, words);
    if (text !== null) await postOnce(call.key, ts, lineContent(text), call);
  };

  /**
   * Tells apart what waits until somebody has done something about the channel. A scope that is missing for files keeps nothing
   * else from it: such a file is named instead.
   */
  const orAway = async <Value>(work: Promise<Value>, isOfFile = false): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      const reason = slackErrorName(error);
      if (reason === null || !isForAdmin(reason)) throw error;
      if (isOfFile && reason === "missing_scope") throw error;
      throw deskAway(`Slack channel ${channel}`, `${reason}. ${adviceFor(reason)}`, error);
    }
  };

  return {
    typing(id, name) {
      memory
        .get(`desk:case:${id}`, placeSchema)
        .then((place) => place && typing.show(address(place.ts), words.types(name)))
        .catch((error: unknown) => logger.debug({ err: error }, "typing was not shown"));
    },
    files: {
      put: (file, id, call) =>
        orAway(
          threadFor(id).then((thread) => uploads.put(file, thread, call)),
          true,
        ),
      remove: (receipt, id, call) =>
        orAway(
          threadFor(id).then((thread) => uploads.remove(receipt, thread, call)),
          true,
        ),
    },
    async caseOf(thread) {
      const id = await memory.get(`desk:thread:${thread}`, z.string().min(1));
      return id === null ? null : caseId(id);
    },
    publish: (update, call) => orAway(publish(update, call)),
  };
}
