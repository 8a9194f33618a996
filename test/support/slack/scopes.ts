import { ApiError } from "./api-error.ts";
import type { Arguments } from "./arguments.ts";
import type { Method } from "./methods/index.ts";
import type { SlackChannel, World } from "./world.ts";

const PREFIX: Readonly<Record<SlackChannel["kind"], string>> = {
  public: "channels",
  private: "groups",
  im: "im",
  mpim: "mpim",
};
const TYPE_PREFIX: Readonly<Record<string, string>> = {
  public_channel: "channels",
  private_channel: "groups",
  im: "im",
  mpim: "mpim",
};

/** What the app may do, and what it made use of. */
export interface Scopes {
  readonly granted: Set<string>;
  /** Scopes that some call needed. */
  readonly used: Set<string>;
  /** @throws ApiError `missing_scope` */
  check(method: Method, args: Arguments): void;
}

/** The scopes that this very call needs; of a method that reads four kinds of channels it is the kind's own. */
function needed(method: Method, args: Arguments, world: World): readonly string[] {
  if (method.scopes.length < 4) return method.scopes;
  const action = method.scopes[0]?.split(":")[1] ?? "";
  const types = args.optional("types");
  if (types !== null)
    return types.split(",").map((type) => `${TYPE_PREFIX[type] ?? type}:${action}`);
  const channel = world.channels.get(args.optional("channel") ?? "");
  return channel === undefined ? [] : [`${PREFIX[channel.kind]}:${action}`];
}

export function createScopes(world: World, granted: Iterable<string>): Scopes {
  const scopes: Scopes = {
    granted: new Set(granted),
    used: new Set(),
    check(method, args) {
      for (const scope of needed(method, args, world)) {
        scopes.used.add(scope);
        if (scopes.granted.has(scope)) continue;
        const provided = [...scopes.granted].join(",");
        throw new ApiError("missing_scope", { needed: scope, provided });
      }
    },
  };
  return scopes;
}
