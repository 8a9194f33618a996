import { describe, expect, it, onTestFinished } from "vitest";
import { runChat } from "../../../src/cli/chat.ts";
import { caseId, conversationId, FrontdeskError } from "../../../src/core/index.ts";
import type { Speaker } from "../../../src/ports/application.ts";
import { SOURCE_DEFAULTS } from "../../../src/ports/knowledge-base.ts";
import {
  createFakeApplication,
  type FakeApplication,
  type FakeApplicationOptions,
  type FakeTurn,
} from "../../support/fake-application.ts";
import { type FakeTerminal, fakeTerminal, keys } from "../../support/fake-terminal.ts";
import { aCase, aCitation } from "../../support/reply-builder.ts";

const speaker: Speaker = { platform: "console", userId: "ann", displayName: "Ann", groups: [] };
const ann = conversationId("console:ann");

interface OpenChat {
  readonly app: FakeApplication;
  readonly terminal: FakeTerminal;
  readonly ended: Promise<number>;
  readonly controller: AbortController;
  say(text: string): void;
}

function openChat(
  parts: FakeApplicationOptions & {
    readonly app?: FakeApplication;
    readonly columns?: number;
    readonly rows?: number;
    readonly verbose?: boolean;
    readonly conversation?: string;
  } = {},
): OpenChat {
  const app = parts.app ?? createFakeApplication(parts);
  const terminal = fakeTerminal(parts.columns ?? 72, parts.rows ?? 24);
  const controller = new AbortController();
  const ended = runChat(
    app,
    {
      conversation: parts.conversation ?? null,
      speaker,
      verbose: parts.verbose ?? false,
      json: false,
    },
    terminal.io,
    controller.signal,
  );
  onTestFinished(async () => {
    controller.abort();
    await ended.catch(() => {});
  });
  return {
    app,
    terminal,
    ended,
    controller,
    say: (text) => terminal.type(`${text}${keys.enter}`),
  };
}

/** A dialogue that keeps its turns until the test answers them. */
function held(): { readonly turns: FakeTurn[]; readonly onMessage: (turn: FakeTurn) => void } {
  const turns: FakeTurn[] = [];
  return { turns, onMessage: (turn) => void turns.push(turn) };
}

async function nth(turns: readonly FakeTurn[], index: number): Promise<FakeTurn> {
  for (;;) {
    const turn = turns[index];
    if (turn !== undefined) return turn;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("the chat at a terminal", () => {
  it("says at first what it answers from, how, and how to leave", async () => {
    const { terminal } = openChat();

    await terminal.shows("›");

    expect(terminal.screen().split("\n")).toEqual([
      "Frontdesk 0.0.0",
      "It answers from 12 documents. Answers are quoted; there is no language",
      "model.",
      "Ask in English or Chinese · 可以用中文提问",
      "/help lists the commands · Ctrl-C stops an answer, twice leaves",
      "",
      "›",
    ]);
  });

  it("names trouble and a running owner in the greeting", async () => {
    const { terminal } = openChat({
      mode: "attached",
      status: {
        pid: 4711,
        chatModel: { model: "small-model", state: "ready", reason: null },
        components: [
          { name: "store", state: "ok", detail: "" },
          { name: "vectors", state: "degraded", detail: "Chroma is missing; words only." },
        ],
      },
    });

    await terminal.shows("›");

    expect(terminal.screen()).toContain("Answers are written by small-model.");
    expect(terminal.screen()).toContain("(process 4711)");
    expect(terminal.screen()).toContain("vectors: Chroma is missing; words only.");
    expect(terminal.screen()).not.toContain("store:");
  });

  it("counts only the documents that the person may read", async () => {
    const source = {
      collection: "c",
      root: "/c",
      chunks: 1,
      languages: [],
      updatedAt: 1,
      settings: SOURCE_DEFAULTS,
    } as const;
    const { terminal } = openChat({
      sources: [
        { ...source, visibility: "internal", documents: 3 },
        { ...source, visibility: "group:hr", documents: 40 },
      ],
    });

    await terminal.shows("›");

    expect(terminal.screen()).toContain("It answers from 3 documents.");
  });

  it("says that the chat model cannot be used instead of naming it", async () => {
    const reason = "The file is no GGUF; download it again.";
    const { terminal } = openChat({
      status: {
        chatModel: { model: "small-model", state: "unavailable", reason },
        components: [{ name: "Chat model", state: "degraded", detail: reason }],
      },
    });

    await terminal.shows("›");

    expect(terminal.screen().replaceAll("\n", " ")).toContain(
      "Answers are quoted for now: the chat model cannot be used.",
    );
    expect(terminal.screen().split(reason)).toHaveLength(2);
    expect(terminal.screen()).not.toContain("small-model");
  });

  it("says once when the model that was being loaded turns out to be of no use", async () => {
    const starting = { model: "small-model", state: "starting", reason: null } as const;
    const reason = "It does not fit into the memory; take a smaller one.";
    let isAway = false;
    const { terminal } = openChat({
      status: () => ({
        chatModel: isAway ? { ...starting, state: "unavailable", reason } : starting,
      }),
    });
    await terminal.shows("›");
    const before = terminal.screen();

    isAway = true;
    await terminal.shows("take a smaller one");

    expect(before).toMatch(/written by small-model, which\sis being loaded\./u);
    expect(terminal.screen().split("cannot be used")).toHaveLength(2);
  });

  it("recalls the options of an earlier question, and nothing of what was forgotten", async () => {
    const options = [
      { id: "a", label: "VPN" },
      { id: "b", label: "Mail" },
    ];
    const app = createFakeApplication({
      onMessage: (turn) =>
        void turn.reply(
          turn.message.text === "2" ? { text: "Ask Ben." } : { text: "Which one?", options },
        ),
    });
    const first = openChat({ app });
    await first.terminal.shows("›");
    first.say("reset my password");
    await first.terminal.shows("Which one?");
    first.say("2");
    await first.terminal.shows("Ask Ben.");
    first.terminal.type(keys.ctrlD);
    await first.ended;

    const second = openChat({ app });
    await second.terminal.shows("from here on");
    const recalled = second.terminal.screen();
    second.say("/reset");
    await second.terminal.shows("I have forgotten");
    second.terminal.type(keys.ctrlD);
    await second.ended;
    const third = openChat({ app });
    await third.terminal.shows("›");

    expect(recalled).toContain("  Which one?\n\n  1) VPN\n  2) Mail\n\n› 2\n\n  Ask Ben.\n");
    expect(third.terminal.screen()).not.toMatch(/password|earlier/u);
  });

  it("shows question, answer and sources, each set apart by one empty line", async () => {
    const { terminal, say } = openChat({
      onMessage: (turn) =>
        void turn.reply({ text: "You have 25 days [1].", citations: [aCitation()] }),
    });
    await terminal.shows("›");

    say("how many days?");
    await terminal.shows("docs/leave.md");

    expect(terminal.screen().split("leaves\n\n")[1]).toBe(
      [
        "› how many days?",
        "",
        "  You have 25 days [1].",
        "",
        "  [1] Leave › Annual leave — docs/leave.md",
        "      “Every employee has 25 days of leave a year.”",
        "",
        "›",
      ].join("\n"),
    );
  });

  it("tells honestly what is being done, and stops telling when the answer is there", async () => {
    const { turns, onMessage } = held();
    const { terminal, say } = openChat({ onMessage });
    await terminal.shows("›");
    say("how many days?");
    const turn = await nth(turns, 0);

    await terminal.shows("working");
    turn.progress({ type: "stage", stage: "understanding" });
    await terminal.shows("understanding the question");
    turn.progress({ type: "stage", stage: "reading", documents: 3 });
    await terminal.shows("reading 3 documents");
    turn.progress({ type: "stage", stage: "queued", place: 2, etaMs: 4_200 });
    await terminal.shows("waiting, place 2 in line, about 5 s");
    turn.reply({ text: "Done." });
    await terminal.shows("Done.");

    expect(terminal.screen()).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/u);
    expect(terminal.screen()).not.toContain("place 2");
  });

  it("speaks the language of the question while it works", async () => {
    const { turns, onMessage } = held();
    const { terminal, say } = openChat({ onMessage });
    await terminal.shows("›");

    say("年假有几天？");
    (await nth(turns, 0)).progress({ type: "stage", stage: "searching" });

    await terminal.shows("正在查找文档");
  });

  it("shows an answer while it is being written, and its sources at the end, once", async () => {
    const { turns, onMessage } = held();
    const { terminal, say } = openChat({ onMessage });
    await terminal.shows("›");
    say("how many days?");
    const turn = await nth(turns, 0);

    turn.progress({ type: "stage", stage: "writing" });
    turn.progress({ type: "text", delta: "You have **25" });
    await terminal.shows("You have **25");
    turn.progress({ type: "text", delta: " days** [1]." });
    await terminal.shows("You have 25 days [1].");
    turn.reply({ text: "You have **25 days** [1].", citations: [aCitation()] });
    await terminal.shows("docs/leave.md");

    expect(terminal.screen().match(/You have/gu)).toHaveLength(1);
  });

  it("keeps the whole of a long streamed answer, in order", async () => {
    const { turns, onMessage } = held();
    const { terminal, say } = openChat({ onMessage, rows: 14 });
    await terminal.shows("›");
    say("tell me everything");
    const turn = await nth(turns, 0);
    const blocks = Array.from({ length: 30 }, (_value, n) => `Paragraph ${n} of the answer.`);

    for (const [index, block] of blocks.entries()) {
      turn.progress({ type: "text", delta: index === 0 ? block : `\n\n${block}` });
    }
    await terminal.shows("Paragraph 29");
    turn.reply({ text: blocks.join("\n\n"), citations: [aCitation()] });
    await terminal.shows("docs/leave.md");

    const shown = terminal.screen().split("tell me everything\n\n")[1] ?? "";
    expect(shown.split("\n\n").slice(0, 30)).toEqual(blocks.map((block) => `  ${block}`));
    expect(shown.match(/Paragraph 0 /gu)).toHaveLength(1);
  });

  it("says so when the checked answer differs from what has gone by already", async () => {
    const { turns, onMessage } = held();
    const { terminal, say } = openChat({ onMessage, rows: 14 });
    await terminal.shows("›");
    say("tell me everything");
    const turn = await nth(turns, 0);

    turn.progress({
      type: "text",
      delta: Array.from({ length: 30 }, (_value, n) => `Draft ${n}.`).join("\n\n"),
    });
    await terminal.shows("Draft 29");
    turn.reply({ text: "Something else." });
    await terminal.shows("Something else.");

    expect(terminal.screen()).toContain("The answer was corrected while it was checked:");
  });

  it("forgets a short draft that turned out void", async () => {
    const { turns, onMessage } = held();
    const { terminal, say } = openChat({ onMessage });
    await terminal.shows("›");
    say("question");
    const turn = await nth(turns, 0);

    turn.progress({ type: "text", delta: "A wrong beginning" });
    await terminal.shows("A wrong beginning");
    turn.progress({ type: "reset" });
    await terminal.hides("A wrong beginning");
    turn.reply({ text: "Right." });

    await terminal.shows("Right.");
  });

  it("takes a further message while it answers, and both wait for one reply", async () => {
    const { turns, onMessage } = held();
    const { terminal, say, app } = openChat({ onMessage });
    await terminal.shows("›");

    say("how many days?");
    await nth(turns, 0);
    say("and carry-over?");
    (await nth(turns, 1)).reply({ text: "Both at once." });
    await terminal.shows("Both at once.");
    await terminal.hides("working");

    expect(app.sent.map(({ text }) => text)).toEqual(["how many days?", "and carry-over?"]);
    expect(terminal.screen()).toContain("› how many days?\n");
    expect(terminal.screen()).toContain("› and carry-over?\n");
  });

  it("sends what was typed when options were offered", async () => {
    const { terminal, say, app } = openChat({
      onMessage: (turn) =>
        void turn.reply(
          turn.message.text === "2"
            ? { text: "12 weeks." }
            : {
                text: "Which?",
                options: [
                  { id: "a", label: "Annual" },
                  { id: "b", label: "Parental" },
                ],
              },
        ),
    });
    await terminal.shows("›");

    say("leave?");
    await terminal.shows("  1) Annual\n  2) Parental\n");
    say("2");
    await terminal.shows("12 weeks.");

    expect(app.sent.at(-1)?.text).toBe("2");
  });

  it("stops the running answer at the first Ctrl-C and leaves at the second", async () => {
    const { turns, onMessage } = held();
    const { terminal, say, app, ended } = openChat({ onMessage });
    await terminal.shows("›");
    say("how many days?");
    const turn = await nth(turns, 0);

    terminal.type(keys.ctrlC);
    await terminal.shows("stopping · Press Ctrl-C again to leave.");
    expect(app.stops).toEqual([ann]);
    expect(turn.stopped.aborted).toBe(true);
    terminal.type(keys.ctrlC);

    expect(await ended).toBe(0);
    await terminal.shows("Your last question is not lost");
  });

  it("says at a Ctrl-C when nothing is running how to leave", async () => {
    const { terminal, app, ended } = openChat();
    await terminal.shows("›");

    terminal.type(keys.ctrlC);
    await terminal.shows("Nothing is running. Press Ctrl-C again to leave.");
    terminal.type(keys.ctrlC);

    expect(await ended).toBe(0);
    expect(app.stops).toEqual([]);
  });

  it.each([
    ["Ctrl-D", keys.ctrlD],
    ["/quit", `/quit${keys.enter}`],
    ["/exit", `/exit${keys.enter}`],
  ])("leaves at %s and says how to go on", async (_name, pressed) => {
    const { terminal, ended, app } = openChat({ conversation: "holiday plans" });
    await terminal.shows("›");

    terminal.type(pressed);

    expect(await ended).toBe(0);
    await terminal.shows("Go on with: npx frontdesk chat --conversation 'holiday plans'");
    expect(app.watching()).toBe(0);
  });

  it("shows the last messages of the conversation and brings them back on the arrow keys", async () => {
    const app = createFakeApplication();
    const first = openChat({ app });
    await first.terminal.shows("›");
    first.say("how many days?");
    await first.terminal.shows("  how many days?");
    first.terminal.type(keys.ctrlD);
    await first.ended;

    const second = openChat({ app });
    await second.terminal.shows("from here on");
    second.terminal.type(keys.up);
    await second.terminal.shows(/on ──\n\n› how many days\?$/u);

    expect(second.terminal.screen()).toContain(
      "── earlier in this conversation ──\n\n› how many days?\n\n  how many days?\n",
    );
  });

  it("says that a question of an earlier session is being answered, and shows the answer", async () => {
    const { turns, onMessage } = held();
    const app = createFakeApplication({ onMessage });
    await app.send(
      { conversationId: ann, speaker, text: "how many days?", history: [], gatherMs: null },
      { signal: new AbortController().signal },
    );

    const { terminal } = openChat({ app });
    await terminal.shows("finishing the answer to your last question");
    (await nth(turns, 0)).reply({ text: "25 days." });
    await terminal.shows("25 days.");

    expect(terminal.screen()).not.toContain("finishing");
  });

  it("shows what a person of the desk writes as it comes, above what is being typed", async () => {
    const { terminal, app } = openChat();
    await terminal.shows("›");
    terminal.type("half a quest");
    await terminal.shows("half a quest");

    app.say(ann, { text: "I have it here.", speaker: { kind: "agent", displayName: "Zoë" } });
    await terminal.shows("Zoë (person)\n  I have it here.");

    expect(terminal.screen()).toMatch(/\n\n› half a quest$/u);
  });

  it("says that a message was passed on to a person", async () => {
    const { terminal, say } = openChat({ onMessage: (turn) => turn.settle("forwarded") });
    await terminal.shows("›");

    say("are you there?");
    await terminal.shows("Passed on to the person who looks after your case.");

    expect(terminal.screen()).not.toContain("working");
  });

  it("shows what somebody else writes in the same conversation, but not one's own words twice", async () => {
    const { terminal, say, app } = openChat();
    await terminal.shows("›");

    say("my own words");
    await terminal.shows("  my own words");
    await app.send(
      {
        conversationId: ann,
        speaker: { ...speaker, displayName: "Bob" },
        text: "words of another",
        history: [],
        gatherMs: null,
      },
      { signal: new AbortController().signal },
    );
    await terminal.shows("Bob: words of another");

    expect(terminal.screen()).not.toContain("Ann: my own words");
  });

  it("hints once at the desk when a case was opened", async () => {
    const { terminal, say } = openChat({
      onMessage: (turn) =>
        void turn.reply({ decision: "escalate", text: "I called somebody.", case: caseId("k1") }),
    });
    await terminal.shows("›");

    say("a person please");
    await terminal.shows("/desk shows the case here");
    say("hurry");
    await terminal.shows(/hurry[\s\S]*I called somebody/u);

    expect(terminal.screen().match(/\/desk shows/gu)).toHaveLength(1);
  });

  it("says plainly that a message is too long, and goes on", async () => {
    const { terminal, say } = openChat();
    await terminal.shows("›");

    terminal.type(`${keys.pasteStart}${"x".repeat(20_000)}${keys.pasteEnd}${keys.enter}`);
    await terminal.shows("at most 16,000 characters");
    say("short");
    await terminal.shows("  short");
  });

  it("sends a paste of several lines as one message", async () => {
    const { terminal, app } = openChat();
    await terminal.shows("›");

    terminal.type(`${keys.pasteStart}one\ntwo\nthree\nfour\nfive${keys.pasteEnd}`);
    await terminal.shows("› [pasted: 5 lines #1]");
    terminal.type(keys.enter);
    await terminal.shows("one two three four five");

    expect(app.sent.map(({ text }) => text)).toEqual(["one\ntwo\nthree\nfour\nfive"]);
  });

  it("lets nothing of an answer or a name reach the terminal as a command", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[2Jafter";
    const { terminal, app, say } = openChat({
      onMessage: (turn) => {
        turn.progress({ type: "text", delta: evil });
        turn.reply({ text: evil, citations: [aCitation({ quote: evil, title: evil })] });
      },
    });
    await terminal.shows("›");

    say("question");
    await terminal.shows("after");
    app.say(ann, { text: evil, speaker: { kind: "agent", displayName: evil } });
    await terminal.shows("(person)");

    expect(terminal.raw()).not.toContain("\u001b]0;");
    expect(terminal.raw()).not.toContain("\u001b[2J");
    expect(terminal.screen()).toContain("Frontdesk 0.0.0");
  });

  it("shows confidence and times only when asked to", async () => {
    const { terminal, say } = openChat({ verbose: true, columns: 120 });
    await terminal.shows("›");

    say("question");

    await terminal.shows("confidence 0.82");
  });

  it("ends with 1 and says so when the process that does the work goes away", async () => {
    const { terminal, controller, ended } = openChat({ mode: "attached" });
    await terminal.shows("›");

    controller.abort(new FrontdeskError("not_running", "gone"));

    expect(await ended).toBe(1);
    await terminal.shows("has gone away");
  });

  it("gives the terminal back when it is asked to end", async () => {
    const { terminal, controller, ended } = openChat();
    await terminal.shows("›");

    controller.abort(new Error("SIGTERM"));

    expect(await ended).toBe(0);
    await terminal.shows("Go on with:");
    expect(terminal.raw()).toContain("[?2004l");
  });

  it("does not hide a defect", async () => {
    const { terminal, say, ended } = openChat({
      onMessage: () => {
        throw new TypeError("a defect");
      },
    });
    const outcome = expect(ended).rejects.toThrow("a defect");
    await terminal.shows("›");

    say("question");

    await outcome;
  });

  it("shows the desk inline: list, open, claim, reply, resolve", async () => {
    const { terminal, app, say } = openChat({ rows: 60 });
    await terminal.shows("›");
    say("/desk");
    await terminal.shows("No open cases.");
    app.openCase(aCase({ id: caseId("k1") }));

    say("/desk");
    await terminal.shows("How do I get my parking permit back?");
    say("/desk open 1");
    await terminal.shows("Ann lost her parking permit");
    say("/desk reply 1 It is on its way");
    await terminal.shows("Sent to the customer of case 1, as Ann.");
    say("/desk resolve 1");
    await terminal.shows("Case 1 is resolved");
    say("/desk claim 7");
    await terminal.shows("There is no such case");

    const signal = new AbortController().signal;
    const [record] = await app.cases({ includeResolved: true }, { signal });
    expect(record).toMatchObject({ state: "resolved", agent: "Ann" });
    expect(record?.entries).toMatchObject([{ kind: "reply", text: "It is on its way" }]);
  });
});
