import { join } from "node:path";
import { expect, it } from "vitest";
import { runPull } from "../../../src/cli/model-pull.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

it("announces no download of a model that nobody knows", async () => {
  const pipes = fakePipes();
  const command = {
    model: "nope",
    directory: join(temporaryFolder(), "models"),
    url: null,
    mirror: null,
    sha256: null,
    anyway: false,
    json: false,
  };

  await expect(runPull(command, pipes.io, new AbortController().signal)).rejects.toMatchObject({
    code: "model_not_found",
  });
  expect(pipes.stderr()).toBe("");
});
