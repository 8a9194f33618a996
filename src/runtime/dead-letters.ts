import { z } from "zod";
import type { DeadLetter } from "../ports/application.ts";
import type { ConversationDirectory } from "../ports/conversation-directory.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import { parseLeniently } from "./json.ts";
import { keyOf } from "./keys.ts";
import {
  type OutboxEntry,
  type Persisted,
  persistedSchema,
  type StoredLetter,
} from "./snapshot.ts";

/** Looking after effects that could not be delivered. */
export interface DeadLetterOffice {
  /** Of the instances that were touched last first; in each the oldest first. */
  list(query: { readonly limit: number }): Promise<readonly DeadLetter[]>;
  /** All of them, as told by the last commits. */
  count(): Promise<number>;
  /**
   * Sends it once more, or forgets it. The act goes through the mailbox of its instance and is done by whoever holds that.
   * False when there is no such letter.
   */
  resolve(letter: Pick<DeadLetter, "instance" | "key">, act: "retry" | "drop"): Promise<boolean>;
}

/** So many instances are asked for at once. */
const PAGE = 500;

const ACT = "runtime.letter.resolved";
const actSchema = z.object({
  type: z.literal(ACT),
  token: z.string(),
  act: z.enum(["retry", "drop"]),
});

/** Letters lie in the snapshots; the store knows which instances have any. */
export function createDeadLetterOffice(
  store: ConversationStore & ConversationDirectory,
): DeadLetterOffice {
  const lettersOf = async (instance: DeadLetter["instance"]): Promise<LettersOf> => {
    const text = await store.read(instance);
    const found = lettersSchema.safeParse(text === null ? null : parseLeniently(text));
    return found.success ? found.data : { birth: 0, deadLetters: [] };
  };

  const lettersIn = async (instance: DeadLetter["instance"]): Promise<readonly DeadLetter[]> => {
    const state = await lettersOf(instance);
    return state.deadLetters.map(({ token, type, code, reason, at }) => {
      const key = keyOf(instance, state, token);
      return { instance, key, type, reason: `${code}: ${reason}`, at };
    });
  };

  return {
    list: async ({ limit }) => {
      // By their keys, since one that is touched meanwhile can stand on two pages.
      const found = new Map<string, DeadLetter>();
      for (let skip = 0; found.size < limit; skip += PAGE) {
        const page = await store.deadLettered({ limit: PAGE, skip });
        if (page.length === 0) break;
        for (const { instance } of page) {
          for (const letter of await lettersIn(instance)) found.set(letter.key, letter);
        }
      }
      return [...found.values()].slice(0, limit);
    },
    count: async () => (await store.counts()).deadLetters,
    resolve: async ({ instance, key }, act) => {
      const state = await lettersOf(instance);
      const letter = state.deadLetters.find(({ token }) => keyOf(instance, state, token) === key);
      if (letter === undefined) return false;
      const event = { type: ACT, token: letter.token, act };
      await store.append({ instance, event, dedupeKeys: [] });
      return true;
    },
  };
}

const lettersSchema = persistedSchema.pick({ birth: true, deadLetters: true });
type LettersOf = Pick<Persisted, "birth" | "deadLetters">;

/** Whether an event is an operator's act on a letter. */
export function isLetterAct(event: unknown): boolean {
  return actSchema.safeParse(event).success;
}

/** The state after an operator's act on a letter; null when the event is none. */
export function actOnLetters(state: Persisted, event: unknown): Persisted | null {
  const act = actSchema.safeParse(event);
  if (!act.success) return null;
  const letter = state.deadLetters.find(({ token }) => token === act.data.token);
  if (letter === undefined) return state;
  const deadLetters = state.deadLetters.filter(({ token }) => token !== letter.token);
  if (act.data.act === "drop") return { ...state, deadLetters };
  return { ...state, deadLetters, outbox: [...state.outbox, revived(letter)] };
}

/** One that may have arrived after all is looked for before it is sent again. */
function revived(letter: StoredLetter): OutboxEntry {
  const { token, type, params, code, at, mayStand } = letter;
  const entry = { token, type, params, attempts: 0, notBefore: null };
  const isUncertain = mayStand === true || code === "delivery_uncertain";
  if (!isUncertain) return { ...entry, attemptedAt: null };
  return { ...entry, attemptedAt: at, mayStand: true };
}

/** So many letters of one instance are kept, since they lie in its snapshot. */
const MOST_LETTERS = 50;

/** Adds a letter; the oldest make room for it and are gone. */
export function withLetter(
  letters: readonly StoredLetter[],
  letter: StoredLetter,
): { readonly kept: readonly StoredLetter[]; readonly dropped: readonly StoredLetter[] } {
  const all = [...letters, letter];
  return { kept: all.slice(-MOST_LETTERS), dropped: all.slice(0, -MOST_LETTERS) };
}
