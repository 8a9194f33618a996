import { describe, expect, it } from "vitest";
import { createPlacedDesk } from "../../../src/application/index.ts";
import { type CasePlace, effectKey, FrontdeskError } from "../../../src/core/index.ts";
import type { DeskUpdate } from "../../../src/ports/desk.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { anAddress } from "../../support/flows-builders.ts";
import { createMemoryChannel } from "../../support/memory-channel.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";

const PLACE: CasePlace = { name: "#help", isDirect: false, link: "https://slack.test/1" };
const address = anAddress({ platform: "slack", channelId: "C1" });

/** A desk that says where its customers asked, and what it was shown. */
function placedDesk(placeOf: () => Promise<CasePlace>) {
  const shown: DeskUpdate[] = [];
  const publish = (update: DeskUpdate) => Promise.resolve(void shown.push(update));
  const channel = createMemoryChannel({ platform: "slack" });
  const adapters = [{ channel, placeOf }];
  const desk = createPlacedDesk({ publish }, { adapters, logger: silentLogger });
  const call = { key: effectKey("k"), signal: new AbortController().signal };
  return { shown, publish: (update: DeskUpdate) => desk.publish(update, call) };
}

describe("where a customer asked", () => {
  it("is said by its name, when a case is opened and when what it was opened with is changed", async () => {
    const { shown, publish } = placedDesk(() => Promise.resolve(PLACE));
    const packet = aPacket({ address });
    const entry = { kind: "customer", name: "Ann", text: "x", at: 1, line: "m1" } as const;

    await publish({ type: "opened", record: aCase({ packet }) });
    const revised = { ...entry, revision: "edited" } as const;
    await publish({ type: "revised", caseId: aCase().id, entry: revised, packet });

    expect(shown).toMatchObject([
      { record: { packet: { place: PLACE } } },
      { packet: { place: PLACE } },
    ]);
  });

  it("is left out where the platform does not say, and holds no case up", async () => {
    const { shown, publish } = placedDesk(() =>
      Promise.reject(new FrontdeskError("rate_limited", "later", { retryable: true })),
    );
    const record = aCase({ packet: aPacket({ address }) });

    await publish({ type: "opened", record });

    expect(shown).toEqual([{ type: "opened", record }]);
  });
});
