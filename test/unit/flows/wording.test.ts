import { describe, expect, it } from "vitest";
import { scoreQuestion } from "../../../flows/answer/score.ts";
import { measureWording, type Wording } from "../../../flows/confidence/wording.ts";
import { aPassage } from "../../support/flows-builders.ts";

const TEXT =
  "The Rhine rises in Switzerland. The largest castle on the river was built in 1214 and is not open. Boats sail daily.";

function wording(question: string, text = TEXT): Wording {
  const { query, scored } = scoreQuestion(question, [aPassage(text)]);
  return measureWording(question, query, scored);
}

describe("the wording of a question beside that of the passage", () => {
  it("tells a name and a number that the passage has not got from those it has", () => {
    expect(wording("Where does the Rhine rise?").strangeNames).toBe(0);
    expect(wording("Where does the Danube rise?").strangeNames).toBe(1);
    expect(wording("Which castle was built in 1214?").strangeNumbers).toBe(0);
    expect(wording("Which castle was built in 1314?").strangeNumbers).toBe(1);
  });

  it("tells that the contrary is said", () => {
    expect(wording("Where is the smallest castle on the river?").opposed).toBe(1);
    expect(wording("Where is the largest castle on the river?").opposed).toBe(0);
    expect(wording("Which boats do not sail daily?").negated).toBe(1);
    expect(wording("Which castle is not open?").negated).toBe(0);
    expect(wording("哪些船不是每天开？", "游船每天开。城堡建于1214年。").negated).toBe(1);
  });

  it("tells words that stand together from those that are scattered", () => {
    const together = wording("When was the largest castle built?");
    const scattered = wording("When do boats sail to the largest castle in Switzerland?");

    expect(together.elsewhere).toBe(0);
    expect(scattered.elsewhere).toBeGreaterThan(0.1);
    expect(scattered.gap).toBeGreaterThan(together.gap);
    expect(wording("What is the largest castle on the river?").pairs).toBe(1);
    expect(scattered.pairs).toBeLessThan(1);
    expect(wording("Which river castle?").scattered).toBeGreaterThan(
      wording("Which largest castle?").scattered,
    );
  });

  it("tells that the first or the only one is asked for where the text speaks of none", () => {
    expect(wording("Which is the first boat?").extreme).toBe(1);
    expect(wording("Which is the largest castle?").extreme).toBe(0);
    expect(wording("最大的城堡在哪里？", "城堡建于1214年。").extreme).toBe(1);
  });

  it("tells how rare what is missing is in all that may be read", () => {
    const rarityOf = ({ key }: { readonly key: string }) => (key === "dragon" ? 0.9 : 0.3);
    const { query, scored } = scoreQuestion(
      "Which dragon built the castle?",
      [aPassage(TEXT)],
      rarityOf,
    );

    expect(measureWording("Which dragon built the castle?", query, scored).missingRarity).toBe(0.9);
    expect(wording("Which castle was built in 1214?").missingRarity).toBe(0);
  });

  it("measures nothing where nothing was found", () => {
    const { query, scored } = scoreQuestion("Where is the castle?", []);

    expect(measureWording("Where is the castle?", query, scored)).toMatchObject({
      gap: 1,
      pairs: 0.5,
    });
  });
});
