import { randomUUID } from "node:crypto";
import {
  type ConversationId,
  detectLanguage,
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
import { type PeopleSettings, principalOf } from "./principals.ts";

/** Longest message that is taken in, in characters; the note in the chat names it too. */
const MAX_MESSAGE_CHARACTERS = 16_000;

export interface ConversingParts {
  readonly inbox: Inbox;
  readonly log: MessageLog;
  readonly clock: Clock;
  readonly people: PeopleSettings;
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

async function send(parts: ConversingParts, request: SendRequest): ReturnType<Application["send"]> {
  const { inbox, log, clock, people } = parts;
  const { conversationId, speaker } = request;
  const text = checkText(request.text);
  const principal: Principal = principalOf(speaker, people);
  const at = clock.now();
  const instance = dialogueOf(conversationId);
  if (request.history.length > 0) {
    const turns = request.history.map((line) => turnOf(line, principal.displayName, at));
    await inbox.tell(instance, { type: "conversation.seeded", turns, at }, [
      `seed:${conversationId}`,
    ]);
  }
  const logged = await log.add({
    key: effectKey(`in:${randomUUID()}`),
    conversationId,
    author: "user",
    name: principal.displayName,
    reply: null,
    text,
    replyTo: null,
    at,
  });
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
  try {
    await inbox.receive(message, [`${speaker.platform}:${logged.id}`], {
      gatherMs: request.gatherMs,
    });
  } catch (error) {
    await log.remove(logged.id); // it was never taken in, so it must not look as if it was
    throw error;
  }
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
