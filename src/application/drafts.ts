import { z } from "zod";
import {
  type CaseEvent,
  type CaseRecord,
  effectKey,
  PLATFORMS,
  type Principal,
  userId,
} from "../core/index.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { Logger } from "../ports/logger.ts";
import type { TaskHandlers } from "../ports/task.ts";

const retrieved = z.looseObject({ passages: z.array(z.unknown()) });
const drafted = z.looseObject({
  text: z.string(),
  citations: z.array(z.looseObject({ n: z.number(), title: z.string(), section: z.string() })),
});

export interface DraftParts {
  /** The dialogue's own: what finds passages and what writes. */
  readonly tasks: TaskHandlers;
  readonly inbox: Pick<Inbox, "tell">;
  readonly now: () => number;
  /** Name under which drafts are noted. */
  readonly botName: string;
  /** What a draft says when the documents do not. */
  readonly nothingFound: (question: string) => string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What the customer asked last. */
function questionOf({ entries, packet }: CaseRecord): string {
  const said = entries.findLast(({ kind, text }) => kind === "customer" && text !== "")?.text;
  const before = packet.transcript.findLast(({ role }) => role === "user")?.text;
  return said ?? packet.question ?? before ?? packet.summary;
}

/** The customer with the rights he had: a draft holds nothing that he may not read. */
function customerOf({ packet }: CaseRecord): Principal {
  const { customerId = "unknown", customerRights, customer } = packet;
  const { role, groups } = customerRights ?? { role: "guest" as const, groups: [] };
  const platform = PLATFORMS.find((one) => one === packet.platform) ?? "console";
  return { platform, userId: userId(customerId), displayName: customer, role, groups };
}

/**
 * Writes what the bot would answer to the customer's last words, as a note in the case. It goes on by itself; a process that
 * is stopped meanwhile leaves no draft, and it has to be asked for again.
 */
export function createDrafts(parts: DraftParts) {
  const { tasks, inbox, signal, logger } = parts;

  const run = async (name: string, input: unknown, record: CaseRecord, key: string) => {
    const instance = { kind: "case", id: record.id };
    const context = { signal, attempt: 1, instance, key: effectKey(key), progress: () => {} };
    return tasks[name]?.(input, context);
  };

  const write = async (record: CaseRecord, key: string): Promise<string> => {
    const { packet } = record;
    const question = questionOf(record);
    const principal = customerOf(record);
    const { passages } = retrieved.parse(
      await run(
        "retrieve",
        {
          ...{ question, language: packet.language, principal, audience: { kind: "private" } },
          ...{ reading: null, optionPrefix: "draft" },
        },
        record,
        key,
      ),
    );
    if (passages.length === 0) return parts.nothingFound(question);
    const { text, citations } = drafted.parse(
      await run(
        "answer",
        {
          ...{ question, language: packet.language, passages, missing: [] },
          ...{ turns: packet.transcript.slice(-6), isRegeneration: false },
          ...{ conversationKey: record.id, userKey: principal.userId },
        },
        record,
        key,
      ),
    );
    if (text.trim() === "") return parts.nothingFound(question);
    const sources = citations.map(({ n, title, section }) => `[${n}] ${section || title}`);
    return [text, ...sources].join("\n");
  };

  return async (record: CaseRecord, key: string): Promise<void> => {
    const work = async (): Promise<void> => {
      const text = await write(record, key);
      const at = parts.now();
      const event: CaseEvent = { type: "agent.noted", agent: parts.botName, text, at };
      await inbox.tell({ kind: "case", id: record.id }, { ...event }, [`draft:${key}`]);
    };
    work().catch((error: unknown) => {
      if (!signal.aborted)
        logger.warn({ err: error, caseId: record.id }, "a draft was not written");
    });
    return Promise.resolve();
  };
}
