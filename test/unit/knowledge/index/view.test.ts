import { describe, expect, it } from "vitest";
import { type KnowledgeFixture, openKnowledge } from "../../../support/knowledge-fixture.ts";

async function filled(): Promise<KnowledgeFixture> {
  const fixture = await openKnowledge();
  fixture.documents.put("/kb", "leave.md", "Everybody has 26 days of leave.");
  fixture.documents.put("/kb", "vpn.md", "Reset the VPN password.");
  fixture.documents.put("/hr", "pay.md", "Salaries are paid on the 25th.");
  await fixture.ingest("/kb");
  await fixture.ingest("/hr", { visibility: "group:hr" });
  return fixture;
}

const viewOf = async ({ ask }: KnowledgeFixture): Promise<string | undefined> =>
  (await ask("leave")).view;

describe("the view of a reader", () => {
  it("stays while nothing changes, also over a run that finds nothing new and over a restart", async () => {
    const fixture = await filled();
    const before = await viewOf(fixture);

    await fixture.ingest("/kb");
    expect(await viewOf(fixture)).toBe(before);
    await fixture.knowledge.close();

    expect(await viewOf(await openKnowledge({ dataDir: fixture.dataDir }))).toBe(before);
  });

  it.each<[string, (fixture: KnowledgeFixture) => Promise<unknown>]>([
    [
      "is edited",
      async ({ documents, ingest }) => {
        documents.put("/kb", "leave.md", "Everybody has 27 days of leave.");
        await ingest("/kb");
      },
    ],
    [
      "gets another title",
      async ({ documents, ingest }) => {
        documents.put("/kb", "leave.md", "Everybody has 26 days of leave.", "Holidays");
        await ingest("/kb");
      },
    ],
    [
      "is added",
      async ({ documents, ingest }) => {
        documents.put("/kb", "new.md", "Bicycles stand in the yard.");
        await ingest("/kb");
      },
    ],
    [
      "vanishes",
      async ({ documents, ingest }) => {
        documents.drop("/kb", "vpn.md");
        await ingest("/kb");
      },
    ],
    ["becomes visible to others", ({ ingest }) => ingest("/kb", { visibility: "group:it" })],
    ["becomes visible to the reader", ({ ingest }) => ingest("/hr", { visibility: "public" })],
    ["is removed with its source", ({ knowledge }) => knowledge.remove({ root: "/kb" })],
  ])("is another one when a document %s", async (_what, change) => {
    const fixture = await filled();
    const before = await viewOf(fixture);

    await change(fixture);

    expect(await viewOf(fixture)).not.toBe(before);
  });

  it("never comes back, although everything is as it was", async () => {
    const fixture = await filled();
    const before = await viewOf(fixture);

    fixture.documents.put("/kb", "vpn.md", "Ask the desk.");
    await fixture.ingest("/kb");
    fixture.documents.put("/kb", "vpn.md", "Reset the VPN password.");
    await fixture.ingest("/kb");

    expect(await viewOf(fixture)).not.toBe(before);
  });

  it("does not show what happens to documents that the reader may not see", async () => {
    const fixture = await filled();
    const before = await viewOf(fixture);

    fixture.documents.put("/hr", "bonus.md", "Bonuses are paid in May.");
    await fixture.ingest("/hr", { visibility: "group:hr" });

    expect(await viewOf(fixture)).toBe(before);
  });
});
