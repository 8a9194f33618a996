import type { Passage, RankedPassage } from "../../src/core/index.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import type { WebSearch } from "../../src/ports/web-search.ts";
import { type Found, findPassages, order } from "../rank/find.ts";
import type { DialogueSettings } from "../settings.ts";
import { assess } from "./assess.ts";
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
  tools: { readonly retriever: Retriever; readonly settings: DialogueSettings },
): Promise<Retrieved> {
  const { settings } = tools;
  const { reading } = input;
  context.progress({ type: "stage", stage: "searching" });
  const found = await findPassages(
    tools.retriever,
    {
      query: reading === null ? input.question : `${input.question} ${reading.label}`,
      language: input.language,
      principal: input.principal,
      audience: input.audience,
      collections: settings.collections,
      top: settings.retrievedPassages,
    },
    { signal: context.signal },
  );
  const start = performance.now();
  const narrowed = narrow(found, reading);
  const assessment = assess(narrowed, input, settings);
  const assessMs = performance.now() - start;
  const passages = narrowed.passages.map(({ passage }) => passage);
  const documents = new Set(passages.map(({ documentId }) => documentId)).size;
  context.progress({ type: "stage", stage: "reading", documents });
  return {
    passages: passages.slice(0, settings.answerPassages),
    assessment,
    timings: { ...found.result.timings, assessMs },
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
