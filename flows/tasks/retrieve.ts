import type { Language, Passage, RankedPassage } from "../../src/core/index.ts";
import type { AttachmentReader } from "../../src/ports/attachment-reader.ts";
import type { ChatModel } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import type { WebSearch } from "../../src/ports/web-search.ts";
import { type Found, order } from "../rank/find.ts";
import { findInContext } from "../rank/in-context.ts";
import type { DialogueSettings } from "../settings.ts";
import { translateWithModel } from "../understand/translate-with-model.ts";
import { assess } from "./assess.ts";
import { withFiles } from "./attached.ts";
import type { Reading, Retrieved, RetrieveInput, SearchWebInput } from "./contracts.ts";

const WEB_PASSAGES = 6;
/** What a fitting passage of our own usually scores; a search engine tells no score. */
const USUAL_SCORE = 0.3;

function isOfReading(passage: Passage, reading: Reading): boolean {
  return (
    passage.documentId === reading.documentId &&
    (passage.section === reading.section || passage.section.startsWith(`${reading.section} › `))
  );
}

/** Only the passages of a chosen reading; all of them when it is gone. */
function narrow(found: Found, reading: Reading | null): Found {
  if (reading === null) return found;
  const keeps = found.passages.map(({ passage }) => isOfReading(passage, reading));
  if (!keeps.includes(true)) return found;
  return {
    ...found,
    passages: found.passages.filter((_, at) => keeps[at] === true),
    scored: found.scored.filter((_, at) => keeps[at] === true),
  };
}

/** Finds passages with the asker's rights and judges them. */
export async function retrieve(
  input: RetrieveInput,
  context: TaskContext,
  tools: {
    readonly retriever: Retriever;
    readonly attachments?: AttachmentReader | null;
    readonly chatModel?: ChatModel | null;
    readonly settings: DialogueSettings;
    readonly logger?: Logger;
  },
): Promise<Retrieved> {
  const { settings } = tools;
  context.progress({ type: "stage", stage: "searching" });
  const forAll = await judge(input, context, tools);
  const own = await betterInPrivate(forAll, input, context, tools);
  const { languages: _, ...understood } = await betterTranslated(own, input, context, tools);
  const best = await withFiles(understood, input, context, tools);
  const documents = new Set(best.passages.map(({ documentId }) => documentId)).size;
  context.progress({ type: "stage", stage: "reading", documents });
  return { ...best, passages: best.passages.slice(0, settings.answerPassages) };
}

/** What was found, with the languages of what the reader may see. */
interface Judged extends Retrieved {
  readonly languages: readonly Language[];
}

/**
 * Documents in the other language share few words with the question. Only where there are such documents, the question was not
 * answered well, and a chat model is there, it is translated and asked once more; what answers better counts.
 */
async function betterTranslated(
  found: Judged,
  input: RetrieveInput,
  context: TaskContext,
  tools: Parameters<typeof retrieve>[2],
): Promise<Judged> {
  const { chatModel = null, settings } = tools;
  const into = found.languages.find((language) => language !== input.language);
  const isWeak = found.assessment.answerable < settings.clarifyAt;
  if (chatModel === null || into === undefined || !isWeak || input.reading !== null) return found;
  const start = performance.now();
  const translation = await translateWithModel(input.question, {
    chatModel,
    into,
    conversationKey: input.conversationKey ?? "",
    userKey: input.principal.userId,
    signal: context.signal,
  });
  const translateMs = performance.now() - start;
  const timings = { ...found.timings, translateMs };
  if (translation === null) return { ...found, timings };
  tools.logger?.debug({ translation, into }, "a question was translated for the search");
  const audience = found.isPrivate === true ? ({ kind: "private" } as const) : input.audience;
  const translated = await judge(
    { ...input, audience, question: translation, language: into },
    context,
    tools,
  );
  const isBetter = translated.assessment.answerable > found.assessment.answerable;
  if (!isBetter) return { ...found, timings };
  return {
    ...translated,
    translation,
    timings: { ...translated.timings, translateMs },
    ...(found.isPrivate === true ? { isPrivate: true } : {}),
  };
}

/**
 * What everybody who reads along may see comes first. When that does not answer, and something does that only the asker
 * may see, the answer is for the asker alone.
 */
async function betterInPrivate(
  forAll: Judged,
  input: RetrieveInput,
  context: TaskContext,
  tools: { readonly retriever: Retriever; readonly settings: DialogueSettings },
): Promise<Judged> {
  const { answerAt } = tools.settings;
  const mayHelp = input.mayAnswerPrivately && input.audience.kind === "shared";
  if (!mayHelp || forAll.assessment.answerable >= answerAt) return forAll;
  const own = await judge({ ...input, audience: { kind: "private" } }, context, tools);
  const seen = new Set(forAll.passages.map(({ id }) => id));
  const [first] = own.passages;
  const isOwn = first !== undefined && !seen.has(first.id);
  return isOwn && own.assessment.answerable >= answerAt ? { ...own, isPrivate: true } : forAll;
}

/** Finds with the rights of one audience, and says how well that answers. */
async function judge(
  input: RetrieveInput,
  context: TaskContext,
  tools: { readonly retriever: Retriever; readonly settings: DialogueSettings },
): Promise<Judged> {
  const { settings } = tools;
  const { reading, collection } = input;
  const { found, passages } = await findInContext(
    tools.retriever,
    {
      query: reading === null ? input.question : `${input.question} ${reading.label}`,
      language: input.language,
      principal: input.principal,
      audience: input.audience,
      collections: collection === null ? settings.collections : [collection],
      top: settings.retrievedPassages,
    },
    reading === null ? (input.said ?? "") : "",
    { signal: context.signal },
  );
  const start = performance.now();
  const narrowed = narrow(found, reading);
  const assessment = assess(narrowed, input, settings);
  const assessMs = performance.now() - start;
  return {
    passages: (reading === null ? passages : narrowed.passages).map(({ passage }) => passage),
    assessment,
    timings: { ...found.result.timings, assessMs },
    view: found.result.view,
    languages: found.result.languages ?? [],
    ...(found.result.degraded.length > 0 ? { degraded: found.result.degraded } : {}),
  };
}

/** A passage of the web in the form in which ours come; nothing was measured. */
function unmeasured(passage: Passage): RankedPassage {
  return { ...passage, score: 0, parts: { vector: null, lexical: null, rerank: null } };
}

/** Looks on the web and judges what was found in the same way. */
export async function searchWeb(
  input: SearchWebInput,
  context: TaskContext,
  tools: { readonly webSearch: WebSearch | null; readonly settings: DialogueSettings },
): Promise<Retrieved> {
  const { question, language } = input;
  context.progress({ type: "stage", stage: "searching-web" });
  const passages =
    tools.webSearch === null
      ? []
      : await tools.webSearch.search({ query: question, language, top: WEB_PASSAGES }, context);
  const found = order(passages.map(unmeasured), question, language, () => ({
    asked: USUAL_SCORE,
    expanded: USUAL_SCORE,
  }));
  const assessment = assess(
    found,
    { question, language, reading: null, optionPrefix: "w" },
    tools.settings,
  );
  return {
    passages: found.passages.map(({ passage }) => passage),
    assessment: { ...assessment, readings: [], ambiguous: 0 },
    timings: {},
  };
}
