import { createHash } from "node:crypto";
import { detectLanguage } from "../../src/core/index.ts";
import type { DocumentReader } from "../document.ts";
import type { SetPassage } from "./question-set.ts";

/** The folder that the passages of a set seem to lie in. */
export const SET_ROOT = "/retrieval-set";

/** Gives each passage of a set as a document of one chunk whose address is its id. */
export function createSetReader(passages: readonly SetPassage[]): DocumentReader {
  const byId = new Map(passages.map((entry) => [entry.id, entry]));
  return {
    list: () =>
      Promise.resolve({
        isContainer: true,
        refused: [],
        documents: [...byId.keys()].map((id) => {
          return { source: id, root: SET_ROOT, sizeBytes: null, updatedAt: null };
        }),
      }),
    read({ source }) {
      const { title, text } = byId.get(source) ?? { title: "", text: "" };
      const language = detectLanguage(text);
      const chunk = { section: "", page: null, text, language };
      return Promise.resolve({
        status: "read",
        contentHash: createHash("sha256").update(`${title}\n${text}`).digest("hex"),
        document: { title: title.replaceAll("_", " "), language, chunks: [chunk] },
        warning: null,
      });
    },
    close: () => Promise.resolve(),
  };
}
