import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "../../../flows/answer/attribute.ts";
import { defuse } from "../../../flows/answer/defuse.ts";
import { createDraftStream } from "../../../flows/answer/stream.ts";
import { aPassage } from "../../support/flows-builders.ts";

const ENGLISH = [
  aPassage("Unused days expire on 31 March. The form is at https://ok.test/form today."),
  aPassage("The error E-1042 means that the disk is full.\n\n```sh\ndf -h\nrm -r cache[0]\n```\n", {
    document: "errors",
  }),
];
const CHINESE = [
  aPassage("未用完的年假在三月三十一日过期；申请表在人事系统里。主管在两天之内批准申请。", {
    language: "zh",
  }),
];

const TEXTS = [
  [
    "links, mentions and what no passage says",
    "en",
    ENGLISH,
    "The error E-1042 means the disk is full [9]. Ask @everyone <!channel> ![x](https://evil.test/a b) [more](https://evil.test).\n\nHere is how it is:\n- Bears hibernate\n- The form is at https://ok.test/form [1]\n- See https://evil.test for the form [2].\nUnused days expire on 31 March. [1] Ask",
  ],
  [
    "code in the middle and at the end",
    "en",
    ENGLISH,
    "E-1042 means that the disk is full. [2] Do this:\n\n1. ```sh words of a stranger\n   df -h\n\n   bears hibernate\n   rm -r cache[0] [2]\n   ```\n2. Unused days expire on 31 March. Unused days expire.\n\n~~~\ndf -h",
  ],
  [
    "thoughts, and numbers in every place",
    "en",
    ENGLISH,
    "<think>The disk. Is it full?</think>\nUnused days e.g. expire on 31 March.[1][2] Unused days expire [1, 2]. “Unused days expire.” (The disk is full.) [1] The disk is full! Is it?",
  ],
  [
    "Chinese",
    "zh",
    CHINESE,
    `年假未用完会过期。[1]未用完的年假在三月三十一日过期；${"申请表在人事系统里；".repeat(14)}熊在冬天睡觉。主管在两天之内批准申请！【1】按以下步骤：\n- 申请表在人事系统里\n好`,
  ],
] as const;

describe("an answer that grows", () => {
  it.each(TEXTS)(
    "shows its own beginning, and in the end all of it, however it is cut: %s",
    (_, language, passages, text) => {
      const urls = passages.map((one) => one.text);
      const written = text.replace(/<think>.*<\/think>\s*/u, "");
      const final = defuse(attribute(written, passages).text, urls);

      expect(final).not.toBe("");
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
          const stream = createDraftStream(passages, language);
          let shown = "";
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            shown += stream.push(text.slice(at, at + size));
            expect(final.startsWith(shown)).toBe(true);
            at += size;
          }
          shown += stream.end();
          expect(shown).toBe(final);
        }),
        { numRuns: 40 },
      );
    },
  );

  it("shows a sentence as soon as the next one begins, and a line of code with its end", () => {
    const stream = createDraftStream(ENGLISH, "en");

    expect(stream.push("Unused days expire on 31 March. [1]")).toBe("");
    expect(stream.push(" The")).toBe("Unused days expire on 31 March. [1]");
    expect(stream.push(" disk is full.\n```sh\ndf")).toBe(" The disk is full. [2]");
    expect(stream.push(" -h\nrm")).toBe("\n```sh\ndf -h");
    expect(stream.push(" -r cache[0]\n```\n")).toBe("\nrm -r cache[0]\n```\n[2]");
  });

  it("grows once with each sentence, however many pieces it comes in", () => {
    const sentence =
      "Unused days expire on 31 March. The error E-1042 means that the disk is full. ";
    const text = sentence.repeat(20);
    const stream = createDraftStream(ENGLISH, "en");

    const pieces = text.match(/\s*\S+/gu) ?? [];
    const shown = pieces.map((piece) => stream.push(piece)).filter((delta) => delta !== "");

    expect(shown).toHaveLength(39);
  });
});
