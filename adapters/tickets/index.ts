export { createTicketBoard, type TicketBoard } from "./board.ts";
export { createWebhookIntake } from "./intake.ts";
export { createWebhookTickets } from "./webhook-system.ts";
export { createZammadIntake } from "./zammad-intake.ts";
export { createZammad } from "./zammad-system.ts";
