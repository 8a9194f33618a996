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
