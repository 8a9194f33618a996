import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OpenAiStub, startOpenAiStub } from "../support/openai-stub.ts";
import { type Shop, startShop } from "../support/shop.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/slack/frontdesk-process.ts";
import type { SlackChannel, SlackEmulator, SlackUser } from "../support/slack/index.ts";
import { answerIn, answersIn, openChannels } from "./slack-scenarios/installation.ts";

const FACT = "The lighthouse lamp is lit by hand every evening at dusk by the keeper";
const TIMES = 160;
const CODE = `\`\`\`text\n${`${FACT}\n`.repeat(TIMES)}`;
const DOCUMENTS = {
  lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}.\n`,
};

describe("frontdesk start with Slack's own streaming", () => {
  let slack: SlackEmulator;
  let model: OpenAiStub;
  let app: FrontdeskProcess;
  let ann: SlackUser;
  let long: SlackChannel;
  let dead: SlackChannel;
  let orders: SlackChannel;
  let shop: Shop;
  let restart: () => Promise<void>;

  beforeAll(async () => {
    [slack, model, shop] = await Promise.all([startSlackFor(), startOpenAiStub(), startShop()]);
    ann = slack.user("Ann");
    long = slack.channel("long", { members: [ann] });
    dead = slack.channel("dead", { members: [ann] });
    orders = slack.channel("orders", { members: [ann] });
    const env = {
      ...shop.env,
      FRONTDESK_MODEL_URL: model.baseUrl,
      FRONTDESK_SLACK_STREAMING: "native",
      // The same is asked twice, and each answer is to be written.
      FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0",
      FRONTDESK_SLACK_CHANNELS: openChannels([long, dead, orders]),
      FRONTDESK_MODELS_MAX_ANSWER_TOKENS: "4000",
    };
    const dataDir = await folderWith(DOCUMENTS);
    app = await startFrontdesk(slack, { dataDir, env });
    restart = async () => {
      await app.kill();
      app = await startFrontdesk(slack, { dataDir, env });
    };
  });
  afterAll(async () => {
    await app.kill();
    await Promise.all([model.close(), shop.close(), slack.close()]);
  });

  it("goes on in another message before its stream is too large, with code closed and opened again, and ends whole", async () => {
    const streams = (count: number) => () =>
      slack.until(() => slack.callsOf("chat.startStream").length >= count, `stream ${count}`);
    const now = () => Promise.resolve();
    const steps = [
      { text: `${FACT} [1]:\n\n${CODE.slice(0, 4_000)}`, after: now },
      { text: CODE.slice(4_000), after: streams(1) },
      { text: "```\n", after: streams(2) },
    ];
    model.plan({ type: "stepwise", steps });

    const asked = await slack.mention(ann, long, "How is the lighthouse lamp lit?");
    await streams(2)();
    const answer = await slack.until(() => {
      const all = answersIn(slack, long, asked.ts);
      return all.at(-1)?.controls.some(({ label }) => label === "Ask a person") === true && all;
    }, "the whole answer");

    const calls = (method: string) => slack.callsOf(method).filter(({ error }) => error === null);
    const texts = (method: string) => calls(method).map(({ args }) => args["markdown_text"]);
    const whole = answer.map(({ text }) => text).join("\n");
    expect(texts("chat.startStream")[1]).toBe("```text\n");
    expect(texts("chat.stopStream")[0]).toBe("\n```");
    expect(whole.split(FACT)).toHaveLength(TIMES + 2);
    expect(answer.some(({ isStreaming }) => isStreaming)).toBe(false);
    expect(slack.calls.filter(({ error }) => error === "msg_too_long")).toEqual([]);
  });

  it("goes on by edits when its stream is dead", async () => {
    let asked = "";
    const isBegun = () => asked !== "" && answersIn(slack, dead, asked)[0]?.isStreaming === true;
    const begun = slack.until(isBegun, "a stream");
    const text = "The lighthouse lamp is lit by hand every evening [1]. The keeper";
    const rest = " lights the lamp at dusk [1].";
    model.plan({ type: "paused", text, rest, until: begun });
    slack.faults.always("chat.appendStream", {
      type: "error",
      error: "message_not_in_streaming_state",
    });

    asked = (await slack.mention(ann, dead, "How is the lighthouse lamp lit?")).ts;
    const answer = await answerIn(slack, dead, asked);
    const final = await slack.until(() => {
      const [last] = answersIn(slack, dead, asked);
      return last?.text.includes("at dusk") === true && last;
    }, "the whole answer");

    expect(final.ts).toBe(answer.ts);
    expect(final.isStreaming).toBe(false);
    expect(answersIn(slack, dead, asked)).toHaveLength(1);
  });

  it("goes on with a machine of the team after kill -9, while it waits and while its call runs, and says its answer once", async () => {
    const { ts } = await slack.mention(ann, orders, "I want to return my order");
    const says = (text: string) =>
      slack.until(() => answersIn(slack, orders, ts).find((one) => one.text.includes(text)), text);
    await says("Which order?");
    await restart();
    await slack.threadReply(ann, orders, ts, "a-1234");
    await says("Why does it go back?");
    await restart();

    shop.keepWaiting("POST");
    await slack.press(ann, { channel: orders, thread: ts }, "it does not fit");
    await slack.until(() => shop.calls.some(({ method }) => method === "POST"), "the call");
    await restart();
    await says("R-77");

    const [look, register, ...again] = shop.calls;
    expect(look).toMatchObject({ path: "/v1/orders/A-1234", authorization: "Bearer for-tests" });
    expect(register).toMatchObject({ method: "POST", path: "/v1/returns" });
    expect(again).toEqual([register]);
    expect(answersIn(slack, orders, ts).map(({ text }) => text.includes("R-77"))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
