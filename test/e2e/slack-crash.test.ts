import { describe, expect, it, onTestFinished } from "vitest";
import { freshFolder } from "../support/cli.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import {
  folderWith,
  type ProcessOptions,
  startFrontdesk,
} from "../support/slack/frontdesk-process.ts";
import type { SlackEmulator } from "../support/slack/index.ts";

const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { postIntervalMs: 1, ackMs: 60_000 };

async function island(): Promise<SlackEmulator> {
  const slack = await startSlackFor({ limits: PATIENT });
  onTestFinished(() => slack.close());
  return slack;
}

async function start(slack: SlackEmulator, options: ProcessOptions) {
  const app = await startFrontdesk(slack, options);
  onTestFinished(() => app.kill());
  return app;
}

describe("a process that ends in the middle", () => {
  it.each(["stop", "kill"] as const)("by %s: the answer is finished, once", async (how) => {
    const slack = await island();
    const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
    const script = Array.from({ length: 12 }, () => `${FACT} [1]`).join(" ");
    const env = { FRONTDESK_MODEL: makeScriptedModel(freshFolder(), { script }) };
    const first = await start(slack, { dataDir, env });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const answers = () => slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
    const draft = await slack.until(() => answers()[0]);

    await first[how]();
    await start(slack, { dataDir, env });
    const answer = await slack.until(() =>
      answers().find(({ controls }) => controls.some(({ label }) => label === "Ask a person")),
    );

    expect(answers()).toHaveLength(1);
    expect(answer.ts).toBe(draft.ts);
    expect(answer.text).toContain(FACT);
  });

  it.each(["socket", "http"] as const)(
    "by kill -9 after the post and before its receipt, in %s mode: there is one message",
    async (mode) => {
      const slack = await island();
      const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
      const first = await start(slack, { dataDir, mode });
      const ann = slack.user("Ann");
      const help = slack.channel("help", { members: [ann] });
      slack.faults.next("chat.postMessage", { type: "hang", when: "after" });

      const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
      const answers = () => slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
      await slack.until(() => answers()[0]);
      await first.kill();
      await start(slack, { dataDir, mode });
      await slack.until(() => slack.callsOf("conversations.replies").length > 0, "a look back");
      const again = await slack.threadReply(ann, help, asked.ts, "@bot How is the lamp lit?");
      await slack.until(() => answers().length > 1 && answers());

      expect(slack.callsOf("chat.postMessage")).toHaveLength(2);
      expect(answers().map(({ metadata }) => metadata?.event_payload["q"])).toEqual([
        asked.ts,
        again.ts,
      ]);
    },
  );
});
