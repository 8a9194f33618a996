import { createHash, randomUUID } from "node:crypto";

const HASH_CHARACTERS = 22;

/** The part of a job's id behind its kind: a hash of the name that was asked for, or a random one. */
export function localJobId(name: string | null): string {
  if (name === null) return randomUUID();
  return createHash("sha256").update(name).digest("base64url").slice(0, HASH_CHARACTERS);
}

/** `webhook.deliver/x1…`: tells where to look for the job. */
export function jobIdOf(kind: string, local: string): string {
  return `${kind}/${local}`;
}

/** The parts of {@link jobIdOf}. */
export function partsOfJobId(id: string): { readonly kind: string; readonly local: string } {
  const slash = id.indexOf("/");
  return { kind: id.slice(0, Math.max(slash, 0)), local: id.slice(slash + 1) };
}
