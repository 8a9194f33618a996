import { hasTerm, indexTerms, termsOf } from "../../flows/language/index.ts";
import type { RankedPassage } from "../../src/core/index.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import { aPassage, someFeatures } from "./flows-builders.ts";

/** A small handbook in both languages; sections that are easily mistaken for one another. */
const HANDBOOK: readonly RankedPassage[] = [
  aPassage(
    "Full-time employees get 26 days of annual leave a year. Ask your line manager two weeks ahead.",
    { document: "leave", title: "Leave", section: "Annual leave" },
  ),
  aPassage(
    "Sick leave is paid in full for 10 days a year. A doctor's note is needed from the fourth day.",
    { document: "leave", title: "Leave", section: "Sick leave" },
  ),
  aPassage("Five days a year are for looking after an ill child.", {
    document: "leave",
    title: "Leave",
    section: "Care leave for children",
  }),
  aPassage(
    "1. Open the password page.\n2. Enter the code from the app.\n3. Choose a new password of 14 characters.",
    { document: "it", title: "Accounts", section: "Mail password reset" },
  ),
  aPassage("Three wrong tries lock the VPN password. Only the IT Desk can reset it.", {
    document: "it",
    title: "Accounts",
    section: "VPN password reset",
  }),
  aPassage("Contractors at the Bristol office may park in the yard for free until 18:00.", {
    document: "office",
    title: "Office",
    section: "Parking for contractors",
  }),
  aPassage("全职员工每年有 26 天年假。请提前两周向直属经理申请。", {
    document: "leave-zh",
    title: "休假",
    section: "年假",
  }),
  aPassage("每年前 10 天病假发全薪。从第四天起需要医生证明。", {
    document: "leave-zh",
    title: "休假",
    section: "病假",
  }),
  aPassage("每年有 5 天照护假，用来照顾生病的孩子。", {
    document: "leave-zh",
    title: "休假",
    section: "照护假",
  }),
];

/** Finds passages by shared terms, as a retriever with words alone would. Access is not looked at. */
export function aRetriever(passages: readonly RankedPassage[] = HANDBOOK): Retriever {
  return {
    retrieve: async ({ query, top }) => {
      const terms = termsOf(query);
      const scored = passages
        .map((passage) => {
          const index = indexTerms(`${passage.title}\n${passage.section}\n${passage.text}`);
          const found = terms.filter((term) => hasTerm(index, term)).length;
          return { ...passage, score: (0.7 * found) / Math.max(1, terms.length) };
        })
        .filter(({ score }) => score > 0)
        .toSorted((left, right) => right.score - left.score);
      return {
        passages: scored.slice(0, top),
        features: someFeatures(),
        timings: { lexicalMs: 1 },
        degraded: [],
      };
    },
  };
}

/** A retriever that cannot reach its knowledge. */
export function aBrokenRetriever(error: Error): Retriever {
  return { retrieve: () => Promise.reject(error) };
}
