import { z } from "zod";
import type { OutboundMessage } from "../../src/ports/channel.ts";
import type { GivenAnswers } from "../shared/given-answers.ts";
import type { Remembered } from "../shared/remembered.ts";
import { markOf } from "./custom-ids.ts";
import { type AnswerFile, type EncodedPart, fileOf } from "./encode.ts";
import { parseDiscordMessage } from "./ids.ts";
import { takenName, takenSchema } from "./taking-in.ts";

/** Answers as they were given, by the mark on their buttons: for a thumb, and for whoever wants a long one as a file. */
export interface KeptAnswers {
  /** Keeps what is final; a draft is nobody's answer. */
  remember(message: OutboundMessage, parts: readonly EncodedPart[]): Promise<void>;
  given: GivenAnswers["find"];
  /** The whole of an answer that has several parts; null when it is not kept any more. */
  file(mark: string): Promise<AnswerFile | null>;
}

const WEEK_MS = 7 * 24 * 3_600_000;
const fileSchema = z.object({ name: z.string(), text: z.string() });

export function createKeptAnswers(memory: Remembered, given: GivenAnswers): KeptAnswers {
  const askedIn = async ({ replyTo }: OutboundMessage["address"]): Promise<string | null> => {
    const question = replyTo === null ? null : parseDiscordMessage(replyTo);
    if (question === null) return null;
    return (await memory.get(takenName(question.id), takenSchema))?.text ?? null;
  };
  return {
    async remember({ key, reply, address, isDraft }, parts) {
      if (isDraft === true || reply.decision !== "answer") return;
      const mark = markOf(key);
      await given.remember(mark, reply, await askedIn(address));
      if (parts.length > 1) await memory.set(`whole:${mark}`, fileOf(reply), WEEK_MS);
    },
    given: given.find,
    file: (mark) => memory.get(`whole:${mark}`, fileSchema),
  };
}
