import { argv } from "node:process";
import { createLocalChatModel, modelFileAt } from "../../../models/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

/** A process that starts a model, tells the model's process id, and waits to be killed. */
const model = createLocalChatModel({
  model: modelFileAt(argv[2] ?? ""),
  logger: silentLogger,
  sequences: 1,
  contextSize: 1_024,
  threads: 1,
  gpu: "off",
});
await model.ready({ signal: new AbortController().signal });
process.send?.(model.pid());
