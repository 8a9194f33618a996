import { z } from "zod";
import { FrontdeskError } from "../src/core/index.ts";
import { answerAfter, type ChatModel } from "../src/ports/chat-model.ts";

/**
 * The same model, whose structured output is checked once more before anybody gets it: grammars let some numbers through
 * that mean something else, servers may ignore a schema, and an answer can be cut off by its length. Free text streams as
 * before; structured output comes as one piece.
 */
export function checkOutput(model: ChatModel): ChatModel {
  return {
    status: () => model.status(),
    generate: async function* (request, call) {
      const { jsonSchema } = request;
      if (jsonSchema === null) {
        yield* model.generate(request, call);
        return;
      }
      let text = "";
      for await (const event of model.generate(request, call)) {
        text = answerAfter(text, event);
        if (event.type === "text" || event.type === "retracted") continue;
        if (event.type === "done") {
          assertFollows(text, jsonSchema, model.status().model);
          yield { type: "text", text };
        }
        yield event;
      }
    },
  };
}

function assertFollows(text: string, jsonSchema: object, model: string): void {
  const result = z.fromJSONSchema({ ...jsonSchema }).safeParse(parsed(text));
  if (result.success) return;
  const [issue] = result.error.issues;
  const where = issue === undefined ? "" : ` (${["$", ...issue.path].join(".")}: ${issue.code})`;
  throw new FrontdeskError(
    "model_output_invalid",
    `The output of model "${model}" does not follow the JSON schema that it was given${where}. If this is usual, take ` +
      "another model; what is asked for in this way also goes without one.",
    { retryable: true },
  );
}

/** Undefined, which no schema allows, where it is no JSON at all. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
