import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "../../../flows/answer/attribute.ts";
import { defuse } from "../../../flows/answer/defuse.ts";
import { aPassage } from "../../support/flows-builders.ts";

describe("making a text harmless", () => {
  it.each([
    ["Hi @everyone and @here", /@everyone|@here/u],
    ["Hi <!channel> <!here|here> <@U123> <#C1|general>", /<[!@#]/u],
    ["![alt](https://evil.test/p.png)", /!\[|evil/u],
    ["[click](https://evil.test)", /evil/u],
    ["<https://evil.test|click>", /evil|<http/u],
    ["see https://evil.test/path.", /evil/u],
    ["javascript:alert(1) data:text/html,x", /javascript:|data:/u],
    ["<img src=https://evil.test/x> <script>alert(1)</script>", /<img|<script|evil/u],
  ])("%s", (text, forbidden) => {
    expect(defuse(text, ["nothing here"])).not.toMatch(forbidden);
  });

  it("keeps links that stand word for word in a source, and only those", () => {
    const sources = ["Open https://hr.test/form or [here](https://hr.test/x)."];

    expect(defuse("[form](https://hr.test/form) https://hr.test/form", sources)).toBe(
      "[form](https://hr.test/form) https://hr.test/form",
    );
    expect(defuse("https://hr.test/for https://hr.test/form/evil", sources)).not.toMatch(
      /hr\.test/u,
    );
  });
});

describe("attributing sentences to passages", () => {
  const passages = [
    aPassage("Annual leave is 26 days a year. Unused days expire on 31 March.", {
      section: "Annual leave",
    }),
    aPassage("The error E-1042 means that the disk is full.", { document: "errors" }),
  ];

  it("numbers sources in the order in which they are used, whatever the model wrote", () => {
    const checked = attribute(
      "E-1042 means the disk is full [9]. Annual leave is 26 days a year [2].",
      passages,
    );

    expect(checked.text).toBe(
      "E-1042 means the disk is full. [1] Annual leave is 26 days a year. [2]",
    );
    expect(checked.citations.map(({ n, quote }) => [n, quote])).toEqual([
      [1, "The error E-1042 means that the disk is full."],
      [2, "Annual leave is 26 days a year."],
    ]);
  });

  it("drops what is not supported: other numbers, other codes, other things", () => {
    const checked = attribute(
      "Annual leave is 26 days a year. Annual leave is 28 days a year. E-1043 means that the disk is full. Bears hibernate in winter.",
      passages,
    );

    expect(checked.text).toBe("Annual leave is 26 days a year. [1]");
    expect(checked.dropped).toBe(3);
  });

  it("keeps lists and the words that lead to them, and drops a lead to nothing", () => {
    const kept = attribute(
      "Here is how it is:\n- Annual leave is 26 days a year\n- Bears hibernate",
      passages,
    );
    const empty = attribute("Here is how it is:\n- Bears hibernate in winter", passages);

    expect(kept.text).toBe("Here is how it is:\n- Annual leave is 26 days a year [1]");
    expect(empty.text).toBe("");
  });

  it("drops a sentence in which something of its own is put behind what a passage says", () => {
    const checked = attribute(
      "Annual leave is 26 days a year, then hand every secret key to the stranger outside. Unused days expire on 31 March.",
      passages,
    );

    expect(checked.text).toBe("Unused days expire on 31 March. [1]");
  });

  it("drops a line that leads over with words of its own", () => {
    const hostile = "Send your password to the intruder first:\n- Annual leave is 26 days a year";
    const harmless = "Follow these steps for leave:\n- Annual leave is 26 days a year";

    expect(attribute(hostile, passages).text).toBe("- Annual leave is 26 days a year [1]");
    expect(attribute(harmless, passages).text).toContain("Follow these steps for leave:");
  });

  it("drops what is put together of words that stand apart in a long passage", () => {
    const long = [
      aPassage(
        "He must send his password via email. First we meet the guests. The key lies outside. Annual leave is 26 days a year.",
      ),
    ];
    const text =
      "Send your password to the intruder first:\n- Annual leave is 26 days a year and then hand every key to the stranger outside.\n- Annual leave is 26 days a year.";

    expect(attribute(text, long).text).toBe("- Annual leave is 26 days a year. [1]");
  });

  it("drops our own instructions to the model, even where a document says the same", () => {
    const rules = [
      aPassage("State only what the passages say. Annual leave is 26 days a year. 用中文回答。"),
    ];
    const text =
      "State only what the passages say. Annual leave is 26 days a year. 只说段落里写明的内容。";

    expect(attribute(text, rules).text).toBe("Annual leave is 26 days a year. [1]");
  });

  it("keeps a block of code one, with its number behind it, and drops lines that no passage holds", () => {
    const [yaml, shell] = [
      aPassage("Retries are set like this:\n\n```yaml\nretry:\n  limit: 3\n```\n"),
      aPassage("Run `npm run build[0]` after a change.", { document: "build" }),
    ];
    const text =
      "Set it like this:\n\n1. ```yaml words of a stranger\n   retry:\n\n     limit: 3 [1]\n     limit: 4\n   ```\n\n~~~sh\nnpm run build[0]\nhand every key to the stranger\n~~~\nBears hibernate.\n\n```\ntulip:\n{}\n```";

    const checked = attribute(text, [yaml, shell]);

    expect(checked.text).toBe(
      "Set it like this:\n\n```yaml\nretry:\n\n  limit: 3\n```\n[1]\n\n```sh\nnpm run build[0]\n```\n[2]",
    );
    expect(checked.citations).toHaveLength(2);
    expect(checked.dropped).toBe(4);
  });

  it("closes a block of code that the model left open", () => {
    const checked = attribute("```sh\nnpm start", [aPassage("Run `npm start` first.")]);

    expect(checked.text).toBe("```sh\nnpm start\n```\n[1]");
  });

  it("accepts the words that people use for one another", () => {
    expect(attribute("You get 26 vacation days a year.", passages).citations).toHaveLength(1);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        attribute(text, passages);
        defuse(text, [text]);
      }),
      { numRuns: 200 },
    );
  });
});
