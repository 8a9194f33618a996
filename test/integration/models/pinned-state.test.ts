import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { EngineRole } from "../../../models/engine/engine-host.ts";
import { loadRole } from "../../../models/engine/load-role.ts";
import type { EngineResult, GenerateRequest } from "../../../models/engine/protocol.ts";
import { answerAfter } from "../../../src/ports/chat-model.ts";
import { makeRandomModel } from "../../support/scripted-gguf.ts";
import { modelFolder } from "./local-chat.ts";

const folder = modelFolder();
const stateFolder = join(folder, "states");
const RULES =
  "You answer questions about the office, from the passages and in one sentence. ".repeat(3);

/** The same model once more, as after a restart. */
function load(changes: {
  readonly stateFolder: string | null;
  readonly contextSize?: number;
}): Promise<EngineRole> {
  return loadRole(
    {
      role: "chat",
      modelPath: makeRandomModel(folder),
      sha256: null,
      contextSize: 1_024,
      threads: 1,
      gpu: "off",
      sequences: 1,
      wrapper: null,
      adapterPath: null,
      spill: null,
      ...changes,
    },
    () => {},
  );
}

function work(system: string, text: string): GenerateRequest {
  return {
    kind: "generate",
    messages: [
      { role: "system", text: system },
      { role: "user", text },
    ],
    conversationKey: text,
    maxTokens: 24,
    maxThoughtTokens: 0,
    temperature: 0,
    timeLimitMs: null,
    jsonSchema: null,
  };
}

interface Said {
  readonly text: string;
  readonly usage: Extract<EngineResult, { kind: "generated" }>["usage"];
}

async function ask(role: EngineRole, system: string, text: string): Promise<Said> {
  let said = "";
  const result = await role.handle(work(system, text), {
    signal: new AbortController().signal,
    onStarted: () => {},
    onEvents: (events) => {
      for (const event of events) said = answerAfter(said, event);
    },
  });
  if (result.kind !== "generated") throw new Error("it is a chat model");
  return { text: said, usage: result.usage };
}

const files = (): readonly string[] => readdirSync(stateFolder);
const onlyFile = (): string => join(stateFolder, files()[0] ?? "");

describe("state after a system prompt", () => {
  let cold: Said;
  beforeAll(async () => {
    cold = await ask(await load({ stateFolder: null }), RULES, "When is it open?");
  });

  it("is saved once, for its owner alone, and changes no answer", async () => {
    const role = await load({ stateFolder });

    const first = await ask(role, RULES, "When is it open?");
    await ask(role, RULES, "And on Sunday?");

    expect(first.text).toBe(cold.text);
    expect(first.usage.cachedTokens).toBe(0);
    expect(files()).toHaveLength(1);
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(stateFolder).mode & 0o777).toBe(0o700);
  });

  it("is there after a restart: the same answer, with the system prompt among what was not read again", async () => {
    const role = await load({ stateFolder });

    const said = await ask(role, RULES, "When is it open?");

    expect(said.text).toBe(cold.text);
    expect(said.usage.cachedTokens).toBeGreaterThanOrEqual(RULES.length);
    expect(said.usage.promptTokens).toBe(cold.usage.promptTokens);
  });

  it("comes back on a sequence that held another conversation", async () => {
    const role = await load({ stateFolder });
    await ask(role, "Summarise.", "Something else altogether, on the only sequence.");

    const said = await ask(role, RULES, "When is it open?");

    expect(said.text).toBe(cold.text);
    expect(said.usage.cachedTokens).toBeGreaterThanOrEqual(RULES.length);
  });

  it("is not used by a model that is loaded in another way", async () => {
    const role = await load({ stateFolder, contextSize: 2_048 });

    const said = await ask(role, RULES, "When is it open?");

    expect(said.text).toBe(cold.text);
    expect(said.usage.cachedTokens).toBe(0);
    expect(files()).toHaveLength(2);
  });

  it.each([
    ["changed", (bytes: Buffer) => bytes.fill(7, bytes.length / 2)],
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 3)],
  ])("is dropped when the file was %s, and made anew", async (_how, spoil) => {
    for (const name of files()) {
      const path = join(stateFolder, name);
      writeFileSync(path, spoil(readFileSync(path)));
    }
    const role = await load({ stateFolder });

    const spoiled = await ask(role, RULES, "When is it open?");
    await ask(role, "Summarise.", "Something else altogether, on the only sequence.");
    const anew = await ask(role, RULES, "When is it open?");

    expect(spoiled.text).toBe(cold.text);
    expect(spoiled.usage.cachedTokens).toBe(0);
    expect(anew.text).toBe(cold.text);
    expect(anew.usage.cachedTokens).toBeGreaterThanOrEqual(RULES.length);
  });

  it("is done without where the folder cannot be made", async () => {
    const blocked = join(folder, "a-file");
    writeFileSync(blocked, "");
    const role = await load({ stateFolder: blocked });

    expect((await ask(role, RULES, "When is it open?")).text).toBe(cold.text);
  });
});
