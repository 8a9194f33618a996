import type {
  CaseId,
  FileDestination,
  FileTrouble,
  Language,
  Reply,
} from "../../src/core/index.ts";
import { say } from "../dialogue/reply.ts";
import { textsIn } from "../texts/index.ts";

/** What a customer is told of a file of an agent's that did not reach him. */
export function sayFileTrouble(
  name: string,
  why: FileTrouble,
  { language, caseId }: { readonly language: Language; readonly caseId: CaseId },
): Reply {
  const text = textsIn(language).fileNotPassedOn(name, why);
  return { ...say(text, language, "smalltalk"), case: caseId };
}

/** What the team is told of a file that did not reach it, or did not reach its customer. */
export function noteFileTrouble(
  language: Language,
  name: string,
  why: FileTrouble,
  to: FileDestination["kind"],
): string {
  const t = textsIn(language);
  return to === "desk" ? t.deskFileNotShown(name, why) : t.deskFileNotPassedOn(name, why);
}
