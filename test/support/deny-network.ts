import { Socket } from "node:net";
import { beforeAll } from "vitest";

// A unit test that opens a connection is no unit test: fail it where it happens.
beforeAll(() => {
  Socket.prototype.connect = () => {
    throw new Error("unit tests have no network; move this test to test/integration");
  };
});
