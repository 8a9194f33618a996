import { expect, it } from "vitest";
import { createAbsentChatModel } from "../../../models/index.ts";

it("fails every request at once, with the reason of its status", async () => {
  const status = {
    model: "nope",
    state: "unavailable",
    reason: 'No model is called "nope".',
  } as const;
  const model = createAbsentChatModel(() => status);
  const read = async (): Promise<void> => {
    const events = model.generate(
      {
        messages: [],
        conversationKey: "c",
        userKey: "u",
        priority: "interactive",
        maxTokens: 1,
        maxThoughtTokens: 0,
        temperature: 0,
        jsonSchema: null,
      },
      { signal: new AbortController().signal },
    );
    for await (const event of events) expect(event).toBeUndefined();
  };

  await expect(read()).rejects.toMatchObject({ code: "model_unavailable", message: status.reason });
  expect(model.status()).toBe(status);
});
