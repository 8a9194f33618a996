import type { Assessment, Retrieved, Verified } from "../../flows/tasks/contracts.ts";
import { aPassage } from "./flows-builders.ts";

/** What retrieval says about a question; say only what matters. */
export function someAssessment(parts: Partial<Assessment> = {}): Assessment {
  return {
    answerable: 0.9,
    ambiguous: 0,
    readings: [
      { id: "c1.1", label: "Annual leave", documentId: "leave", section: "Annual leave" },
      { id: "c1.2", label: "Sick leave", documentId: "leave", section: "Sick leave" },
    ],
    missing: [],
    ...parts,
  };
}

/** What the retrieve task gives. */
export function someRetrieved(assessment: Assessment): Retrieved {
  return {
    passages: [
      aPassage("Everybody has 26 days of annual leave a year.", { section: "Annual leave" }),
      aPassage("Sick leave is paid for ten days.", { section: "Sick leave" }),
    ],
    assessment,
    timings: { assessMs: 1 },
  };
}

/** What the verify task gives. */
export function someVerified(verdict: Verified["verdict"]): Verified {
  return {
    verdict,
    kind: "model",
    text: verdict === "answer" ? "26 days [1]." : "",
    citations: [],
  };
}
