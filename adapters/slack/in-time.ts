import { detectLanguage, FrontdeskError } from "../../src/core/index.ts";
import { commandLabels } from "./command-labels.ts";
import type { TakeBody } from "./intake-app.ts";
import { commandSchema } from "./payloads.ts";

/** Slack waits three seconds, its way to us and back included. */
const ANSWER_MS = 2_700;

/** What Slack shows at once to whoever used a command; null for everything else, of which it only hears that it failed. */
function wordsFor(body: unknown): Readonly<Record<string, unknown>> | null {
  const { data } = commandSchema.safeParse(body);
  if (data === undefined) return null;
  const { takesLong } = commandLabels(detectLanguage(data.text));
  return { response_type: "ephemeral", text: takesLong };
}

/**
 * Answers Slack in time although what it sent is not stored yet: a store that hangs may take it later or never. Slack sends an
 * event again, and it is taken in once all the same; whoever used a command is told what to do, for commands come once.
 */
export function inTime(take: TakeBody, limitMs = ANSWER_MS): TakeBody {
  return async (body) => {
    const taken = take(body);
    // Nobody may be left who hears of it.
    taken.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, limitMs, null);
    });
    let ended: { readonly ack: Awaited<typeof taken> } | null;
    try {
      ended = await Promise.race([taken.then((ack) => ({ ack })), late]);
    } finally {
      clearTimeout(timer);
    }
    if (ended !== null) return ended.ack;
    const words = wordsFor(body);
    if (words !== null) return words;
    const message = `not stored within ${limitMs} ms`;
    throw new FrontdeskError("store_unavailable", message, { retryable: true });
  };
}
