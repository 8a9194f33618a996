import { createHash } from "node:crypto";
import { type EffectKey, effectKey, type InstanceAddress, instanceKey } from "../core/index.ts";
import type { Persisted } from "./snapshot.ts";

/** Leaves room for birth and token within the 512 characters of a key. */
const MAX_NAME = 440;

/** The key of a reply that has a name of its own, so that later effects find it again. */
export function namedKeyOf(
  instance: InstanceAddress,
  state: Pick<Persisted, "birth">,
  name: string,
): EffectKey {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 24);
  return keyOf(instance, state, `~${digest}`);
}

/**
 * The key of an effect or task for ever: instance, its birth, and the token of the step that made it. The birth keeps the
 * keys of an instance that was forgotten apart from those of the one that began anew.
 */
export function keyOf(
  instance: InstanceAddress,
  state: Pick<Persisted, "birth">,
  token: string,
): EffectKey {
  const name = instanceKey(instance);
  const short = name.length <= MAX_NAME ? name : createHash("sha256").update(name).digest("hex");
  return effectKey(`${short}#${state.birth.toString(36)}.${token}`);
}
