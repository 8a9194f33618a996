import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import {
  createLocalChatModel,
  type LocalChatModel,
  type LocalChatModelOptions,
  modelFileAt,
} from "../../../models/index.ts";
import {
  answerAfter,
  type ChatEvent,
  type ChatModel,
  type ChatRequest,
} from "../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

/** A folder for generated models that is gone after the tests of a file. */
export function modelFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-models-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A chat model in a real child process: started before and ended after the tests around it, or ended after the one test
 * that makes it.
 */
export function localChat(
  path: string,
  changes: Partial<LocalChatModelOptions> = {},
  when: "started" | "not-started" = "started",
): LocalChatModel {
  const model = createLocalChatModel({
    model: modelFileAt(path),
    logger: silentLogger,
    sequences: 1,
    contextSize: 2_048,
    threads: 1,
    gpu: "off",
    ...changes,
    limits: { restartMinMs: 20, startPatienceMs: 110_000, ...changes.limits },
  });
  if (when === "started") {
    beforeAll(() => model.ready({ signal: new AbortController().signal }));
    afterAll(() => model.close());
  } else {
    onTestFinished(() => model.close());
  }
  return model;
}

export function request(text: string, changes: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [{ role: "user", text }],
    conversationKey: "talk",
    userKey: "ann",
    priority: "interactive",
    maxTokens: 200,
    maxThoughtTokens: null,
    temperature: 0,
    jsonSchema: null,
    ...changes,
  };
}

/** What a model said in answer to one request. */
export interface Said {
  readonly text: string;
  readonly thought: string;
  readonly done: Extract<ChatEvent, { type: "done" }>;
  readonly places: readonly number[];
  /** What was said about the wait, with each place. */
  readonly etas: readonly (number | null)[];
}

/** Reads an answer to its end. */
export async function ask(
  model: ChatModel,
  about: ChatRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Said> {
  let text = "";
  let thought = "";
  const places: number[] = [];
  const etas: (number | null)[] = [];
  for await (const event of model.generate(about, { signal })) {
    text = answerAfter(text, event);
    if (event.type === "thought") thought += event.text;
    else if (event.type === "queued") {
      places.push(event.place);
      etas.push(event.etaMs);
    } else if (event.type === "done") return { text, thought, done: event, places, etas };
  }
  throw new Error("the answer ended without done");
}
