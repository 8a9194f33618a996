import {
  detectLanguage,
  documentId,
  type Language,
  passageId,
  type RankedPassage,
} from "../../src/core/index.ts";
import type { AttachmentReader } from "../../src/ports/attachment-reader.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import { order } from "../rank/find.ts";
import type { DialogueSettings } from "../settings.ts";
import { assess } from "./assess.ts";
import type { Retrieved, RetrieveInput, UnreadFile } from "./contracts.ts";

/** Pieces of one file that are looked at. */
const MAX_PIECES = 200;
/** What a fitting passage usually scores; nothing measures those of a file. */
const USUAL_SCORE = 0.3;
/** Somebody who sends a file most likely asks about it. */
const LEAST_ANSWERABLE = 0.05;

/** The files of a message, as passages. */
interface ReadFiles {
  readonly passages: readonly RankedPassage[];
  readonly unread: readonly UnreadFile[];
}

async function readFiles(
  { attachments, platform }: RetrieveInput,
  context: TaskContext,
  reader: AttachmentReader,
): Promise<ReadFiles> {
  const passages: RankedPassage[] = [];
  const unread: UnreadFile[] = [];
  for (const [at, attachment] of attachments.entries()) {
    const { name } = attachment;
    const found = await reader.read(attachment, platform, { signal: context.signal });
    if (found.status === "unreadable") {
      unread.push({ name, code: found.code });
      continue;
    }
    for (const [index, { section, text }] of found.pieces.slice(0, MAX_PIECES).entries()) {
      passages.push({
        id: passageId(`file:${at}:${index}`),
        documentId: documentId(`file:${at}`),
        collection: "",
        page: null,
        // Whoever reads the question has the file before his eyes as well.
        visibility: "public",
        title: name,
        section,
        source: name,
        text,
        language: detectLanguage(text),
        origin: "local",
        updatedAt: null,
        score: 0,
        parts: { vector: null, lexical: null, rerank: null },
      });
    }
  }
  return { passages, unread };
}

function judgeFiles(
  passages: readonly RankedPassage[],
  question: string,
  language: Language,
  settings: DialogueSettings,
): Retrieved {
  const found = order(passages, question, language, () => ({
    asked: USUAL_SCORE,
    expanded: USUAL_SCORE,
  }));
  const asked = { question, language, reading: null, optionPrefix: "f" };
  const assessment = assess(found, asked, settings);
  const answerable = Math.max(assessment.answerable, settings.clarifyAt + LEAST_ANSWERABLE);
  return {
    passages: found.passages.map(({ passage }) => passage),
    assessment: { ...assessment, answerable, readings: [], ambiguous: 0 },
    timings: {},
  };
}

/** What was found, with the files of the message: they come first unless the documents answer better. */
export async function withFiles(
  found: Retrieved,
  input: RetrieveInput,
  context: TaskContext,
  tools: { readonly attachments?: AttachmentReader | null; readonly settings: DialogueSettings },
): Promise<Retrieved> {
  const { attachments: reader = null, settings } = tools;
  if (reader === null || input.attachments.length === 0) return found;
  const { passages, unread } = await readFiles(input, context, reader);
  if (passages.length === 0) return { ...found, unread };
  const files = judgeFiles(passages, input.question, input.language, settings);
  const isBetter = found.assessment.answerable > files.assessment.answerable;
  const half = Math.ceil(settings.answerPassages / 2);
  if (isBetter) {
    const kept = found.passages.slice(0, settings.answerPassages - 1);
    return { ...found, passages: [...kept, ...files.passages], unread, view: undefined };
  }
  return {
    ...found,
    passages: [...files.passages.slice(0, half), ...found.passages],
    assessment: files.assessment,
    unread,
    view: undefined,
  };
}
