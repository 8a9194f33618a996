import { DEFAULT_CASE_RULES } from "../../flows/case/rules.ts";
import { DEFAULT_DIALOGUE_SETTINGS } from "../../flows/index.ts";
import { type CaseEvent, caseId, conversationId } from "../../src/core/index.ts";
import { aPacket } from "./reply-builder.ts";

const NONE: readonly string[] = [];
const DAY: readonly string[] = ["09:00-17:00"];

/** Cases of a desk that works from Monday to Friday, and is reminded of one after half an hour of that. */
export const OFFICE_SETTINGS = {
  ...DEFAULT_DIALOGUE_SETTINGS,
  cases: {
    ...DEFAULT_CASE_RULES,
    hours: { timeZone: "UTC", week: [DAY, DAY, DAY, DAY, DAY, NONE, NONE], holidays: [] },
    firstReplyMs: 30 * 60_000,
  },
};

/** Somebody asks for a person. */
export function requestedCase(at: number): Extract<CaseEvent, { type: "case.requested" }> {
  const id = conversationId("console:office");
  const packet = aPacket({ conversationId: id });
  return { type: "case.requested", caseId: caseId("C-1"), conversationId: id, packet, at };
}
