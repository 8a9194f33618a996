import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "../../../flows/answer/attribute.ts";
import { defuse } from "../../../flows/answer/defuse.ts";
import { createDraftStream } from "../../../flows/answer/stream.ts";
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

  it("shows while it grows what it shows in the end, however the text is cut", () => {
    const text =
      "Ask @everyone <!channel> ![x](https://evil.test/a b) [more](https://evil.test) https://ok.test/a and 请看 https://evil.test。好 [1].";
    const sources = ["https://ok.test/a is fine"];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        const stream = createDraftStream(sources);
        let shown = "";
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          shown += stream.push(text.slice(at, at + size));
          at += size;
        }
        shown += stream.end();
        expect(shown).not.toMatch(/evil|@everyone|<!channel>|!\[/u);
        expect(shown).toContain("https://ok.test/a");
        expect(shown).toContain("好 [1].");
      }),
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
