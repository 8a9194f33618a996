import { FrontdeskError } from "../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest } from "../../src/ports/chat-model.ts";

/** A chat model that says what it is told to, piece by piece, and remembers what it was asked. */
export interface ScriptedModel extends ChatModel {
  readonly requests: readonly ChatRequest[];
}

const DONE: ChatEvent = {
  type: "done",
  stopReason: "end",
  usage: { promptTokens: 1, cachedTokens: 0, outputTokens: 1, thoughtTokens: 0 },
};

/** Refuses prompts of more characters than its context holds, as a local engine and a server do. */
export function aSmallModel(script: string, contextCharacters: number): ScriptedModel {
  const model = aChatModel(script);
  const requests: ChatRequest[] = [];
  return {
    ...model,
    requests,
    async *generate(request, call) {
      requests.push(request);
      const length = request.messages.reduce((sum, { text }) => sum + text.length, 0);
      if (length > contextCharacters) {
        throw new FrontdeskError("prompt_too_long", `${length} of ${contextCharacters}`);
      }
      yield* model.generate(request, call);
    },
  };
}

/** Says each script in turn (the last one again and again); an Error is thrown after half a sentence. */
export function aChatModel(...scripts: readonly (string | Error)[]): ScriptedModel {
  const requests: ChatRequest[] = [];
  return {
    requests,
    status: () => ({ model: "scripted", state: "ready", reason: null }),
    async *generate(request, { signal }) {
      const script = scripts[Math.min(requests.length, scripts.length - 1)];
      requests.push(request);
      yield { type: "thought", text: "secret reasoning" };
      if (script instanceof Error) {
        yield { type: "text", text: "Half of" };
        throw script;
      }
      for (const piece of (script ?? "").match(/[\s\S]{1,3}/gu) ?? []) {
        signal.throwIfAborted();
        yield { type: "text", text: piece };
      }
      yield DONE;
    },
  };
}
