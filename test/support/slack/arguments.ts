import { ApiError } from "./api-error.ts";

/** Arguments of a call of the Web API, from a form or from JSON. */
export interface Arguments {
  /** @throws ApiError `invalid_arguments` when it is missing */
  required(name: string): string;
  optional(name: string): string | null;
  /** A value that is JSON within the form; undefined when it is missing. */
  json(name: string): unknown;
  flag(name: string): boolean;
  number(name: string, fallback: number): number;
  readonly all: Readonly<Record<string, unknown>>;
}

function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function fields(body: string, contentType: string): Readonly<Record<string, unknown>> {
  if (contentType.startsWith("application/json")) {
    const parsed: unknown = JSON.parse(body === "" ? "{}" : body);
    if (typeof parsed !== "object" || parsed === null) throw new ApiError("invalid_json");
    return Object.fromEntries(Object.entries(parsed));
  }
  return Object.fromEntries(new URLSearchParams(body));
}

/** Reads the body of a request. */
export function readArguments(body: string, contentType: string): Arguments {
  const all = fields(body, contentType);
  const optional = (name: string): string | null => {
    const value = asText(all[name]);
    return value === "" ? null : value;
  };
  return {
    all,
    optional,
    required(name) {
      const value = optional(name);
      if (value !== null) return value;
      const messages = [`[ERROR] missing required field: ${name}`];
      throw new ApiError("invalid_arguments", { response_metadata: { messages } });
    },
    json(name) {
      const value = all[name];
      if (typeof value !== "string") return value;
      try {
        const parsed: unknown = JSON.parse(value);
        return parsed;
      } catch {
        throw new ApiError("invalid_json");
      }
    },
    flag: (name) => ["1", "true"].includes(optional(name) ?? ""),
    number(name, fallback) {
      const value = Number(optional(name) ?? fallback);
      return Number.isFinite(value) ? value : fallback;
    },
  };
}
