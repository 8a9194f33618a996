import { describe, expect, it } from "vitest";
import { createChatAnswer } from "../../../models/remote/chat-answer.ts";
import { chatChunkSchema } from "../../../models/remote/chat-chunk.ts";

function usageAfter(usage: object): unknown {
  const answer = createChatAnswer({ startsThinking: false, isStructured: false });
  answer.push(
    chatChunkSchema.parse({
      choices: [{ delta: { content: "yes" }, finish_reason: "stop" }],
      usage,
    }),
  );
  const done = answer.end()?.at(-1);
  return done?.type === "done" ? done.usage : null;
}

describe("usage that a server tells", () => {
  it.each([-1, 1.5, 1e300, "7", null])("counts %j tokens as none", (odd) => {
    const usage = usageAfter({
      prompt_tokens: odd,
      completion_tokens: 3,
      prompt_tokens_details: { cached_tokens: odd },
      completion_tokens_details: { reasoning_tokens: odd },
    });

    expect(usage).toEqual({ promptTokens: 0, cachedTokens: 0, outputTokens: 3, thoughtTokens: 0 });
  });

  it("keeps its figures whatever its details look like", () => {
    const usage = usageAfter({
      prompt_tokens: 9,
      completion_tokens: 3,
      prompt_tokens_details: 4,
      completion_tokens_details: {},
    });

    expect(usage).toEqual({ promptTokens: 9, cachedTokens: 0, outputTokens: 3, thoughtTokens: 0 });
  });
});
