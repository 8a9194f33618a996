import type { SharedFile } from "../../src/core/index.ts";

function numberAt(value: object, key: "at" | "durationMs"): number {
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return typeof found === "number" && Number.isFinite(found) ? found : 0;
}

/** Whether a value names a file. */
function isFile(value: unknown): value is SharedFile {
  if (typeof value !== "object" || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return ["name", "url", "platform"].every((name) => typeof fields[name] === "string");
}

/** Files that an event brings along. */
export function filesOf(event: object): readonly SharedFile[] {
  const found: unknown = Object.getOwnPropertyDescriptor(event, "files")?.value;
  return Array.isArray(found) ? found.filter(isFile) : [];
}

/** When an event happened, in milliseconds since the epoch by the store's clock. */
export function timeOf(event: object): number {
  return numberAt(event, "at");
}

/** How long the task took whose end this event tells. */
export function durationOf(event: object): number {
  return numberAt(event, "durationMs");
}
