export { createWebhookSender, refusePrivate } from "./sender.ts";
