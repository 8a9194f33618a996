import type { CasePlace, ReplyAddress } from "../core/index.ts";
import type { ComponentHealth } from "./application.ts";
import type { Channel } from "./channel.ts";

/** A messaging platform that this process is connected to: its channel, and the side that hears. */
export interface PlatformAdapter {
  /** Can be used as soon as the adapter is made. */
  readonly channel: Channel;
  /**
   * Begins to hear. A platform that cannot be reached is tried again by itself and told of by {@link status}.
   * @throws FrontdeskError `config_invalid`, `port_in_use`
   */
  start(): Promise<void>;
  /** Takes notice of a message that gets no words of its own: passed on to a person, or not meant for the bot. */
  settled(address: ReplyAddress, outcome: "forwarded" | "ignored"): Promise<void>;
  /**
   * Whether somebody of the team is no longer there: his account is switched off, or he has left the server. Absent where nobody
   * can say. Rejects when the platform does not say.
   */
  hasLeft?(user: string, call: { readonly signal: AbortSignal }): Promise<boolean>;
  /**
   * Where something was said, as people name the place. Absent where there is no more to say than the address does.
   * @throws FrontdeskError when the platform does not say
   */
  placeOf?(address: ReplyAddress, call: { readonly signal: AbortSignal }): Promise<CasePlace>;
  status(): ComponentHealth;
  /** Hears nothing more; what is still to be said can be said. Repeated calls wait for the first. */
  stopListening(): Promise<void>;
  /** Ends everything. Repeated calls wait for the first. */
  close(): Promise<void>;
}
