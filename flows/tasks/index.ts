import type { AttachmentReader } from "../../src/ports/attachment-reader.ts";
import type { ChatModel } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import type { TaskHandlers } from "../../src/ports/task.ts";
import type { WebSearch } from "../../src/ports/web-search.ts";
import type { AnswerCache } from "../answer/cache.ts";
import { priorityFor, teamFor } from "../case/rules.ts";
import type { AtDesk, CaseToCome } from "../dialogue/handover.ts";
import type { CustomFlow } from "../forms/custom-flow.ts";
import type { DialogueSettings } from "../settings.ts";
import { answer } from "./answer.ts";
import { condense } from "./condense.ts";
import type { SummarizeInput } from "./contracts.ts";
import { followFlow } from "./follow-flow.ts";
import { retrieve, searchWeb } from "./retrieve.ts";
import {
  answerInputSchema,
  condenseInputSchema,
  flowInputSchema,
  retrieveInputSchema,
  searchWebInputSchema,
  summarizeInputSchema,
  understandInputSchema,
  verifyInputSchema,
} from "./schemas.ts";
import { summarize } from "./summarize.ts";
import { understand } from "./understand.ts";
import { verify } from "./verify.ts";

/** What the dialogue's tasks work with. */
export interface DialogueTaskDependencies {
  readonly retriever: Retriever;
  /** Null: answers are quotations of the documents. */
  readonly chatModel: ChatModel | null;
  /** Null or absent: every answer is written anew. */
  readonly cache?: AnswerCache | null;
  /** Null or absent: files that come with messages are not read. */
  readonly attachments?: AttachmentReader | null;
  /** Null: the web is never asked. */
  readonly webSearch: WebSearch | null;
  /** Flows of the team; absent for none. */
  readonly flows?: readonly CustomFlow[];
  /** How many cases have their turn before one that is to come, and who could take it; absent where there is no desk to ask. */
  readonly atDesk?: (asked: CaseToCome) => Promise<AtDesk>;
  readonly settings: DialogueSettings;
  readonly logger: Logger;
}

const UNKNOWN: AtDesk = { ahead: null, online: null };

/** A customer is handed over although nobody can tell him his place. */
async function lookAtDesk(
  { asked, ...input }: SummarizeInput,
  summary: string,
  { atDesk, settings, logger }: DialogueTaskDependencies,
): Promise<AtDesk> {
  if (atDesk === undefined || asked === undefined) return UNKNOWN;
  const said = { role: "user", text: asked.said } as const;
  const told = { question: input.question, summary, transcript: [...input.turns, said] };
  const { before, at } = asked;
  const isBack = before !== null && at - before.resolvedAt <= settings.cases.closeMs;
  try {
    return await atDesk({
      reopens: isBack ? before.id : null,
      team: teamFor(told, settings.cases),
      priority: priorityFor(asked),
    });
  } catch (error) {
    logger.warn({ err: error }, "the queue could not be counted");
    return UNKNOWN;
  }
}

/** The handlers behind the dialogue's invokes. Each parses its input first: it has been through the store. */
export function createDialogueTasks(dependencies: DialogueTaskDependencies): TaskHandlers {
  const logger = dependencies.logger.child({ component: "dialogue" });
  const tools = { flows: [], ...dependencies, logger };
  return {
    understand: async (input, context) =>
      understand(understandInputSchema.parse(input), context, tools),
    flow: async (input, context) => followFlow(flowInputSchema.parse(input), context, tools),
    retrieve: async (input, context) => retrieve(retrieveInputSchema.parse(input), context, tools),
    searchWeb: async (input, context) =>
      searchWeb(searchWebInputSchema.parse(input), context, tools),
    answer: async (input, context) => answer(answerInputSchema.parse(input), context, tools),
    verify: async (input, context) => verify(verifyInputSchema.parse(input), context),
    condense: async (input, context) => condense(condenseInputSchema.parse(input), context, tools),
    summarize: async (given) => {
      const input = summarizeInputSchema.parse(given);
      const found = summarize(input);
      return { ...found, ...(await lookAtDesk(input, found.summary, tools)) };
    },
  };
}
