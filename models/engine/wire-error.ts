import { type ErrorCode, errorMessage, FrontdeskError } from "../../src/core/index.ts";
import type { WireError } from "./protocol.ts";

/** Makes an error ready to cross the process border; what is not ours gets `fallback` as its code. */
export function toWireError(error: unknown, fallback: ErrorCode): WireError {
  if (error instanceof FrontdeskError) {
    return { code: error.code, message: error.message, retryable: error.retryable };
  }
  return { code: fallback, message: errorMessage(error), retryable: false };
}

/** The error as it was on the other side. */
export function fromWireError(error: WireError): FrontdeskError {
  return new FrontdeskError(error.code, error.message, { retryable: error.retryable });
}
