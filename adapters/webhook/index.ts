export { createFlowCaller, refusePrivateFlow } from "./flow-caller.ts";
export { createWebhookSender, refusePrivate } from "./sender.ts";
