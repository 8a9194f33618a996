import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { errorMessage } from "../../../src/core/index.ts";
import type { EngineLog } from "../load-llama.ts";
import type { SpilledStates } from "./spilled-states.ts";
import type { StepGate } from "./step-gate.ts";

/** Reading less than this anew is cheaper than a file. */
const WORTH_TOKENS = 64;

/** Whose turn on a sequence begins. */
interface Newcomer {
  readonly conversationKey: string;
  readonly prompt: readonly Token[];
}

/** Makes room for conversations, and brings back those that had to make room. */
export interface Spill {
  /**
   * Before a conversation's prompt is read on a sequence: what another one has there is put away, what this one had put away
   * comes back where that saves reading. Never rejects: an answer does not depend on it.
   */
  exchange(sequence: LlamaContextSequence, newcomer: Newcomer): Promise<void>;
}

/** @param states null: nothing is put away */
export function createSpill(
  states: SpilledStates | null,
  gate: Pick<StepGate, "exclusive">,
  log: EngineLog,
): Spill {
  const owners = new Map<LlamaContextSequence, string>();
  let isWorking = true;

  const putAway = async (
    kept: SpilledStates,
    sequence: LlamaContextSequence,
    owner: string,
  ): Promise<void> => {
    const held = [...sequence.contextTokens];
    await kept.put(owner, held, (path) => gate.exclusive(() => sequence.saveStateToFile(path)));
  };

  const bringBack = async (
    kept: SpilledStates,
    sequence: LlamaContextSequence,
    owner: string,
  ): Promise<void> => {
    await kept.take(owner, (path) =>
      gate.exclusive(async () => {
        await sequence.clearHistory();
        await sequence.loadStateFromFile(path, { acceptRisk: true });
      }),
    );
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
