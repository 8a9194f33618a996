import type { ChatWrapper, LlamaText } from "node-llama-cpp";

/** What a template does at the start of an answer: nothing, opens the thought itself, or leaves that to us. */
type ThoughtOpening = "by-model" | "by-template" | { readonly prefix: LlamaText | string };

/** How a model writes its thoughts. */
export interface ThoughtFormat {
  readonly opening: ThoughtOpening;
  /** The mark that opens a thought. */
  readonly open: string;
  /** What ends a thought in the model's stead, so that the answer follows. */
  readonly close: string;
  /** What says at the start of an answer that there is no thought. */
  readonly none: string;
}

/** For wrappers that know of no thoughts, though the model may have them. */
const KNOWN = [
  ["<think>", "</think>"],
  ["[THINK]", "[/THINK]"],
  ["<seed:think>", "</seed:think>"],
] as const;
const CHANNEL = "<|channel|>";
const FINAL = "<|channel|>final<|message|>";

/**
 * Taken from the wrapper; where that says nothing, what the model has tokens for.
 * @param isToken whether a text is one token of the model
 */
export function thoughtFormat(
  wrapper: Pick<ChatWrapper, "settings">,
  isToken: (text: string) => boolean,
): ThoughtFormat {
  const thought = wrapper.settings.segments?.thought;
  const [usual] = KNOWN;
  const own = KNOWN.find((pair) => pair.every(isToken)) ?? usual;
  const prefix = thought?.prefix ?? own[0];
  const opening = openingOf(thought);
  const isWritten = typeof prefix === "string" || !("type" in prefix);
  const open = isWritten ? String(prefix).trim() : own[0];
  const close = thought?.suffix === undefined ? own[1] : String(thought.suffix).trim();
  if (open.startsWith(CHANNEL)) {
    return { opening, open, close: `${close}<|start|>assistant${FINAL}`, none: FINAL };
  }
  const none = opening === "by-template" ? `\n${close}\n\n` : `${open}\n\n${close}\n\n`;
  return { opening, open, close, none };
}

function openingOf(
  thought: NonNullable<ChatWrapper["settings"]["segments"]>["thought"],
): ThoughtOpening {
  if (thought === undefined) return "by-model";
  if (typeof thought.prefix === "object" && "type" in thought.prefix) return "by-template";
  return thought.openOnResponseStart === true ? { prefix: thought.prefix } : "by-model";
}
