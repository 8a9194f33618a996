import { describe, expect, it } from "vitest";
import { deskWords } from "../../../adapters/shared/desk-words.ts";

describe("the offer to add an answer to the documents", () => {
  it.each([
    ["en", "button"],
    ["zh", "按钮"],
  ] as const)(
    "names in %s the command, and no button: not every desk has one",
    (language, button) => {
      const offer = deskWords(language).learnOffer({ question: "Where?", answer: "Here." });

      expect(offer).toContain("`!learn internal`");
      expect(offer).not.toContain(button);
    },
  );
});
