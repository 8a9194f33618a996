import { dieWithParent } from "./orphan-guard.ts";
import { type ParserMessage, parseJobSchema } from "./protocol.ts";
import { runParseJob } from "./run-job.ts";

// Entry of the parser process. It reads documents one after the other and holds no secrets, so that a hostile file that
// kills it, or takes it over, costs one document.

function send(message: ParserMessage): void {
  process.send?.(message);
}

process.on("message", (raw) => {
  const job = parseJobSchema.parse(raw);
  send({ type: "begun", id: job.id });
  void runParseJob(job).then((result) => {
    send({ type: "done", id: job.id, result, rssBytes: process.memoryUsage.rss() });
  });
});
process.on("disconnect", () => process.exit(0));
dieWithParent();
send({ type: "ready" });
