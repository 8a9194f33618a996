// One process of an echo bot: Frontdesk's engine or Vercel's Chat SDK, on one Redis, before a platform that is the parent.
import {
  type BotOrder,
  type BotPlatform,
  botOrderSchema,
  type FromBot,
  type TakeIn,
  toBotSchema,
} from "./bot-order.ts";
import { openChatSdkBot } from "./chat-sdk-bot.ts";
import { openFrontdeskBot } from "./frontdesk-bot.ts";

const tell = (message: FromBot): void => void process.send?.(message);

const waiting = new Map<number, (isThere: boolean) => void>();
let calls = 0;

function call(message: (call: number) => FromBot): Promise<boolean> {
  calls += 1;
  const own = calls;
  return new Promise((resolve) => {
    waiting.set(own, resolve);
    tell(message(own));
  });
}

const platform: BotPlatform = {
  post: async (key, thread, text) => {
    await call((own) => ({ type: "post", call: own, key, thread, text }));
  },
  find: (key) => call((own) => ({ type: "find", call: own, key })),
};

function listen(takeIn: TakeIn): void {
  process.on("message", (received) => {
    const message = toBotSchema.parse(received);
    if (message.type === "message") {
      // A webhook that failed is not acknowledged; the platform sends it again.
      takeIn(message).then(
        () => tell({ type: "ack", id: message.id }),
        () => {},
      );
      return;
    }
    waiting.get(message.call)?.(message.type === "found" && message.isThere);
    waiting.delete(message.call);
  });
}

async function main(order: BotOrder): Promise<void> {
  const open = order.bot === "frontdesk" ? openFrontdeskBot : openChatSdkBot;
  listen(await open(order, platform));
  tell({ type: "ready" });
}

process.once("message", (order) => void main(botOrderSchema.parse(order)));
process.once("disconnect", () => process.exit(0));
