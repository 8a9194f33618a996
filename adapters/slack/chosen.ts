import { z } from "zod";
import type { Remembered } from "../shared/remembered.ts";

/**
 * Questions back that were answered by a press. What answers the press belongs to the question that was asked first: who takes
 * that back or mends it means all of it.
 */
export interface Chosen {
  /** A question back stands there, about this question or about another question back. */
  asked(channel: string, ts: string, question: string): Promise<void>;
  /** Somebody chose on it. */
  pressed(at: { readonly channel: string; readonly ts: string }, by: Press): Promise<void>;
  /** What this person chose on questions back about a question. */
  of(channel: string, question: string, user: string): Promise<readonly ChosenAnswer[]>;
}

interface Press {
  readonly user: string;
  /** Id of the message that the press was taken in as. */
  readonly messageId: string;
}

/** A press with the `ts` of the question back that it answered. */
interface ChosenAnswer extends Press {
  readonly ts: string;
}

const DAY_MS = 24 * 3_600_000;
/** Questions back about one question: there are two at most, and each may be pressed in several versions. */
const MAX_PRESSES = 20;
const pressSchema = z.object({ user: z.string(), messageId: z.string(), ts: z.string() });

export function createChosen(memory: Remembered): Chosen {
  const rootName = (channel: string, ts: string): string => `asks-back:${channel}/${ts}`;
  const rootOf = (channel: string, ts: string): Promise<string | null> =>
    memory.get(rootName(channel, ts), z.string());
  return {
    async asked(channel, ts, question) {
      const root = (await rootOf(channel, question)) ?? question;
      await memory.set(rootName(channel, ts), root, DAY_MS);
    },
    async pressed({ channel, ts }, { user, messageId }) {
      const root = await rootOf(channel, ts);
      if (root === null) return;
      const press = { user, messageId, ts };
      await memory.set(`chosen:${channel}/${root}/${messageId}`, press, DAY_MS);
    },
    async of(channel, question, user) {
      const found = await memory.list(`chosen:${channel}/${question}/`, pressSchema, MAX_PRESSES);
      return found.map(({ value }) => value).filter((press) => press.user === user);
    },
  };
}
