import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { SlackApi } from "../../../adapters/slack/client.ts";
import { createStatusLine } from "../../../adapters/slack/status-line.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { threadAddress } from "../../support/slack/scripted-bot.ts";

describe("the status line of a turn of which nothing more is heard", () => {
  it("is shown anew for some minutes and taken away then", async () => {
    const shown: unknown[] = [];
    const api: SlackApi = {
      post: () => Promise.reject(new Error("a status posts nothing")),
      call: (_method, args, answer) => {
        shown.push(args["status"]);
        return Promise.resolve(answer.parse({}));
      },
    };
    const { signal } = new AbortController();
    const languageOf = () => Promise.resolve("en" as const);
    const quick = { refreshMs: 5, minIntervalMs: 1 };
    const line = createStatusLine({ api, languageOf, signal, logger: silentLogger, ...quick });

    line.progress(threadAddress("T1", "C1", "1.1"), { type: "stage", stage: "searching" });
    await vi.waitFor(() => expect(shown.at(-1)).toBe("active"));
    await sleep(30);

    const words = "is searching the documents …";
    expect(shown).toEqual([words, "processing", words, words, words, words, "", "active"]);
    await line.close();
  });
});
