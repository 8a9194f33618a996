import { z } from "zod";
import { type CaseRecord, caseId, PLATFORMS, type Principal, userId } from "../core/index.ts";
import type { DeskView } from "../ports/desk.ts";
import type { TaskContext, TaskHandler, TaskHandlers } from "../ports/task.ts";

const retrieved = z.looseObject({ passages: z.array(z.unknown()) });
const drafted = z.looseObject({
  text: z.string(),
  citations: z.array(z.looseObject({ n: z.number(), title: z.string(), section: z.string() })),
});

export interface DraftParts {
  /** The dialogue's own: what finds passages and what writes. */
  readonly tasks: TaskHandlers;
  readonly view: Pick<DeskView, "get">;
  /** What a draft says when the documents do not: without the customer's words, which he may take back. */
  readonly nothingFound: string;
}

const inputSchema = z.object({ caseId: z.string().transform(caseId) });

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

/** The task `draft`: what the bot would answer to the customer's last words; null for a case that is gone. */
export function createDraftTask({ tasks, view, nothingFound }: DraftParts): TaskHandler {
  const write = async (record: CaseRecord, context: TaskContext): Promise<string> => {
    const { packet } = record;
    const question = questionOf(record);
    const principal = customerOf(record);
    const unseen = { ...context, progress: () => {} };
    const { passages } = retrieved.parse(
      await tasks["retrieve"]?.(
        {
          ...{ question, language: packet.language, principal, audience: { kind: "private" } },
          ...{ reading: null, optionPrefix: "draft" },
        },
        unseen,
      ),
    );
    if (passages.length === 0) return nothingFound;
    const { text, citations } = drafted.parse(
      await tasks["answer"]?.(
        {
          ...{ question, language: packet.language, passages, missing: [] },
          ...{ turns: packet.transcript.slice(-6), isRegeneration: false },
          ...{ conversationKey: record.id, userKey: principal.userId },
        },
        unseen,
      ),
    );
    if (text.trim() === "") return nothingFound;
    const sources = citations.map(({ n, title, section }) => `[${n}] ${section || title}`);
    return [text, ...sources].join("\n");
  };

  return async (input, context) => {
    const record = await view.get(inputSchema.parse(input).caseId);
    return { text: record === null ? null : await write(record, context) };
  };
}
