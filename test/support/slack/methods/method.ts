import type { Arguments } from "../arguments.ts";
import type { SlackLimits, Tier } from "../limits.ts";
import type { World } from "../world.ts";

/** What a method works with. */
export interface MethodContext {
  readonly world: World;
  readonly limits: SlackLimits;
  readonly args: Arguments;
  /** Base URL of the emulator. */
  readonly baseUrl: string;
  /** Tells subscribers. */
  readonly emit: (event: { readonly type: string } & Readonly<Record<string, unknown>>) => void;
  /** Names of the events that the app has subscribed to. */
  readonly subscriptions: ReadonlySet<string>;
  /** Takes a trigger id; throws when it is spent or too old. */
  readonly redeemTrigger: (id: string) => void;
  /** A place for the next Socket Mode connection. */
  readonly socketUrl: () => string;
}

/** A method of the Web API. */
export interface Method {
  /** Any of these scopes opens it; empty when none is needed. */
  readonly scopes: readonly string[];
  readonly tier: Tier | null;
  /** Kind of token that it takes. */
  readonly token: "bot" | "app";
  readonly run: (context: MethodContext) => Readonly<Record<string, unknown>>;
}

export type Methods = Readonly<Record<string, Method>>;
