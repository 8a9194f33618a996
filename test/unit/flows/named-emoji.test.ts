import { describe, expect, it } from "vitest";
import { textsIn } from "../../../flows/texts/index.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

describe("emoji that a platform writes by their names", () => {
  it.each([[":tada:"], [":Wave_Hello: :fire:"], ["🙂"]])(
    "%s alone are not looked for",
    async (text) => {
      const dialogue = startDialogue();

      const first = await dialogue.say(text);
      const second = await dialogue.say(text);

      expect(first?.text).toContain(textsIn("en").unclear);
      expect(second?.decision).toBe("smalltalk");
      expect(dialogue.told).toEqual([]);
    },
  );

  it("beside words are no words", async () => {
    const dialogue = startDialogue();

    const reply = await dialogue.say("How many days of annual leave do I get? :pray: :pray:");
    const thanks = await dialogue.say("thank you :heart:");

    expect(reply?.text).toContain("26 days");
    expect(reply?.text).not.toContain("pray");
    expect(thanks?.decision).toBe("smalltalk");
  });

  it("are told from what only looks like one", async () => {
    const reply = await startDialogue().say("What does std::zorgmap::at: mean?");

    expect(reply?.text).toContain("zorgmap");
  });
});
