import { expect, it } from "vitest";
import { createEgressLog } from "../../../src/compose-egress.ts";
import { type Logger, silentLogger } from "../../../src/ports/logger.ts";

it("the egress log has a line for each outgoing request, under a name of its own", () => {
  const lines: object[] = [];
  const loggerOf = (about: object): Logger => ({
    ...silentLogger,
    info: (fields, message) => void lines.push({ ...about, ...fields, message }),
    child: (fields) => loggerOf({ ...about, ...fields }),
  });

  createEgressLog(loggerOf({}))({
    method: "GET",
    origin: "https://search.example",
    path: "/search",
  });

  expect(lines).toEqual([
    {
      component: "egress",
      method: "GET",
      origin: "https://search.example",
      path: "/search",
      message: "outgoing request",
    },
  ]);
});
