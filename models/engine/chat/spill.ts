import { errorMessage } from "../../../src/core/index.ts";
import type { EngineLog } from "../load-llama.ts";
import type { SpilledStates } from "./spilled-states.ts";
import type { StepGate } from "./step-gate.ts";

/** Reading less than this anew is cheaper than a file. */
const WORTH_TOKENS = 64;

/** What is needed of a sequence of node-llama-cpp. */
export interface SpillSequence {
  readonly contextTokens: readonly number[];
  readonly nextTokenIndex: number;
  readonly needsCheckpoints: boolean;
  compareContextTokens(tokens: number[]): { readonly firstDifferentIndex: number };
  clearHistory(): Promise<void>;
  saveStateToFile(path: string): Promise<unknown>;
  loadStateFromFile(path: string, risk: { readonly acceptRisk: true }): Promise<unknown>;
}

/** Whose turn on a sequence begins. */
interface Newcomer {
  readonly conversationKey: string;
  readonly prompt: readonly number[];
}

/** Makes room for conversations, and brings back those that had to make room. */
export interface Spill {
  /**
   * Before a conversation's prompt is read on a sequence: what another one has there is put away, what this one had put away
   * comes back where that saves reading. Never rejects: an answer does not depend on it.
   */
  exchange(sequence: SpillSequence, newcomer: Newcomer): Promise<void>;
}

/** @param states null: nothing is put away */
export function createSpill(
  states: SpilledStates | null,
  gate: Pick<StepGate, "exclusive">,
  log: EngineLog,
): Spill {
  const owners = new Map<SpillSequence, string>();
  let isWorking = true;

  const putAway = async (
    kept: SpilledStates,
    sequence: SpillSequence,
    owner: string,
  ): Promise<void> => {
    const held = [...sequence.contextTokens];
    await kept.put(owner, held, (path) => gate.exclusive(() => sequence.saveStateToFile(path)));
  };

  const bringBack = async (
    kept: SpilledStates,
    sequence: SpillSequence,
    owner: string,
  ): Promise<void> => {
    try {
      await kept.take(owner, (path) =>
        gate.exclusive(async () => {
          await sequence.clearHistory();
          await sequence.loadStateFromFile(path, { acceptRisk: true });
        }),
      );
    } catch (error) {
      log("warn", `a conversation could not be brought back from disk: ${errorMessage(error)}`);
      await gate.exclusive(() => sequence.clearHistory());
    }
  };

  return {
    exchange: async (sequence, { conversationKey, prompt }) => {
      const owner = owners.get(sequence);
      owners.set(sequence, conversationKey);
      if (states === null || !isWorking || sequence.needsCheckpoints) return;
      try {
        const shared = sequence.compareContextTokens([...prompt]).firstDifferentIndex;
        const loses = sequence.nextTokenIndex - shared;
        if (owner !== undefined && owner !== conversationKey && loses >= WORTH_TOKENS) {
          await putAway(states, sequence, owner);
        }
        const saves = sharedLength(states.tokensOf(conversationKey) ?? [], prompt) - shared;
        if (saves >= WORTH_TOKENS) await bringBack(states, sequence, conversationKey);
      } catch (error) {
        isWorking = false;
        states.close();
        log("warn", `idle conversations are not put on disk any more: ${errorMessage(error)}`);
        await gate.exclusive(() => sequence.clearHistory());
      }
    },
  };
}

function sharedLength(one: readonly number[], other: readonly number[]): number {
  const differs = one.findIndex((token, index) => token !== other[index]);
  return differs === -1 ? one.length : differs;
}
