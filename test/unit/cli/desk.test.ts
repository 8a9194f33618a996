import { describe, expect, it, onTestFinished } from "vitest";
import { runDesk } from "../../../src/cli/desk.ts";
import { caseId, FrontdeskError } from "../../../src/core/index.ts";
import { createFakeApplication, type FakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { type FakeTerminal, fakeTerminal, keys } from "../../support/fake-terminal.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";

const options = { agent: "Zoë", once: false, json: false };
const signal = new AbortController().signal;
const first = caseId("k1");

function withCases(): FakeApplication {
  const app = createFakeApplication();
  app.openCase(aCase({ id: first }));
  app.openCase(aCase({ id: caseId("k2"), packet: aPacket({ customer: "Bob" }) }));
  return app;
}

async function recordOf(app: FakeApplication, id = first) {
  const records = await app.cases({ includeResolved: true }, { signal });
  return records.find((record) => record.id === id);
}

async function byLines(app: FakeApplication, ...lines: readonly string[]) {
  const pipes = fakePipes(lines.map((line) => `${line}\n`).join(""));
  const code = await runDesk(app, options, pipes.io, signal);
  return { code, stdout: pipes.stdout(), stderr: pipes.stderr() };
}

describe("the desk without a terminal", () => {
  it("lists the open cases with their numbers first", async () => {
    const { stdout, code } = await byLines(withCases());

    expect(code).toBe(0);
    expect(stdout).toContain("1  Ann  waiting  console · English · asked for a person");
    expect(stdout).toContain("2  Bob  waiting");
  });

  it("lists what is urgent before what has waited for longer", async () => {
    const app = withCases();

    const { stdout } = await byLines(app, "2", "/priority urgent", "list");

    const list = stdout.slice(stdout.lastIndexOf("new priority"));
    expect(list.indexOf("2  Bob")).toBeGreaterThan(-1);
    expect(list.indexOf("2  Bob")).toBeLessThan(list.indexOf("1  Ann"));
  });

  it("knows the orders of the desks on platforms, behind a slash or an exclamation mark", async () => {
    const app = withCases();

    const { code, stdout } = await byLines(
      app,
      "1",
      "/team billing",
      "!priority urgent",
      "assign Max to something",
      "/assign Max",
      "list",
    );

    expect(code).toBe(0);
    expect(stdout).toContain("claimed by Max");
    expect(stdout).toContain("urgent · billing");
    expect(await recordOf(app)).toMatchObject({
      agent: "Max",
      facts: { team: "billing", priority: "urgent" },
      entries: [{ kind: "note", text: "assign Max to something" }],
    });
  });

  it("says how a case can end when an agent names another way, with or without its number", async () => {
    for (const order of ["/resolve blocked", "/resolve not solved", "/resolve 1 blocked"]) {
      const app = withCases();

      const { code, stdout, stderr } = await byLines(app, "1", "claim", order);

      expect(code).toBe(1);
      expect(`${stdout}${stderr}`).toContain("there are solved, unsolved, duplicate, spam");
      expect(await recordOf(app)).toMatchObject({ state: "claimed" });
    }
  });

  it("takes a case, answers, notes and closes it", async () => {
    const app = withCases();

    const { code, stdout } = await byLines(
      app,
      "1",
      "claim",
      "r It is on its way",
      "she sounds unhappy",
      "resolve",
    );

    expect(code).toBe(0);
    expect(stdout).toContain("Ann lost her parking permit");
    expect(stdout).toContain("Sent to the customer of case 1, as Zoë.");
    expect(stdout).toContain("the customer does not see it");
    expect(await recordOf(app)).toMatchObject({
      state: "resolved",
      agent: "Zoë",
      entries: [
        { kind: "reply", text: "It is on its way" },
        { kind: "note", text: "she sounds unhappy" },
      ],
    });
    expect(app.watching()).toBe(0);
  });

  it("knows the commands with a slash, and cases by their id", async () => {
    const app = withCases();

    const { code } = await byLines(app, "/open k2", "/claim", "/reply Hello Bob", "/release");

    expect(code).toBe(0);
    expect(await recordOf(app, caseId("k2"))).toMatchObject({
      state: "waiting",
      entries: [{ kind: "reply", text: "Hello Bob" }],
    });
  });

  it("sends nothing to the customer that was not clearly meant for the customer", async () => {
    const app = withCases();

    await byLines(
      app,
      "1",
      "reply to her tomorrow",
      "claim the refund for her",
      "/rply oops",
      "really?",
    );

    const record = await recordOf(app);
    expect(record?.state).toBe("waiting");
    expect(record?.entries.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "note: claim the refund for her",
      "note: really?",
    ]);
  });

  it("answers and notes in the case whose number is given, without opening it", async () => {
    const app = withCases();

    const { code, stdout } = await byLines(
      app,
      "reply 1 Hello Ann",
      "/send 1 Anything else?",
      "note 1 She is in a hurry",
      "/team 1 billing",
      "1",
      "/reply 1 Bye",
    );

    expect(code).toBe(0);
    expect(stdout).toContain("Sent to the customer of case 1, as Zoë.");
    expect(await recordOf(app)).toMatchObject({
      facts: { team: "billing" },
      entries: [
        { kind: "reply", text: "Hello Ann" },
        { kind: "reply", text: "Anything else?" },
        { kind: "note", text: "She is in a hurry" },
        { kind: "reply", text: "Bye" },
      ],
    });
  });

  it("neither sends nor notes where a number may be another case or part of the text", async () => {
    const app = withCases();

    const { code, stderr } = await byLines(
      app,
      "reply 9 Hello",
      "1",
      "reply 2 days is enough",
      "r 2 days is enough",
      "r 1 day is enough",
      "note 2 parcels are missing",
      "reply 30 days is enough",
      "reply to her tomorrow",
      "r 30 days is enough",
    );

    expect(code).toBe(1);
    expect(stderr).toContain("There is no case 9");
    expect(stderr).toContain("Case 1 is open, and 2 may be a case or part of the text.");
    expect(stderr.match(/Nothing was sent and nothing noted/gu)).toHaveLength(6);
    expect((await recordOf(app, caseId("k2")))?.entries).toEqual([]);
    expect(await recordOf(app)).toMatchObject({
      entries: [{ kind: "reply", text: "30 days is enough" }],
    });
  });

  it("ends with 1 when a command failed, says why and goes on", async () => {
    const app = withCases();
    await app.actOnCase(caseId("k2"), "Max", { type: "claim" }, { signal });

    const { code, stderr, stdout } = await byLines(
      app,
      "a note without a case",
      "9",
      "claim 2",
      "release 1",
      "claim 1",
    );

    expect(code).toBe(1);
    expect(stderr).toContain("No case is open: type the number of one first.");
    expect(stderr).toContain("There is no case 9");
    expect(stderr).toContain("is with Max");
    expect(stdout).toContain("there is nothing to release");
    expect(stdout).toContain("Case 1 is yours");
  });

  it("prints the list once, or as JSON", async () => {
    const app = withCases();
    const once = fakePipes();
    const json = fakePipes();

    expect(await runDesk(app, { ...options, once: true }, once.io, signal)).toBe(0);
    expect(await runDesk(app, { ...options, json: true }, json.io, signal)).toBe(0);

    expect(once.stdout()).toContain("2  Bob  waiting");
    expect(JSON.parse(json.stdout())).toEqual(
      await app.cases({ includeResolved: false }, { signal }),
    );
  });
});

function openDesk(app: FakeApplication) {
  const terminal: FakeTerminal = fakeTerminal(76, 60);
  const controller = new AbortController();
  const ended = runDesk(app, options, terminal.io, controller.signal);
  onTestFinished(async () => {
    controller.abort();
    await ended.catch(() => {});
  });
  return {
    terminal,
    ended,
    controller,
    say: (text: string) => terminal.type(`${text}${keys.enter}`),
  };
}

describe("the desk at a terminal", () => {
  it("shows a new case as it comes, and rings", async () => {
    const app = createFakeApplication();
    const { terminal } = openDesk(app);
    await terminal.shows("No open cases. New ones appear here as they come.");

    app.openCase(aCase({ id: first }));
    await terminal.shows("New case\n1  Ann  waiting");

    expect(terminal.raw()).toContain("\u0007");
  });

  it("shows what the customer writes above what is being typed", async () => {
    const app = withCases();
    const { terminal, say } = openDesk(app);
    await terminal.shows("desk ›");
    say("1");
    await terminal.shows("desk 1 ›");
    terminal.type("r I am look");

    app.addEntry(first, { kind: "customer", name: "Ann", text: "Hello? 你好", at: 5 });
    await terminal.shows("Case 1\n  Ann\n    Hello? 你好");

    expect(terminal.screen()).toMatch(/desk 1 › r I am look$/u);
  });

  it("tells what others do with a case, but not one's own acts twice", async () => {
    const app = withCases();
    const { terminal, say } = openDesk(app);
    await terminal.shows("desk ›");

    say("claim 1");
    await terminal.shows("Case 1 is yours");
    await app.actOnCase(caseId("k2"), "Max", { type: "claim" }, { signal });
    await terminal.shows("Case 2 was claimed by Max.");
    say("r On its way");
    await terminal.shows("Sent to the customer");

    expect(terminal.screen()).not.toContain("was claimed by Zoë");
    expect(terminal.screen().match(/On its way/gu)).toHaveLength(1);
  });

  it("explains itself and leaves at quit", async () => {
    const app = withCases();
    const { terminal, say, ended } = openDesk(app);
    await terminal.shows("desk ›");

    say("help");
    await terminal.shows("goes to the customer (also: /reply TEXT)");
    say("quit");

    expect(await ended).toBe(0);
    expect(app.watching()).toBe(0);
  });

  it("leaves at a second Ctrl-C, or at Ctrl-D", async () => {
    const one = openDesk(withCases());
    await one.terminal.shows("desk ›");
    one.terminal.type(keys.ctrlC);
    await one.terminal.shows("Press Ctrl-C again to leave.");
    one.terminal.type(keys.ctrlC);
    expect(await one.ended).toBe(0);

    const other = openDesk(withCases());
    await other.terminal.shows("desk ›");
    other.terminal.type(keys.ctrlD);
    expect(await other.ended).toBe(0);
  });

  it("ends with 1 when the process that does the work goes away", async () => {
    const { terminal, controller, ended } = openDesk(withCases());
    await terminal.shows("desk ›");

    controller.abort(new FrontdeskError("not_running", "The Frontdesk process has gone away."));

    expect(await ended).toBe(1);
    await terminal.shows("has gone away");
  });
});
