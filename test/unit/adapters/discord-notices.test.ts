import { describe, expect, it } from "vitest";
import type { DiscordApi } from "../../../adapters/discord/client.ts";
import { createNotices, type Notices } from "../../../adapters/discord/notices.ts";
import { createReceipts } from "../../../adapters/discord/receipts.ts";
import { createBackground } from "../../../adapters/shared/background.ts";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createMemoryStore } from "../../support/memory-store.ts";

const AT = { channel: "1", replyTo: "2" };

/** Notices whose first posts are refused with these errors. */
function noticesAfter(...errors: readonly FrontdeskError[]) {
  const { signal } = new AbortController();
  const refusals = [...errors];
  const posted: unknown[] = [];
  const api: Pick<DiscordApi, "call"> = {
    call({ body }, answer) {
      const refusal = refusals.shift();
      if (refusal !== undefined) return Promise.reject(refusal);
      posted.push(body);
      return Promise.resolve(answer.parse({ id: "9" }));
    },
  };
  const memory = createRemembered(createMemoryStore(), "discord:");
  const background = createBackground({ signal, logger: silentLogger });
  const receipts = createReceipts(memory);
  const notices = createNotices({ api, background, memory, receipts, signal });
  const said = async (say: (notices: Notices) => void): Promise<number> => {
    say(notices);
    await background.settled();
    return posted.length;
  };
  return { notices, said };
}

const TOO_SOON = new FrontdeskError("rate_limited", "later", { retryable: true, retryAfterMs: 1 });
const REFUSED = new FrontdeskError("delivery_rejected", "no");

describe("notices", () => {
  it("are said when Discord takes them, and once", async () => {
    const { said } = noticesAfter(TOO_SOON, TOO_SOON);

    expect(await said(({ say }) => say("k", AT, "words"))).toBe(1);
    expect(await said(({ say }) => say("k", AT, "words"))).toBe(1);
  });

  it("said once an hour are said when Discord takes them", async () => {
    const { said } = noticesAfter(TOO_SOON);
    const at = { ...AT, user: "3" };

    expect(await said(({ sayHourly }) => sayHourly("refused", at, "words"))).toBe(1);
    const again = { ...at, replyTo: "4" };
    expect(await said(({ sayHourly }) => sayHourly("refused", again, "words"))).toBe(1);
  });

  it("can be tried again after a refusal", async () => {
    const { notices } = noticesAfter(REFUSED);

    await expect(notices.post("k", AT, "words")).rejects.toThrow("no");
    expect(await notices.post("k", AT, "words")).toBe("9");
    expect(await notices.post("k", AT, "words")).toBeNull();
  });
});
