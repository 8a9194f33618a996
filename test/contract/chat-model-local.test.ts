import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalChatModel, type LocalChatModel, modelFileAt } from "../../models/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";
import {
  ANSWER,
  type ChatModelHarness,
  describeChatModel,
  REFRAIN,
  THOUGHT,
} from "./chat-model-suite.ts";

/** The real engine in child processes, with generated models that say exactly their script. */
async function startLocal(): Promise<ChatModelHarness> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-chat-"));
  const local = (path: string): LocalChatModel =>
    createLocalChatModel({
      model: modelFileAt(path),
      logger: silentLogger,
      sequences: 1,
      contextSize: 2_048,
      threads: 1,
      gpu: "off",
      limits: { restartMinMs: 50, startPatienceMs: 110_000 },
    });
  const script = `<think> ${THOUGHT} </think> ${ANSWER}`;
  const talker = local(makeScriptedModel(folder, { script }));
  const endless = local(makeScriptedModel(folder, { script: ` ${REFRAIN}`, isEndless: true }));
  const unreachable = local(join(folder, "missing.gguf"));
  const signal = new AbortController().signal;
  await Promise.all([talker.ready({ signal }), endless.ready({ signal })]);
  return {
    talker: () => talker,
    endless: () => endless,
    unreachable: () => unreachable,
    strict: () => talker,
    dying: () => ({
      model: endless,
      kill: () => {
        const pid = endless.pid();
        if (pid !== null) process.kill(pid, "SIGKILL");
      },
    }),
    close: async () => {
      await Promise.all([talker.close(), endless.close(), unreachable.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

describeChatModel("llama.cpp in a child process", startLocal);
