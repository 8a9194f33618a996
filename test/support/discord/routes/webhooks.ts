import { wireMessage } from "../wire.ts";
import { readMessageBody } from "./message-body.ts";
import type { Route } from "./route.ts";

const HOOK = /^\/webhooks\/(\d+)\/([^/]+)$/u;
const ORIGINAL = /^\/webhooks\/(\d+)\/([^/]+)\/messages\/(@original|\d+)$/u;

/** What an interaction is answered with. */
export const webhookRoutes: readonly Route[] = [
  {
    name: "POST callback",
    method: "POST",
    pattern: /^\/interactions\/(\d+)\/([^/]+)\/callback$/u,
    isAnonymous: true,
    run({ interactions, parameters, body, files }) {
      interactions.answer(parameters[0] ?? "", parameters[1] ?? "", body, files);
    },
  },
  {
    name: "POST followup",
    method: "POST",
    pattern: HOOK,
    isAnonymous: true,
    run({ world, interactions, parameters, body, files, baseUrl }) {
      const said = readMessageBody(body, files, false);
      const message = interactions.followUp(parameters[1] ?? "", said);
      return wireMessage(world, message, { baseUrl });
    },
  },
  {
    name: "PATCH original",
    method: "PATCH",
    pattern: ORIGINAL,
    isAnonymous: true,
    run({ world, interactions, parameters, body, files, baseUrl }) {
      const [, token = "", id = ""] = parameters;
      const message = interactions.edit(token, id, readMessageBody(body, files, true));
      return wireMessage(world, message, { baseUrl });
    },
  },
  {
    name: "DELETE original",
    method: "DELETE",
    pattern: ORIGINAL,
    isAnonymous: true,
    run({ interactions, parameters }) {
      const [, token = "", id = ""] = parameters;
      interactions.remove(token, id);
    },
  },
];
