import { randomUUID } from "node:crypto";
import {
  type ConversationId,
  detectLanguage,
  type EffectKey,
  effectKey,
  FrontdeskError,
  type InboundMessage,
  type InstanceAddress,
  type Principal,
  type Turn,
} from "../core/index.ts";
import type { Application, HistoryLine, SendRequest } from "../ports/application.ts";
import type { Clock } from "../ports/clock.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { MessageLog } from "../ports/message-log.ts";
import { persistently } from "./persistently.ts";
import { type PeopleSettings, principalOf } from "./principals.ts";

/** Longest message that is taken in, in characters; the note in the chat names it too. */
const MAX_MESSAGE_CHARACTERS = 16_000;

export interface ConversingParts {
  readonly inbox: Inbox;
  readonly log: MessageLog;
  readonly clock: Clock;
  readonly people: PeopleSettings;
  /** Pauses between the tries of a call to a store that was lost in the middle. Default 50, 250 and 1,000. */
  readonly retryPausesMs?: readonly number[];
}

function dialogueOf(id: ConversationId): InstanceAddress {
  return { kind: "dialogue", id };
}

function turnOf(line: HistoryLine, name: string, at: number): Turn {
  return {
    role: line.role,
    text: line.text,
    at,
    language: detectLanguage(line.text),
    decision: line.role === "bot" ? "answer" : null,
    name: line.role === "bot" ? "Frontdesk" : name,
  };
}

function checkText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") {
    throw new FrontdeskError("message_empty", "The message is empty; write what you want to know.");
  }
  if (trimmed.length > MAX_MESSAGE_CHARACTERS) {
    throw new FrontdeskError(
      "message_too_long",
      `The message has ${trimmed.length} characters; at most ${MAX_MESSAGE_CHARACTERS} are taken. Shorten it, or add long texts with \`frontdesk ingest\`.`,
    );
  }
  return trimmed;
}

/** A message that was never taken in must not look as if it was. Whether that succeeds, the error is the one given. */
async function takeBack(parts: ConversingParts, key: EffectKey, error: unknown): Promise<never> {
  const { log, retryPausesMs } = parts;
  const remove = async (): Promise<void> => {
    const left = await log.find(key);
    if (left !== null) await log.remove(left.id);
  };
  await persistently(remove, retryPausesMs).catch(() => {});
  throw error;
}

async function send(parts: ConversingParts, request: SendRequest): ReturnType<Application["send"]> {
  const { inbox, log, clock, people, retryPausesMs: pausesMs } = parts;
  const { conversationId, speaker } = request;
  const text = checkText(request.text);
  const principal: Principal = principalOf(speaker, people);
  const at = clock.now();
  const instance = dialogueOf(conversationId);
  if (request.history.length > 0) {
    const turns = request.history.map((line) => turnOf(line, principal.displayName, at));
    const seed = { type: "conversation.seeded", turns, at };
    await persistently(() => inbox.tell(instance, seed, [`seed:${conversationId}`]), pausesMs);
  }
  const key = effectKey(`in:${randomUUID()}`);
  const name = principal.displayName;
  const said = {
    key,
    conversationId,
    author: "user",
    name,
    reply: null,
    text,
    replyTo: null,
    at,
  } as const;
  const logged = await persistently(() => log.add(said), pausesMs).catch((error: unknown) =>
    takeBack(parts, key, error),
  );
  const message: InboundMessage = {
    id: logged.id,
    address: {
      platform: speaker.platform,
      conversationId,
      channelId: conversationId,
      threadId: null,
      replyTo: logged.id,
      ephemeral: false,
    },
    principal,
    audience: { kind: "private" },
    text,
    attachments: [],
    isAddressed: true,
    receivedAt: at,
  };
  const dedupeKeys = [`${speaker.platform}:${logged.id}`];
  const how = { gatherMs: request.gatherMs };
  await persistently(() => inbox.receive(message, dedupeKeys, how), pausesMs).catch(
    (error: unknown) => takeBack(parts, key, error),
  );
  return logged;
}

/** The part of the application that talks. */
export function createConversing(
  parts: ConversingParts,
): Pick<Application, "send" | "stop" | "reset" | "watch" | "transcript"> {
  const { inbox, log, clock } = parts;
  const tell = async (id: ConversationId, type: string): Promise<void> => {
    await inbox.tell(dialogueOf(id), { type, at: clock.now() }, [`${type}:${randomUUID()}`]);
  };
  return {
    send: (request, { signal }) => {
      signal.throwIfAborted();
      return send(parts, request);
    },
    stop: (id) => tell(id, "stop.requested"),
    async reset(id) {
      // First, so that what the dialogue says of it stands in sight.
      await log.hideEarlier(id);
      await tell(id, "conversation.reset");
    },
    watch(id, listener, { signal }) {
      const stop = log.watch(id, listener);
      signal.addEventListener("abort", stop, { once: true });
      return Promise.resolve();
    },
    transcript: (query) => log.read(query),
  };
}
