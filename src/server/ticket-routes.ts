import type { FastifyInstance } from "fastify";
import { FrontdeskError } from "../core/index.ts";
import type { TicketIntake } from "../ports/ticket-system.ts";

const BODY_LIMIT_BYTES = 1024 * 1024;

/** Adds `POST /desk/tickets`, where a ticket system tells what agents did. It is signed; the API key is not asked for. */
export function addTicketRoutes(server: FastifyInstance, tickets: TicketIntake): void {
  void server.register(
    async (desk) => {
      // The signature is over the text as it came.
      desk.removeAllContentTypeParsers();
      desk.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
        done(null, body);
      });
      desk.post("/tickets", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
        const { body, headers } = request;
        if (typeof body !== "string") throw new FrontdeskError("usage", "There is no event here.");
        const header = (name: string): string => {
          const given = headers[name];
          return typeof given === "string" ? given : "";
        };
        await tickets.receive({ header, body });
        return reply.code(202).send({ status: "taken" });
      });
    },
    { prefix: "/desk" },
  );
}
