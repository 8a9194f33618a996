import { createHash } from "node:crypto";
import { z } from "zod";
import { FrontdeskError, timeLimit } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";
import { CALL_TIMEOUT_MS, type SlackCall } from "./client.ts";
import { SlackRefusal } from "./errors.ts";

/** The addresses at which Slack takes answers to commands and presses; each is good for five answers in thirty minutes. */
export interface ResponseUrls {
  /**
   * From now on, what only this person is to see of this conversation goes to this URL, as long as it lives. Slack shows it to
   * whoever pressed or wrote, so one person's URL never serves for another.
   */
  remember(conversation: string, user: string, url: string): Promise<void>;
  /** Takes one of the answers that are left; null when there is none. */
  take(conversation: string, user: string): Promise<string | null>;
  /** Takes one of the answers that are left of this URL; false when there is none. */
  use(url: string): Promise<boolean>;
  /** Whether this person wrote or pressed there within the half hour for which Slack takes answers. */
  isFresh(conversation: string, user: string): Promise<boolean>;
  /**
   * Sends to a URL as Slack gave it. What Slack says of a refusal is its error's cause ({@link slackErrorName} reads it).
   * @throws FrontdeskError `delivery_rejected`, `delivery_uncertain`, `rate_limited`
   */
  respond(url: string, body: Readonly<Record<string, unknown>>, call: SlackCall): Promise<void>;
}

const LIFETIME_MS = 29 * 60_000;
/** Some are kept back for what is sent by hand. */
const USES = 4;

const grantSchema = z.object({ url: z.url(), until: z.number() });
const refusedSchema = z.object({ ok: z.literal(false), error: z.string().default("unknown") });

function grantName(conversation: string, user: string): string {
  return `respond:${conversation}:${user}`;
}

/** The name of a refusal in what Slack answered, with whatever status; null when there is none. */
function refusalIn(text: string, isOk: boolean): string | null {
  if (!isOk && /^[a-z_]{1,64}$/u.test(text.trim())) return text.trim();
  if (!text.startsWith("{")) return null;
  try {
    return refusedSchema.safeParse(JSON.parse(text)).data?.error ?? null;
  } catch {
    return null;
  }
}

async function respond(
  url: string,
  body: Readonly<Record<string, unknown>>,
  { signal }: SlackCall,
): Promise<void> {
  signal.throwIfAborted();
  const timeout = timeLimit(CALL_TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const message = "Slack did not say what became of an answer to a command";
    throw new FrontdeskError("delivery_uncertain", message, { cause: error, retryable: true });
  }
  const refusal = refusalIn(text, response.ok);
  if (response.ok && refusal === null) return;
  const why = refusal ?? `HTTP ${response.status}`;
  const message = `Slack refused an answer to a command: ${why}`;
  if (response.status === 429) {
    const seconds = Number(response.headers.get("retry-after") ?? "1") || 1;
    const retryAfterMs = seconds * 1_000;
    throw new FrontdeskError("rate_limited", message, { retryable: true, retryAfterMs });
  }
  const isPassing = response.status >= 500;
  throw new FrontdeskError(isPassing ? "delivery_uncertain" : "delivery_rejected", message, {
    retryable: isPassing,
    ...(refusal === null ? {} : { cause: new SlackRefusal(refusal) }),
  });
}

/** Remembers them where every process finds them: one hears the command, another says the answer. */
export function createResponseUrls(memory: Remembered, clock: Clock): ResponseUrls {
  const grantOf = async (conversation: string, user: string) => {
    const grant = await memory.get(grantName(conversation, user), grantSchema);
    return grant === null || grant.until <= clock.now() ? null : grant;
  };
  const use = async (url: string): Promise<boolean> => {
    const hash = createHash("sha256").update(url).digest("base64url").slice(0, 22);
    for (let one = 0; one < USES; one += 1) {
      if (await memory.claim(`used:${hash}:${one}`, LIFETIME_MS)) return true;
    }
    return false;
  };
  return {
    respond,
    use,
    isFresh: async (conversation, user) => (await grantOf(conversation, user)) !== null,
    remember: (conversation, user, url) =>
      memory.set(
        grantName(conversation, user),
        { url, until: clock.now() + LIFETIME_MS },
        LIFETIME_MS,
      ),
    async take(conversation, user) {
      const grant = await grantOf(conversation, user);
      return grant !== null && (await use(grant.url)) ? grant.url : null;
    },
  };
}
