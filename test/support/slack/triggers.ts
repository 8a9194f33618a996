import { ApiError } from "./api-error.ts";
import type { World } from "./world.ts";

/** Trigger ids: good for one view, for three seconds. */
export interface Triggers {
  issue(): string;
  /** @throws ApiError `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id` */
  redeem(id: string): void;
}

export function createTriggers(world: World, lifetimeMs: number): Triggers {
  const issued = new Map<string, { readonly at: number; isSpent: boolean }>();
  return {
    issue() {
      const id = world.newId("T");
      issued.set(id, { at: performance.now(), isSpent: false });
      return id;
    },
    redeem(id) {
      const trigger = issued.get(id);
      if (trigger === undefined) throw new ApiError("invalid_trigger_id");
      if (trigger.isSpent) throw new ApiError("exchanged_trigger_id");
      if (performance.now() - trigger.at > lifetimeMs) throw new ApiError("expired_trigger_id");
      trigger.isSpent = true;
    },
  };
}
