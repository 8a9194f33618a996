import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { errorMessage } from "../../../src/core/index.ts";
import type { EngineLog } from "../load-llama.ts";
import type { PinnedStates } from "./pinned-states.ts";
import type { StepGate } from "./step-gate.ts";

/** Reading less than this anew is cheaper than a file. */
const WORTH_TOKENS = 32;

/** What is to be done about the system prompt of one request. */
export interface SystemPin {
  /** Brings the sequence to the saved state where that saves reading; afterwards it holds that or what it held before. */
  restore(sequence: LlamaContextSequence, kept: number): Promise<void>;
  /** After so many tokens of the prompt the state is to be saved by {@link SystemPin.save}; null: not. */
  readonly saveAt: number | null;
  /** Never rejects: an answer does not depend on it. */
  save(sequence: LlamaContextSequence): Promise<void>;
}

/** Makes the pin of one request. */
export type PinSystem = (tokens: readonly Token[], systemTokens: number) => Promise<SystemPin>;

/**
 * The state after the system prompt is saved when a model reads it for the first time, and loaded whenever a sequence that
 * holds something else gets that prompt again: in the next conversation, after a crash, after a restart.
 * @param states null: nothing is saved or loaded
 */
export function createPinSystem(
  states: PinnedStates | null,
  gate: Pick<StepGate, "exclusive">,
  log: EngineLog,
): PinSystem {
  let canSave = true;
  return async (tokens, systemTokens) => {
    const system = tokens.slice(0, systemTokens);
    const isWorth = states !== null && system.length >= WORTH_TOKENS;
    const named = isWorth ? states.find(system) : null;
    const found = named !== null && (await states?.isIntact(named)) === true ? named : null;

    const load = async (sequence: LlamaContextSequence): Promise<void> => {
      if (states === null || found === null) return;
      try {
        await sequence.loadStateFromFile(found.path, { acceptRisk: true });
        if (sequence.compareContextTokens([...system]).firstDifferentIndex === system.length)
          return;
        throw new TypeError("it holds other tokens than its name says");
      } catch (error) {
        log("warn", `a saved state of the model was dropped: ${errorMessage(error)}`);
        states.drop(found);
        await sequence.clearHistory();
      }
    };

    return {
      restore: async (sequence, kept) => {
        if (found === null || system.length - kept < WORTH_TOKENS) return;
        await gate.exclusive(async () => {
          await sequence.clearHistory();
          await load(sequence);
        });
      },
      saveAt: isWorth && canSave && found === null ? system.length : null,
      save: async (sequence) => {
        try {
          await gate.exclusive(
            async () => await states?.save(system, (path) => sequence.saveStateToFile(path)),
          );
        } catch (error) {
          canSave = false;
          log("warn", `states of the model are not saved any more: ${errorMessage(error)}`);
        }
      },
    };
  };
}
