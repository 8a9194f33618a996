import { FrontdeskError } from "../core/index.ts";
import type { DeskUpdate, HumanDesk } from "../ports/desk.ts";
import type { EffectHandler } from "../ports/effect.ts";

const DESK_UPDATES: readonly DeskUpdate["type"][] = ["opened", "entry", "revised", "state"];

/** The effect `desk.publish`: shows `params.update` at the desk. */
export function createDeskEffect(desk: HumanDesk): EffectHandler {
  return (params, { key, signal }) => {
    const update =
      typeof params === "object" && params !== null && "update" in params ? params.update : null;
    if (!isDeskUpdate(update)) {
      throw new FrontdeskError("internal", "desk.publish was given something that is no update");
    }
    return desk.publish(update, { key, signal });
  };
}

/** Told by its type; the rest was typed where the machine made it. */
function isDeskUpdate(value: unknown): value is DeskUpdate {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return DESK_UPDATES.some((type) => type === value.type);
}
