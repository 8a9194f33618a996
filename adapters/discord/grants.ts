import { z } from "zod";
import type { MessageId, ReplyAddress } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";
import { timeOfSnowflake } from "./ids.ts";

/** A token is good for fifteen minutes; some of them are left for the way, and for what is pressed at the end. */
const TOKEN_MS = 14.5 * 60_000;

const grantSchema = z.object({
  application: z.string(),
  token: z.string(),
  until: z.number(),
  /** Who sees what is said by it. */
  user: z.string(),
  /** The answer that Discord waits for has not been given yet. */
  isOpen: z.boolean(),
});
/** By what somebody can be answered alone, and until when. */
type Grant = z.infer<typeof grantSchema>;

/** An interaction that can be answered for a while. */
export interface Grantable {
  readonly id: string;
  readonly application: string;
  readonly token: string;
}

/** Which interactions can still be answered, by what their answers reply to; for all processes. */
export interface Grants {
  remember(
    of: { readonly conversation: string; readonly replyTo: MessageId; readonly user: string },
    interaction: Grantable,
    isOpen: boolean,
  ): Promise<Grant>;
  /** The interaction that a message of ours replies to. */
  own(address: ReplyAddress): Promise<Grant | null>;
  /**
   * Its own interaction, else this person's last one in the conversation, but not one that still waits for an answer of its own.
   * @param by.key the message that wants the place of the first answer
   */
  of(
    address: ReplyAddress,
    by: { readonly key: string; readonly user: string },
  ): Promise<Grant | null>;
  /** The first answer was given. */
  used(address: ReplyAddress, grant: Grant): Promise<void>;
  /** Takes the place of the first answer for something that says it comes in another way. Null when it is no longer free. */
  giveUp(replyTo: string): Promise<Grant | null>;
}

export function createGrants(options: {
  readonly memory: Remembered;
  readonly clock: Clock;
}): Grants {
  const { memory, clock } = options;

  const grantFor = async (replyTo: string | null): Promise<Grant | null> => {
    const grant = replyTo === null ? null : await memory.get(`grant:${replyTo}`, grantSchema);
    return grant === null || grant.until <= clock.now() ? null : grant;
  };

  /** One message only is written into the place of the first answer, whatever process writes it, and however often it tries. */
  const hasPlace = async (replyTo: string, key: string): Promise<boolean> => {
    const name = `place:${replyTo}`;
    if (await memory.claim(name, TOKEN_MS)) {
      await memory.set(`${name}:of`, key, TOKEN_MS);
      return true;
    }
    return (await memory.get(`${name}:of`, z.string())) === key;
  };

  const lastName = (conversation: string, user: string): string =>
    `granted:${conversation}:${user}`;

  return {
    async remember({ conversation, replyTo, user }, { id, application, token }, isOpen) {
      const until = timeOfSnowflake(id) + TOKEN_MS;
      const grant: Grant = { application, token, until, user, isOpen };
      await memory.set(`grant:${replyTo}`, grant, TOKEN_MS);
      await memory.set(lastName(conversation, user), replyTo, TOKEN_MS);
      return grant;
    },
    own: ({ replyTo }) => grantFor(replyTo),
    async of({ conversationId, replyTo }, { key, user }) {
      const own = await grantFor(replyTo);
      if (own?.user === user && replyTo !== null) {
        if (!own.isOpen) return own;
        return (await hasPlace(replyTo, key)) ? own : { ...own, isOpen: false };
      }
      const name = lastName(conversationId, user);
      const last = await grantFor(await memory.get(name, z.string()));
      return last?.isOpen === false && last.user === user ? last : null;
    },
    async used({ replyTo }, grant) {
      if (replyTo !== null && grant.isOpen) {
        await memory.set(`grant:${replyTo}`, { ...grant, isOpen: false }, TOKEN_MS);
      }
    },
    async giveUp(replyTo) {
      const grant = await grantFor(replyTo);
      if (grant?.isOpen !== true || !(await hasPlace(replyTo, "given up"))) return null;
      await memory.delete(`grant:${replyTo}`);
      return grant;
    },
  };
}
