import { App, type Receiver, type ReceiverEvent } from "@slack/bolt";
import type { Logger } from "../../src/ports/logger.ts";
import type { AckBody } from "./adapter-parts.ts";
import { slackLogger } from "./client.ts";

/** Takes the body of an event, interaction or command; resolves when it is durable. */
export type TakeBody = (body: unknown) => Promise<AckBody>;

/**
 * Stands where Bolt has its listeners. Bolt acknowledges events before its listeners run; here the acknowledgement follows
 * the taking in, and a failed one is not acknowledged, so that Slack sends it again.
 */
export class IntakeApp extends App {
  // Set after the constructor of Bolt, which only hands `this` to the receiver.
  readonly #take: TakeBody;

  constructor(receiver: Receiver, options: { readonly take: TakeBody; readonly logger: Logger }) {
    super({
      receiver,
      authorize: () => Promise.resolve({}),
      logger: slackLogger(options.logger),
      convoStore: false,
      ignoreSelf: false,
    });
    this.#take = options.take;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const answer = await this.#take(event.body);
    if (answer === undefined) await event.ack();
    else await event.ack({ ...answer });
  }
}
