import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCopiedKnowledge } from "../../src/compose-calibration.ts";
import { configSchema } from "../../src/config-schema.ts";
import { openKnowledge } from "../support/knowledge-fixture.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const configOf = (dataDir: string, embed: string) =>
  configSchema.parse({ dataDir, models: { embed } });

async function ingested(): Promise<string> {
  const fixture = await openKnowledge();
  fixture.documents.put("/kb", "leave.md", "# Annual leave\n\nEverybody has 26 days.");
  await fixture.ingest("/kb");
  return fixture.dataDir;
}

describe("a copy of what is ingested", () => {
  const call = { signal: new AbortController().signal };

  it("holds its passages, by words alone where no model is configured", async () => {
    const copy = await openCopiedKnowledge(configOf(await ingested(), "off"), call);

    expect(copy.passages).toMatchObject([{ section: "Annual leave" }]);
    await copy.close();
  });

  it("is refused when the embedding model cannot be used: nothing is fitted without the vectors that it is fitted for", async () => {
    const model = join(temporaryFolder(), "broken.gguf");
    writeFileSync(model, "not a model");

    const opened = openCopiedKnowledge(configOf(await ingested(), model), call);

    await expect(opened).rejects.toMatchObject({ code: "vectors_unavailable" });
    await expect(opened).rejects.toThrow("not a GGUF file");
  });

  it("is refused where nothing is ingested, with what to do", async () => {
    await expect(
      openCopiedKnowledge(configOf(temporaryFolder(), "off"), call),
    ).rejects.toMatchObject({ code: "source_empty" });
  });
});
