import { z } from "zod";
import { FrontdeskError } from "../../src/core/index.ts";

const errorBodySchema = z.object({
  error: z.union([
    z.string(),
    z.object({
      code: z.union([z.string(), z.number()]).nullish(),
      type: z.string().nullish(),
      message: z.string().nullish(),
    }),
  ]),
});
const CONTEXT = /context.{0,20}(length|size|window)|too (long|many tokens)|maximum.{0,20}tokens/iu;

/** Whom an error is about. */
export interface RemoteTarget {
  readonly model: string;
  readonly baseUrl: string;
  /** Names of the settings to check. */
  readonly settings?: { readonly url: string; readonly apiKey: string };
}

const CHAT_SETTINGS = { url: "FRONTDESK_MODEL_URL", apiKey: "FRONTDESK_MODEL_API_KEY" } as const;

/**
 * Says in our terms what an HTTP status means. The body is looked at but never quoted: servers like to repeat the prompt.
 * @param body what the server sent, possibly cut
 */
export function statusError(
  target: RemoteTarget,
  status: number,
  body: string,
  retryAfterMs: number | null,
): FrontdeskError {
  const where = `The model server ${target.baseUrl}`;
  if (isContextError(status, body)) {
    return new FrontdeskError(
      "prompt_too_long",
      `The prompt is longer than the context of "${target.model}" at ${target.baseUrl}. Give it fewer passages or less ` +
        "history, or raise the server's context size.",
    );
  }
  if (status === 401 || status === 403) {
    return new FrontdeskError(
      "model_unavailable",
      `${where} refuses us (HTTP ${status}). Check ${(target.settings ?? CHAT_SETTINGS).apiKey}.`,
    );
  }
  if (status === 404) {
    return new FrontdeskError(
      "model_not_found",
      `${where} does not know the model "${target.model}", or the address lacks its version (/v1).`,
    );
  }
  if (status === 429) {
    return new FrontdeskError("model_busy", `${where} has too much to do (HTTP 429).`, {
      retryable: true,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }
  if (status === 400 || status === 422) {
    return new FrontdeskError(
      "model_refused",
      `${where} does not take a request for "${target.model}" as it is (HTTP ${status}). Its log says what it dislikes.`,
    );
  }
  return new FrontdeskError("model_unavailable", `${where} answered with HTTP ${status}.`, {
    retryable: status >= 500 || status === 408,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** The connection could not be made, or the server did not begin to answer. */
export function unreachable(target: RemoteTarget, reason: string, cause?: unknown): FrontdeskError {
  return new FrontdeskError(
    "model_unavailable",
    `The model server ${target.baseUrl} cannot be reached: ${reason}. Check that it runs and that ${(target.settings ?? CHAT_SETTINGS).url} is right.`,
    { retryable: true, cause },
  );
}

/** The connection broke in the middle of an answer. */
export function brokenOff(target: RemoteTarget, reason: string, cause?: unknown): FrontdeskError {
  return new FrontdeskError(
    "model_crashed",
    `The model server ${target.baseUrl} broke off in the middle of an answer: ${reason}.`,
    { retryable: true, cause },
  );
}

/** The server is there, but no word of an answer came in the time or the tokens that are allowed. */
export function tooSlow(target: RemoteTarget): FrontdeskError {
  return new FrontdeskError(
    "model_too_slow",
    `"${target.model}" at ${target.baseUrl} did not begin its answer in the time or the tokens that are allowed. Take a ` +
      "smaller model or one that thinks less, or raise models.maxAnswerSeconds or models.thoughtTokens.",
    { retryable: true },
  );
}

/** The server speaks, but not the protocol. */
export function notUnderstood(target: RemoteTarget, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "model_unavailable",
    `The model server ${target.baseUrl} does not speak the OpenAI protocol. Check the address; it usually ends in /v1.`,
    { cause },
  );
}

function isContextError(status: number, body: string): boolean {
  if (status === 413) return true;
  if (status !== 400 && status !== 422) return false;
  const parsed = errorBodySchema.safeParse(parseJson(body));
  if (!parsed.success) return false;
  const { error } = parsed.data;
  if (typeof error === "string") return CONTEXT.test(error);
  return [error.code, error.type, error.message].some((part) =>
    CONTEXT.test(String(part ?? "").replaceAll("_", " ")),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
