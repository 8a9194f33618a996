import { ERROR_CODES, type ErrorCode } from "../../src/core/index.ts";

function numberAt(value: object, key: "at" | "durationMs"): number {
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return typeof found === "number" && Number.isFinite(found) ? found : 0;
}

/** When an event happened, in milliseconds since the epoch by the store's clock. */
export function timeOf(event: object): number {
  return numberAt(event, "at");
}

/** How long the task took whose end this event tells. */
export function durationOf(event: object): number {
  return numberAt(event, "durationMs");
}

/** The code of a task's failure; `internal` when it says none. */
export function failureOf(error: unknown): {
  readonly code: ErrorCode;
  readonly retryable: boolean;
} {
  if (typeof error !== "object" || error === null) return { code: "internal", retryable: false };
  const said: unknown = Object.getOwnPropertyDescriptor(error, "code")?.value;
  const retryable: unknown = Object.getOwnPropertyDescriptor(error, "retryable")?.value;
  return {
    code: ERROR_CODES.find((code) => code === said) ?? "internal",
    retryable: retryable === true,
  };
}
