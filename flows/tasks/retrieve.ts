import type { Passage, RankedPassage, RetrievalFeatures } from "../../src/core/index.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import type { WebSearch } from "../../src/ports/web-search.ts";
import { prepareQuery, scorePassages } from "../answer/score.ts";
import { measureAmbiguity } from "../clarify/ambiguity.ts";
import {
  calibrationFor,
  featureVector,
  measureEvidence,
  probability,
} from "../confidence/index.ts";
import type { DialogueSettings } from "../settings.ts";
import type { Assessment, Reading, Retrieved, RetrieveInput, SearchWebInput } from "./contracts.ts";

const WEB_PAGES = 6;

function isOfReading(passage: Passage, reading: Reading): boolean {
  return (
    passage.documentId === reading.documentId &&
    (passage.section === reading.section || passage.section.startsWith(`${reading.section} › `))
  );
}

/** The passages of a chosen reading, then the rest of its document; all of them when it is gone. */
function narrow(
  passages: readonly RankedPassage[],
  reading: Reading | null,
): readonly RankedPassage[] {
  if (reading === null) return passages;
  const own = passages.filter((passage) => isOfReading(passage, reading));
  return own.length > 0 ? own : passages;
}

/** Judges passages: is the question answerable from them, and does it have several readings? */
export function assess(
  found: { readonly passages: readonly Passage[]; readonly features: RetrievalFeatures },
  input: Pick<RetrieveInput, "question" | "language" | "reading" | "optionPrefix">,
  settings: DialogueSettings,
): Assessment {
  const query = prepareQuery(input.question, found.passages);
  const scored = scorePassages(query, found.passages);
  const evidence = measureEvidence(query, scored);
  const vector = featureVector(found.features, evidence, input.language);
  const calibration = calibrationFor(settings, vector, input.language);
  const ambiguity =
    input.reading === null ? measureAmbiguity(query, scored, input.optionPrefix) : null;
  return {
    answerable: found.passages.length === 0 ? 0 : probability(calibration, vector),
    ambiguous: ambiguity?.probability ?? 0,
    readings: ambiguity?.readings ?? [],
    missing: evidence.missing,
  };
}

/** Finds passages with the asker's rights and judges them. */
export async function retrieve(
  input: RetrieveInput,
  context: TaskContext,
  tools: { readonly retriever: Retriever; readonly settings: DialogueSettings },
): Promise<Retrieved> {
  const { retriever, settings } = tools;
  context.progress({ type: "stage", stage: "searching" });
  const { reading } = input;
  const query = reading === null ? input.question : `${input.question} ${reading.label}`;
  const result = await retriever.retrieve(
    {
      query,
      language: input.language,
      principal: input.principal,
      audience: input.audience,
      collections: settings.collections,
      top: settings.retrievedPassages,
    },
    { signal: context.signal },
  );
  const start = performance.now();
  const passages = narrow(result.passages, reading);
  const assessment = assess({ passages, features: result.features }, input, settings);
  const assessMs = performance.now() - start;
  const documents = new Set(passages.map(({ documentId }) => documentId)).size;
  context.progress({ type: "stage", stage: "reading", documents });
  return {
    passages: passages.slice(0, settings.answerPassages),
    assessment,
    timings: { ...result.timings, assessMs },
  };
}

/** Measurements of passages that come without any: words alone. */
function webFeatures(question: string, passages: readonly Passage[]): RetrievalFeatures {
  const query = prepareQuery(question, passages);
  const scored = scorePassages(query, passages);
  const coverage = Math.max(0, ...scored.map((each) => each.coverage));
  return {
    queryTerms: query.terms.length,
    coverage,
    coverageTop3: coverage,
    unseen: 1 - coverage,
    lexicalPerIdf: coverage,
    lexicalMargin: 0,
    topCosine: null,
    cosineMargin: null,
    overlapAt10: null,
    rerankTop: null,
    rerankMargin: null,
  };
}

/** Looks on the web and judges what was found in the same way. */
export async function searchWeb(
  input: SearchWebInput,
  context: TaskContext,
  tools: { readonly webSearch: WebSearch | null; readonly settings: DialogueSettings },
): Promise<Retrieved> {
  context.progress({ type: "stage", stage: "searching-web" });
  const { question, language } = input;
  const passages =
    tools.webSearch === null
      ? []
      : await tools.webSearch.search({ query: question, language, top: WEB_PAGES }, context);
  const features = webFeatures(question, passages);
  const asked = { question, language, reading: null, optionPrefix: "w" };
  const assessment = assess({ passages, features }, asked, tools.settings);
  return { passages, assessment: { ...assessment, readings: [], ambiguous: 0 }, timings: {} };
}
