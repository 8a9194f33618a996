import { describe, expect, it } from "vitest";
import { openKnowledge, person } from "../../../support/knowledge-fixture.ts";

const RULE =
  "Parcels may be sent back within thirty days. The label is in the portal. Refunds arrive on the same card, " +
  "usually within five working days after the parcel has reached us.";

async function shop(texts: Readonly<Record<string, string>>) {
  const fixture = await openKnowledge();
  for (const [name, text] of Object.entries(texts)) fixture.documents.put("/kb", name, text);
  await fixture.ingest("/kb");
  return fixture;
}

describe("passages that say the same", () => {
  it("are given once, whatever document, spelling and line breaks they stand in", async () => {
    const copy = RULE.replace("The label", "**the** LABEL").replaceAll(". ", ".\n");
    const { ask } = await shop({ "returns.md": RULE, "wiki copy.md": copy });

    const { passages } = await ask("When may parcels be sent back?");

    expect(passages).toHaveLength(1);
  });

  it("are given once in Chinese too", async () => {
    const rule = "包裹可在三十天内退回，退货标签在门户网站上。退款会在五个工作日内退回原支付卡。";
    const { ask } = await shop({ "退货.md": rule, "副本.md": rule.replace("，", ",") });

    expect((await ask("包裹怎么退回？")).passages).toHaveLength(1);
  });

  it("fold into the longer one that says more", async () => {
    const more = `${RULE} Gifts are exchanged, not refunded.`;
    const { find } = await shop({ "gifts.md": more, "returns.md": RULE });

    expect(await find("Are gifts refunded for parcels sent back?")).toEqual([more]);
  });

  it.each([
    ["a number", "thirty", "fourteen"],
    ["a name", "portal", "shop"],
    ["a no", "Refunds arrive", "Refunds never arrive"],
  ])("stay two answers where %s differs", async (_what, word, other) => {
    const { ask } = await shop({ "a.md": RULE, "b.md": RULE.replace(word, other) });

    expect((await ask("When may parcels be sent back?")).passages).toHaveLength(2);
  });

  it("stay apart under different headings when they are short", async () => {
    const { ask } = await shop({
      "faq.md":
        "# May I pay by card in the shop?\n\nYes, always.\n\n# May I pay by card abroad?\n\nYes, always.",
    });

    expect((await ask("May I pay by card abroad or in the shop?")).passages).toHaveLength(2);
  });

  it("reach a reader who may see only the copy", async () => {
    const { documents, ingest, ask } = await openKnowledge();
    documents.put("/hr", "secret.md", RULE);
    documents.put("/wiki", "open.md", RULE);
    await ingest("/hr", { visibility: "group:hr" });
    await ingest("/wiki", { visibility: "public" });

    const titles = async (groups: readonly string[]): Promise<readonly string[]> => {
      const { passages } = await ask("parcels sent back", { principal: person("guest", groups) });
      return passages.map(({ title }) => title);
    };

    expect(await titles([])).toEqual(["open.md"]);
    expect(await titles(["hr"])).toHaveLength(1);
  });
});
