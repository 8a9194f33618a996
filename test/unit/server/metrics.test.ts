import { expect, it } from "vitest";
import { observeRetriever } from "../../../src/application/index.ts";
import { createMetrics } from "../../../src/server/index.ts";
import { someFeatures } from "../../support/flows-builders.ts";
import { person } from "../../support/knowledge-fixture.ts";

it("shows queue, leases, outbox and dead letters as they are when somebody asks", async () => {
  const metrics = createMetrics();
  let outbox = 3;
  metrics.watch({
    isStoreUp: async () => true,
    conversations: async () => ({
      ...{ instances: 9, ready: 4, leased: 2, unread: 5, timers: 1 },
      ...{ deadLetters: 7, waiting: outbox },
    }),
    cases: async () => ({ waiting: 2, claimed: 1 }),
    isDeskUp: () => outbox === 0,
    jobs: async () => ({}),
    knowledge: () => Promise.reject(new Error("away")),
    models: () => [],
  });

  const before = await metrics.text();
  outbox = 0;
  const after = await metrics.text();

  expect(before).toMatch(/^frontdesk_outbox 3$/mu);
  expect(before).toMatch(/^frontdesk_queue_ready 4$/mu);
  expect(before).toMatch(/^frontdesk_cases\{state="waiting"\} 2$/mu);
  expect(before).toMatch(/^frontdesk_leases 2$/mu);
  expect(before).toMatch(/^frontdesk_dead_letters 7$/mu);
  expect(before).toMatch(/^frontdesk_desk_up 0$/mu);
  expect(after).toMatch(/^frontdesk_outbox 0$/mu);
  expect(after).toMatch(/^frontdesk_desk_up 1$/mu);
});

it("counts conversations that began and those that were handed over, so that the share of both is known by team", async () => {
  const metrics = createMetrics();
  for (const isFirst of [true, true, false]) {
    metrics.committed({ kind: "dialogue", durationMs: 1, isFirst });
  }
  metrics.committed({ kind: "case", durationMs: 1, isFirst: true });
  metrics.caseOpened({ team: "billing", reason: "anger" });

  const text = await metrics.text();

  expect(text).toMatch(/^frontdesk_conversations_begun_total 2$/mu);
  expect(text).toMatch(/^frontdesk_cases_opened_total\{team="billing",reason="anger"\} 1$/mu);
});

it("counts searches that had to do without a part", async () => {
  const metrics = createMetrics();
  const retriever = observeRetriever(
    {
      retrieve: () =>
        Promise.resolve({
          passages: [],
          features: someFeatures(),
          timings: {},
          degraded: ["vectors-unavailable"],
        }),
    },
    metrics,
  );

  await retriever.retrieve(
    {
      query: "days of leave",
      language: "en",
      principal: person("viewer"),
      audience: { kind: "private" },
      collections: null,
      top: 5,
    },
    { signal: new AbortController().signal },
  );

  expect(await metrics.text()).toMatch(
    /^frontdesk_retrieval_degraded_total\{reason="vectors-unavailable"\} 1$/mu,
  );
});
