import {
  createDialogueTasks,
  DEFAULT_DIALOGUE_SETTINGS,
  type DialogueSettings,
  type DialogueTaskDependencies,
  dialogueKind,
} from "../../flows/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { type Harness, startHarness } from "./flows-harness.ts";
import { aRetriever } from "./flows-knowledge.ts";

/** Settings that answer at once and judge by words. */
export const QUICK_SETTINGS: DialogueSettings = {
  ...DEFAULT_DIALOGUE_SETTINGS,
  gatherMs: 0,
  calibration: "lexical",
};

/** A dialogue with the real tasks over a small handbook. */
export function startDialogue(
  parts: Partial<DialogueTaskDependencies> & { readonly settings?: DialogueSettings } = {},
): Harness {
  const settings = parts.settings ?? QUICK_SETTINGS;
  const tasks = createDialogueTasks({
    retriever: aRetriever(),
    chatModel: null,
    webSearch: null,
    logger: silentLogger,
    ...parts,
    settings,
  });
  return startHarness(dialogueKind(settings), tasks);
}
