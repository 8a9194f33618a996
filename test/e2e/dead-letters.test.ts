import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { jsonOf, runCommand } from "../support/cli.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import { folderWith, startFrontdesk } from "../support/slack/frontdesk-process.ts";

const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";
const KEY = "a-long-random-word";
const lettersSchema = z.array(z.object({ key: z.string(), type: z.string(), reason: z.string() }));

it("a reply that Slack refuses is shown by dead-letters, doctor, the API and the metrics, blocks nothing, and is sent when it is retried", async () => {
  const slack = await startSlackFor({ limits: { postIntervalMs: 1, ackMs: 60_000 } });
  onTestFinished(() => slack.close());
  const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
  const app = await startFrontdesk(slack, { dataDir, env: { FRONTDESK_HTTP_API_KEY: KEY } });
  onTestFinished(() => app.kill());
  const url = /is ready: (http:\S+)/u.exec(app.command.stderr())?.[1] ?? "";
  const env = { FRONTDESK_EMBED_MODEL: "off" };
  const ann = slack.user("Ann");
  const help = slack.channel("help", { members: [ann] });
  const answersIn = (thread: string) => slack.messages(help, thread).filter(({ isBot }) => isBot);
  slack.faults.always("chat.postMessage", { type: "error", error: "is_archived" });

  const refused = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
  const [letter] = await eventually(
    "a dead letter",
    async () => {
      const { stdout } = await runCommand(["dead-letters", "--json"], { dataDir, env });
      const letters = lettersSchema.parse(jsonOf(stdout));
      return letters.length > 0 ? letters : null;
    },
    60_000,
  );
  const doctor = await runCommand(["doctor", "--json"], { dataDir, env });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
  const listed = await (await fetch(`${url}/api/v1/dead-letters`, { headers })).text();
  slack.faults.clear();
  const other = await slack.threadReply(ann, help, refused.ts, "@bot How is the lamp lit?");
  await slack.until(() => answersIn(refused.ts)[0], "the next answer in the same thread");
  const retried = await fetch(`${url}/api/v1/dead-letters/retry`, {
    method: "POST",
    headers,
    body: JSON.stringify({ key: letter?.key }),
  });
  await slack.until(() => answersIn(refused.ts).length === 2, "the refused answer");

  expect(letter).toMatchObject({ type: "reply.post" });
  expect(letter?.reason).toMatch(/delivery_rejected/u);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/1 message or effect could not be delivered/u);
  expect(metrics).toMatch(/^frontdesk_dead_letters 1$/mu);
  expect(listed).toContain(letter?.key);
  expect(retried.status).toBe(202);
  expect(answersIn(refused.ts).map(({ metadata }) => metadata?.event_payload["q"])).toEqual([
    other.ts,
    refused.ts,
  ]);
  const { stdout } = await runCommand(["dead-letters"], { dataDir, env });
  expect(stdout).toBe("Everything was delivered; no dead letters.\n");
});
