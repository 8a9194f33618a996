import type { Llama, LlamaGrammar } from "node-llama-cpp";
import { errorMessage, FrontdeskError } from "../../../src/core/index.ts";

const CAPACITY = 16;

/** Grammars of JSON schemas, made once. */
export interface GrammarCache {
  /** @throws FrontdeskError `unsupported` when the engine cannot follow this schema */
  forSchema(schema: Readonly<Record<string, unknown>>): Promise<LlamaGrammar>;
}

/** Keeps the grammars of the last 16 schemas. */
export function createGrammarCache(llama: Llama): GrammarCache {
  const grammars = new Map<string, LlamaGrammar>();
  return {
    forSchema: async (schema) => {
      const key = JSON.stringify(schema);
      const grammar = grammars.get(key) ?? (await create(llama, schema));
      grammars.delete(key);
      grammars.set(key, grammar);
      const oldest = grammars.keys().next();
      if (grammars.size > CAPACITY && oldest.done !== true) grammars.delete(oldest.value);
      return grammar;
    },
  };
}

async function create(llama: Llama, schema: unknown): Promise<LlamaGrammar> {
  try {
    if (!isObjectSchema(schema)) throw new TypeError("its root must be of type object");
    return await llama.createGrammarForJsonSchema(schema);
  } catch (error) {
    throw new FrontdeskError(
      "unsupported",
      `The model cannot follow this JSON schema: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

/** The library checks the rest when it builds the grammar. */
function isObjectSchema(value: unknown): value is { readonly type: "object" } {
  return typeof value === "object" && value !== null && "type" in value && value.type === "object";
}
