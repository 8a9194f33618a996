import type { Query } from "../answer/score.ts";
import { isTelling } from "../language/index.ts";
import type { Evidence } from "./evidence.ts";

/** Everything that was asked for stands in the first passage: an answer with a reservation, at least. */
const ALL_SAID = 0.55;
/** The same, and the question says enough (two telling words, an exact name, the very heading): an answer. */
const ALL_SAID_EXACTLY = 0.72;
const NEARLY_ALL = 0.99;
/** `parse_timeout`, `E-1042`, `503`: what is named so exactly is seldom found by accident. */
const EXACT_NAME = /^(?=.*[\d_./-])[\p{L}\p{N}_./-]{3,}$/u;

/**
 * The least that confidence can be, whatever the calibration says: it was fitted on long articles, where a question of one
 * or two words finds much by accident; a heading of a handbook that says every telling word is no accident. Set by hand
 * with the questions of test/e2e/questions in sight.
 */
export function confidenceFloor(
  query: Query,
  evidence: Evidence,
  isUnderExactHeading: boolean,
): number {
  const telling = query.terms.filter(isTelling);
  const isAllSaid = evidence.topStrong >= NEARLY_ALL && evidence.absent === 0;
  // All of "what year was it founded" may stand in a sentence that tells no year.
  if (telling.length === 0 || !isAllSaid || evidence.unfit === 1) return 0;
  const isExact =
    isUnderExactHeading || telling.length >= 2 || telling.some(({ key }) => EXACT_NAME.test(key));
  return isExact ? ALL_SAID_EXACTLY : ALL_SAID;
}

/** Hardly anything of the question stands anywhere: whatever was found speaks of something else. */
const HARDLY_SEEN = 0.3;
const MOSTLY_UNSEEN = 0.7;
/** A passage that says most of the question in one place has it in other words than were looked for. */
const SAID_IN_ONE_PLACE = 0.6;
/** What is asked for by its form (a number, a time, a sum) stands nowhere: what was found says something else about it. */
const KIND_MISSING = 0.35;

/**
 * The most that confidence can be. "Do we have an office in Berlin" is not answered by the page on offices where nothing that
 * may be read speaks of Berlin, however well its heading fits. Set by hand like the floor.
 */
export function confidenceCeiling({
  unseen,
  near,
  isKindMissing,
}: Pick<Evidence, "unseen" | "near" | "isKindMissing">): number {
  if (unseen >= MOSTLY_UNSEEN && near < SAID_IN_ONE_PLACE) return HARDLY_SEEN;
  return isKindMissing ? KIND_MISSING : 1;
}
