import type { Interactions } from "../interactions.ts";
import type { DiscordLimits } from "../limits.ts";
import type { DiscordChannel, DiscordFile, DiscordUser, World } from "../world.ts";

type Body = Readonly<Record<string, unknown>>;

/** What a route is given. */
export interface RouteContext {
  readonly world: World;
  readonly limits: DiscordLimits;
  readonly baseUrl: string;
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly DiscordFile[];
  readonly interactions: Interactions;
  /** Whether the application may read messages. */
  readonly hasMessageContent: boolean;
  /** Tells the gateway. */
  emit(name: string, data: Body, guild: string | null, channel: string | null): void;
  /** The channel in which the bot and somebody write to one another. */
  directMessages(user: DiscordUser): DiscordChannel;
  /** How many sessions may begin today. */
  starts(): { readonly remaining: number; readonly resetAfterMs: number };
  /** Shards that Discord would advise. */
  readonly shards: number;
}

/** One route of the REST API. */
export interface Route {
  /** As the tests call it: `POST message`. */
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** False where the token in the path says who calls. */
  readonly isAnonymous?: boolean;
  /** Undefined answers 204. */
  run(context: RouteContext): unknown;
}
