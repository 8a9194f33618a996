import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { deskWords } from "../../adapters/shared/desk-words.ts";
import { signatureOf } from "../../adapters/shared/signature.ts";
import {
  createTicketBoard,
  createWebhookIntake,
  createWebhookTickets,
  createZammad,
  createZammadIntake,
} from "../../adapters/tickets/index.ts";
import { boardKind } from "../../flows/index.ts";
import { createGuardedDispatcher } from "../../knowledge/ingest/index.ts";
import {
  createBoardEffect,
  createCaseLoad,
  createDeskOffice,
} from "../../src/application/index.ts";
import {
  type CaseRecord,
  caseId,
  effectKey,
  FrontdeskError,
  NEW_CASE_FACTS,
} from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Agent, DeskOffice, DeskUpdate } from "../../src/ports/desk.ts";
import type { TicketSystem } from "../../src/ports/ticket-system.ts";
import { createAgentRoster, createDeadLetterOffice } from "../../src/runtime/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { aCase } from "../support/reply-builder.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { createRuntimeWorld } from "../support/runtime-world.ts";
import { startTicketServer } from "../support/ticket-server.ts";

const ID = caseId("C-AAAAA-BBBBB");
const SECRET = "s3cret";
const { signal } = new AbortController();
const clock = createFakeClock();

function anOffice(record: CaseRecord = aCase({ id: ID })) {
  const acts: { readonly agent: Agent; readonly act: DeskAct; readonly key: string }[] = [];
  const office: DeskOffice = {
    act: (id, agent, act, key) => {
      if (id !== record.id) {
        return Promise.reject(new FrontdeskError("case_not_found", `There is no case ${id}.`));
      }
      if (!acts.some((one) => one.key === key)) acts.push({ agent, act, key });
      return Promise.resolve(true);
    },
    attend: () => Promise.resolve(),
    find: () => Promise.resolve(record),
  };
  return { office, acts };
}

/** The office itself, at a desk that goes on showing the same; capacity is one case. */
function aLaggingOffice(record: CaseRecord) {
  const events: unknown[] = [];
  const office = createDeskOffice({
    inbox: {
      tell: (_, event) => {
        events.push(event);
        return Promise.resolve(true);
      },
    },
    view: { get: () => Promise.resolve(record), list: () => Promise.resolve([record]) },
    clock,
    capacity: 1,
    load: createCaseLoad({
      view: { list: () => Promise.resolve([record]) },
      memory: createMemoryStore(),
    }),
    canned: {},
    shownName: (name) => name,
    teams: [],
    words: deskWords("en"),
    learning: { learn: () => Promise.reject(new Error("nothing is learned here")) },
    roster: createAgentRoster(createMemoryStore(), { forMs: 60_000 }),
    assign: null,
  });
  const told = () => events.map((event) => String(Object(event).type));
  return { office, told };
}

function dispatcher() {
  return createGuardedDispatcher({ allowPrivate: true });
}

function aBoard(system: TicketSystem, record?: CaseRecord) {
  onTestFinished(() => system.close());
  const { office, acts } = anOffice(record);
  const memory = createMemoryStore();
  const board = createTicketBoard({ system, memory, office, words: deskWords("en") });
  return { board, office, acts };
}

function call(name: string, isRetry = false) {
  return { key: effectKey(name), signal, isRetry };
}

const opened: DeskUpdate = { type: "opened", record: aCase({ id: ID }) };
const line = (kind: "note" | "reply" | "customer", text: string): DeskUpdate => ({
  type: "entry",
  caseId: ID,
  entry: { kind, name: "Mia", text, at: 5 },
});
const state = (value: CaseRecord["state"]): DeskUpdate => ({
  type: "state",
  caseId: ID,
  state: value,
  agent: "Mia",
  at: 6,
});

describe("a desk in any ticket system", () => {
  const webhookBoard = (url: string, record?: CaseRecord) =>
    aBoard(createWebhookTickets({ url, secret: SECRET, clock, dispatcher: dispatcher() }), record);

  it("tells what a customer has made of a comment, and nothing of a line that is in no ticket", async () => {
    const server = await startTicketServer();
    const entry = { kind: "customer", name: "Ann", text: "room 12", at: 5, line: "m1" } as const;
    const { board } = webhookBoard(server.url, aCase({ id: ID, entries: [entry] }));
    const revised = (line: string, text: string, revision: "edited" | "deleted"): DeskUpdate => {
      return { type: "revised", caseId: ID, entry: { ...entry, line, text, revision } };
    };
    await board.publish(opened, call("k1"));
    await board.publish({ type: "entry", caseId: ID, entry }, call("k2"));

    await board.publish(revised("m1", "room 14", "edited"), call("k3"));
    await board.publish(revised("m1", "", "deleted"), call("k4"));
    await board.publish(revised("other", "", "deleted"), call("k5"));

    expect(server.calls.slice(1).map(({ body }) => body)).toMatchObject([
      { type: "ticket.commented", comment: { id: "m1", text: "room 12" } },
      {
        ...{ type: "ticket.comment.edited", note: "(edited) room 14" },
        comment: { id: "m1", text: "room 14", author: "Ann", public: true },
      },
      {
        ...{ type: "ticket.comment.deleted", note: "Ann deleted this message." },
        comment: { id: "m1", text: "" },
      },
    ]);
  });

  it("says in a comment what became of the words over which a case was opened", async () => {
    const server = await startTicketServer();
    const { board } = webhookBoard(server.url);
    const { packet } = aCase();
    const line = { kind: "customer", name: "Ann", text: "", at: 5, line: "m0" } as const;
    const entry = { ...line, revision: "deleted" } as const;
    await board.publish(opened, call("k1"));

    await board.publish({ type: "revised", caseId: ID, entry, packet }, call("k2"));

    expect(server.calls.at(-1)?.body).toMatchObject({
      type: "ticket.commented",
      comment: { text: "Ann deleted this message.", public: false },
    });
  });

  it("creates, comments and changes a ticket, signed, with its own number", async () => {
    const server = await startTicketServer(() => ({ ticket: 4711 }));
    const { board } = webhookBoard(`${server.url}/hook`);

    await board.publish(opened, call("k1"));
    await board.publish(line("note", "a difficult one"), call("k2"));
    await board.publish(line("customer", "and now?"), call("k3"));
    await board.publish(state("resolved"), call("k4"));

    expect(server.calls.map(({ body }) => body)).toMatchObject([
      { type: "ticket.created", case: ID, title: "How do I get my parking permit back?" },
      { type: "ticket.commented", ticket: "4711", comment: { public: false } },
      { type: "ticket.commented", comment: { text: "and now?", public: true } },
      { type: "ticket.status", ticket: "4711", status: "resolved" },
    ]);
    const [first] = server.calls;
    const seconds = Math.floor(clock.now() / 1000);
    const expected = signatureOf(SECRET, seconds, JSON.stringify(first?.body));
    expect(first?.headers["x-frontdesk-signature"]).toBe(expected);
    expect(await board.caseOf("4711")).toBe(ID);
  });

  it("attaches files of the customer, as soon as there is a ticket", async () => {
    const server = await startTicketServer(() => ({ ticket: 4711 }));
    const { board } = webhookBoard(`${server.url}/hook`);
    const file = { name: "plan.txt", mediaType: "text/plain", bytes: Buffer.from("room 12") };

    await expect(board.files.put(file, ID, call("f1"))).rejects.toMatchObject({ retryable: true });
    await board.publish(opened, call("k1"));
    await board.files.put(file, ID, call("f1"));

    const data = Buffer.from("room 12").toString("base64");
    expect(server.calls.at(-1)?.body).toMatchObject({
      type: "ticket.attached",
      ticket: "4711",
      file: { name: "plan.txt", mediaType: "text/plain", author: "Ann", data },
    });
  });

  it("says to the team alone that a case was deleted with its conversation, and closes its ticket", async () => {
    const server = await startTicketServer(() => ({ ticket: 4711 }));
    const { board } = webhookBoard(`${server.url}/hook`);
    const erased = { type: "erased", caseId: ID, at: 9 } as const;

    await board.publish(erased, call("k0"));
    await board.publish(opened, call("k1"));
    await board.publish(erased, call("k2"));

    expect(server.calls.map(({ body }) => body)).toMatchObject([
      { type: "ticket.created", case: ID },
      { type: "ticket.commented", comment: { public: false } },
      { type: "ticket.status", ticket: "4711", status: "closed" },
    ]);
    expect(JSON.stringify(server.calls[1]?.body)).toContain("was deleted");
  });

  it("does not show what came from the ticket system to it", async () => {
    const server = await startTicketServer();
    const { board } = webhookBoard(server.url);
    await board.publish(opened, call("k1"));

    const entry = { kind: "reply", name: "Mia", text: "hi", at: 5, origin: "tickets:9" } as const;
    await board.publish({ type: "entry", caseId: ID, entry }, call("k2"));

    expect(server.calls).toHaveLength(1);
  });

  it.each([
    [503, "tickets_unavailable", true],
    [401, "tickets_unavailable", true],
    [0, "tickets_unavailable", true],
    [422, "delivery_rejected", false],
  ])("takes an answer of %i for %s", async (status, code, retryable) => {
    const server = await startTicketServer();
    server.answer(status);
    const { board } = webhookBoard(server.url);

    await expect(board.publish(opened, call("k1"))).rejects.toMatchObject({ code, retryable });
  });

  it("loses nothing while it is down for an hour, and sends what waited in its order", async () => {
    const time = createFakeClock();
    const world = await createRuntimeWorld(time);
    onTestFinished(() => world.dispose());
    const server = await startTicketServer();
    server.answer(503);
    const { board } = webhookBoard(server.url);
    let tries = 0;
    let underWay = 0;
    const show = createBoardEffect(board);
    await world.startWorker({
      kinds: [boardKind()],
      effects: {
        "board.show": async (params, context) => {
          tries += 1;
          underWay += 1;
          await show(params, context).finally(() => {
            underWay -= 1;
          });
        },
      },
      tuning: { deliveryAttempts: 3 },
    });
    const texts = Array.from({ length: 10 }, (_, n) => `line ${n}`);

    for (const update of [opened, ...texts.map((text) => line("customer", text))]) {
      await world.tell({ kind: "board", id: ID }, { type: "board.changed", update });
    }
    /**
     * The time of a try may be put down only after the clock was moved on: then it is moved on further. Not during a try, whose
     * lease would be lost by that.
     */
    const passing = (what: string, stepMs: number, hasCome: () => boolean) =>
      eventually(what, () => {
        if (underWay > 0) return false;
        if (hasCome()) return true;
        time.advance(stepMs);
        return false;
      });
    const until = time.now() + 60 * 60_000;
    while (time.now() < until) {
      const before = tries;
      await passing("another try", 60_000, () => tries > before);
    }
    await passing("no try is under way", 0, () => true);
    server.answer(200);
    await passing("the first that arrives", 5_000, () => server.calls.length > 0);
    await eventually("everything is there", () => server.calls.length === texts.length + 1);

    expect(server.calls.map(({ body }) => body)).toMatchObject([
      { type: "ticket.created" },
      ...texts.map((text) => ({ type: "ticket.commented", comment: { text } })),
    ]);
    expect(await createDeadLetterOffice(world.store).list({ limit: 1 })).toEqual([]);
  });
});

describe("what a ticket system tells", () => {
  const comment = {
    type: "comment",
    case: ID,
    agent: { id: "7", name: "Mia" },
    text: "It is on its way",
    public: true,
  };

  function anIntake(record?: CaseRecord, given?: DeskOffice) {
    const { office: noted, acts } = anOffice(record);
    const office = given ?? noted;
    const board = { caseOf: () => Promise.resolve(null) };
    const intake = createWebhookIntake({ secret: SECRET, office, board, clock });
    const send = (
      event: object,
      options: { readonly delivery?: string; readonly ageSeconds?: number; secret?: string } = {},
    ): Promise<void> => {
      const { delivery = "d1", ageSeconds = 0, secret = SECRET } = options;
      const body = JSON.stringify(event);
      const seconds = Math.floor(clock.now() / 1000) - ageSeconds;
      const headers: Readonly<Record<string, string>> = {
        "x-frontdesk-signature": signatureOf(secret, seconds, body),
        "x-frontdesk-delivery": delivery,
      };
      return intake.receive({ header: (name) => headers[name] ?? "", body });
    };
    return { send, acts };
  }

  it("is done to the case, once per delivery", async () => {
    const { send, acts } = anIntake();

    await send(comment);
    await send(comment);
    await send({ ...comment, text: "hm", public: false }, { delivery: "d2" });

    expect(acts.map(({ act }) => act)).toEqual([
      { type: "reply", text: "It is on its way" },
      { type: "note", text: "hm" },
    ]);
    expect(acts[0]?.agent).toEqual({ id: "tickets:7", name: "Mia" });
  });

  it("mends a comment and takes it back as what it was, by the delivery that told of it", async () => {
    const said = { name: "Mia", at: 5 } as const;
    const entries = [
      { ...said, kind: "reply", text: "room 12", line: "tickets:d1" },
      { ...said, kind: "note", text: "hm", line: "tickets:d2" },
    ] as const;
    const { send, acts } = anIntake(aCase({ id: ID, entries }));
    const target = { case: ID, agent: comment.agent };

    await send({ ...target, type: "edited", comment: "d1", text: "room 14" }, { delivery: "d3" });
    await send({ ...target, type: "deleted", comment: "d2" }, { delivery: "d4" });
    const unknown = send({ ...target, type: "deleted", comment: "d9" }, { delivery: "d5" });

    await expect(unknown).rejects.toMatchObject({ retryable: true });
    expect(acts.map(({ act }) => act)).toEqual([
      { type: "revise", of: "reply", text: "room 14" },
      { type: "withdraw", of: "note" },
    ]);
  });

  it("names the files of a reply, which stay there, for whoever misses them", async () => {
    const { send, acts } = anIntake();

    await send({ ...comment, files: ["plan.pdf"] });
    await send({ ...comment, public: false, files: ["secret.pdf"] }, { delivery: "d2" });

    expect(acts.map(({ act }) => act)).toMatchObject([
      { type: "reply", files: [{ name: "plan.pdf", platform: "http" }] },
      { type: "note" },
    ]);
    expect(JSON.stringify(acts)).not.toContain("secret.pdf");
  });

  it.each([
    ["the signature of another secret", { secret: "guessed" }, "does not fit"],
    ["a signature of ten minutes ago", { ageSeconds: 600 }, "older than five minutes"],
    ["a signature from the future", { ageSeconds: -600 }, "the clocks differ"],
  ])("is refused with %s", async (_, options, words) => {
    const { send, acts } = anIntake();

    const sent = send(comment, options);

    await expect(sent).rejects.toMatchObject({ code: "unauthorized" });
    await expect(sent).rejects.toThrow(words);
    expect(acts).toEqual([]);
  });

  it.each([
    [{ ...comment, public: "yes" }, "d1"],
    [{ ...comment, type: "joke" }, "d1"],
    [comment, ""],
  ])("is refused when it cannot be read: %j", async (event, delivery) => {
    const { send, acts } = anIntake();

    await expect(send(event, { delivery })).rejects.toMatchObject({ code: "usage" });
    expect(acts).toEqual([]);
  });

  it("moves the case to whoever has the ticket now", async () => {
    const { send, acts } = anIntake(aCase({ id: ID, state: "claimed", agent: "Ben" }));

    await send(comment);

    expect(acts.map(({ act }) => act.type)).toEqual(["assign", "reply"]);
  });

  it("takes an agent for himself by his id, not for another one of his name", async () => {
    const heldBy = (by: string) =>
      aCase({ id: ID, state: "claimed", agent: "Mia", facts: { ...NEW_CASE_FACTS, by } });
    const another = anIntake(heldBy("tickets:8"));
    const himself = anIntake({ ...heldBy("tickets:7"), agent: "Mia Berg" });

    await another.send(comment);
    await himself.send(comment);

    expect(another.acts.map(({ act }) => act.type)).toEqual(["assign", "reply"]);
    expect(himself.acts.map(({ act }) => act.type)).toEqual(["reply"]);
  });

  it.each([
    ["another agent's", "claimed", ["agent.assigned", "agent.replied"]],
    ["a resolved", "resolved", ["agent.reopened", "agent.replied"]],
  ] as const)(
    "is told to %s case at once, though the desk shows nothing of it yet",
    async (_, state, wanted) => {
      const record = aCase({ id: ID, state, agent: "Ben" });
      const { office, told } = aLaggingOffice(record);
      const { send } = anIntake(record, office);

      await send(comment);

      expect(told()).toEqual(wanted);
    },
  );

  it("is refused so that it comes again when the case is somebody else's", async () => {
    const record = aCase({ id: ID, state: "claimed", agent: "Ben" });
    const { office, told } = aLaggingOffice(record);
    const { send } = anIntake(record, office);
    const { agent } = comment;

    const sent = send({ type: "status", case: ID, agent, status: "open" });

    await expect(sent).rejects.toMatchObject({ code: "case_taken", retryable: true });
    expect(told()).toEqual([]);
  });

  it.each([
    ["waiting", "claimed", ["claim"]],
    ["waiting", "open", []],
    ["claimed", "open", ["release"]],
    ["claimed", "resolved", ["resolve"]],
    ["resolved", "resolved", []],
    ["resolved", "reopened", ["reopen"]],
    ["claimed", "reopened", []],
  ] as const)("is no more than it says: a %s case, told %s", async (before, status, wanted) => {
    const agent = before === "waiting" ? null : "Mia";
    const { send, acts } = anIntake(aCase({ id: ID, state: before, agent }));

    await send({ type: "status", case: ID, agent: { id: "7", name: "Mia" }, status });

    expect(acts.map(({ act }) => act.type)).toEqual(wanted);
  });
});

describe("Zammad", () => {
  const zammadBoard = (url: string) =>
    aBoard(
      createZammad({
        ...{ url, token: "t0ken", group: "Users", customer: "desk@example.com" },
        dispatcher: dispatcher(),
      }),
    );

  it("gets a ticket, articles and states by its REST API", async () => {
    const server = await startTicketServer(() => ({ id: 19 }));
    const { board } = zammadBoard(server.url);

    await board.publish(opened, call("k1"));
    await board.publish(line("note", "a difficult one"), call("k2"));
    await board.publish(line("reply", "On its way"), call("k3"));
    await board.publish(state("resolved"), call("k4"));

    expect(server.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/v1/tickets",
      "POST /api/v1/ticket_articles",
      "POST /api/v1/ticket_articles",
      "PUT /api/v1/tickets/19",
    ]);
    expect(server.calls.map(({ body }) => body)).toMatchObject([
      { group: "Users", customer: "desk@example.com", article: { internal: true } },
      { ticket_id: 19, internal: true },
      { ticket_id: 19, internal: false, body: "Mia → customer:\nOn its way" },
      { state: "closed" },
    ]);
    expect(server.calls[0]?.headers.authorization).toBe("Token token=t0ken");
  });

  it("gets nothing twice after a crash", async () => {
    const title = `How do I get it back? (${ID})`;
    const server = await startTicketServer(({ path }) =>
      path.startsWith("/api/v1/tickets/search")
        ? { tickets: [19], assets: { Ticket: { 19: { id: 19, title } } } }
        : path.startsWith("/api/v1/ticket_articles/by_ticket/")
          ? server.calls.flatMap(({ body }) => (body === null ? [] : [body]))
          : { id: 20 },
    );
    const { board } = zammadBoard(server.url);

    await board.publish(opened, call("k1", true));
    server.loseNextAnswer();
    // What was asked for may still be under way: it is given time before anybody looks.
    await expect(board.publish(line("note", "once"), call("k2"))).rejects.toMatchObject({
      retryAfterMs: 30_000,
    });
    await board.publish(line("note", "once"), call("k2", true));
    const file = { name: "plan.txt", mediaType: "text/plain", bytes: Buffer.from("room 12") };
    await board.files.put(file, ID, call("f1"));
    await board.files.put(file, ID, call("f1"));

    const made = server.calls.filter(({ method }) => method === "POST");
    const articles = "/api/v1/ticket_articles";
    expect(made.map(({ path }) => path)).toEqual([articles, articles]);
    expect(made[1]?.body).toMatchObject({
      body: "Ann:\n📎 plan.txt",
      internal: false,
      attachments: [{ filename: "plan.txt", data: "cm9vbSAxMg==", "mime-type": "text/plain" }],
    });
    expect(await board.caseOf("19")).toBe(ID);
  });

  const mia = { login: "mia", firstname: "Mia", lastname: "Berg" };
  const event = (
    article: object | null,
    ticket: object = {},
  ): Readonly<Record<string, unknown>> => ({
    ticket: {
      id: 19,
      state: "open",
      updated_at: "2026-11-28T00:00:00Z",
      updated_by: mia,
      ...ticket,
    },
    article: article && {
      ...{ id: 104, body: "<div>It is<br>on its way</div>", content_type: "text/html" },
      ...{ internal: false, sender: "Agent", subject: "", created_by: mia },
      ...article,
    },
  });

  function anIntake(
    record = aCase({ id: ID, state: "claimed", agent: "Mia Berg" }),
    closed: string | null = null,
  ) {
    const { office, acts } = anOffice(record);
    const board = {
      caseOf: (ticket: string) => Promise.resolve(ticket === "19" ? ID : null),
      closedAt: () => Promise.resolve(closed === null ? null : Date.parse(closed)),
    };
    const intake = createZammadIntake({ secret: SECRET, office, board, ownLogin: "frontdesk" });
    const send = (given: object, secret = SECRET): Promise<void> => {
      const body = JSON.stringify(given);
      const signature = `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
      const header = (name: string) => (name === "x-hub-signature" ? signature : "");
      return intake.receive({ header, body });
    };
    return { send, acts };
  }

  it("tells what its agents write: public articles as replies, internal ones as notes", async () => {
    const { send, acts } = anIntake();

    await send(event({}));
    await send(event({}));
    await send(event({ id: 105, internal: true, body: "hm", content_type: "text/plain" }));

    expect(acts).toMatchObject([
      {
        agent: { id: "tickets:mia", name: "Mia Berg" },
        act: { type: "reply", text: "It is\non its way" },
      },
      { act: { type: "note", text: "hm" } },
    ]);
  });

  it("names the files of a public article, also of one without words, and no file of an internal one", async () => {
    const { send, acts } = anIntake();
    const file = { id: 174, filename: "plan.pdf", size: "35574", url: "https://help/174" };

    await send(event({ attachments: [file] }));
    await send(event({ id: 105, body: "<div></div>", attachments: [file] }));
    await send(event({ id: 106, internal: true, attachments: [file] }));

    const named = [{ name: "plan.pdf", sizeBytes: 35_574, platform: "http" }];
    expect(acts.map(({ act }) => act)).toMatchObject([
      { type: "reply", text: "It is\non its way", files: named },
      { type: "reply", text: "", files: named },
      { type: "note" },
    ]);
    expect(JSON.stringify(acts[2])).not.toContain("plan.pdf");
  });

  it.each([
    ["what we wrote there", event({ subject: "Frontdesk 0123456789ab" })],
    ["what customers write there", event({ sender: "Customer" })],
    ["tickets that are no cases", event({}, { id: 20 })],
    ["its own changes", event(null, { state: "closed", updated_by: { login: "frontdesk" } })],
  ])("is not heard about %s", async (_, given) => {
    const { send, acts } = anIntake();

    await send(given);

    expect(acts).toEqual([]);
  });

  it("tells that a ticket was closed, and that it was opened again", async () => {
    const { send, acts } = anIntake();
    const resolved = aCase({ id: ID, state: "resolved", agent: "Mia Berg" });
    const over = anIntake(resolved, "2026-11-27T23:59:59Z");

    await send(event(null, { state: "closed" }));
    await over.send(event(null));

    expect([...acts, ...over.acts].map(({ act }) => act.type)).toEqual(["resolve", "reopen"]);
  });

  it.each([
    ["its closing is still on its way", null],
    ["it was closed after that", "2026-11-28T00:00:01Z"],
    ["it is the closing itself", "2026-11-28T00:00:00Z"],
  ])("opens no resolved case again by a ticket that was still open: %s", async (_, closed) => {
    const { send, acts } = anIntake(aCase({ id: ID, state: "resolved", agent: "Ben" }), closed);

    await send(event(null));
    await send(event({ id: 105, internal: true, body: "fyi", content_type: "text/plain" }));

    expect(acts.map(({ act }) => act)).toEqual([{ type: "note", text: "fyi" }]);
  });

  it("knows when a ticket was closed there, until it is opened again", async () => {
    const server = await startTicketServer(() => ({
      id: 19,
      updated_at: "2026-11-28T00:00:00.5Z",
    }));
    const { board } = zammadBoard(server.url);
    await board.publish(opened, call("k1"));

    const before = await board.closedAt("19");
    await board.publish(state("resolved"), call("k2"));
    const closed = await board.closedAt("19");
    await board.publish(state("claimed"), call("k3"));

    expect([before, closed]).toEqual([null, Date.parse("2026-11-28T00:00:00.500Z")]);
    expect(await board.closedAt("19")).toBeNull();
  });

  it("is not believed without its signature", async () => {
    const { send, acts } = anIntake();

    await expect(send(event({}), "guessed")).rejects.toMatchObject({ code: "unauthorized" });
    expect(acts).toEqual([]);
  });
});
