import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  type CaseEntry,
  type CaseRecord,
  effectKey,
  FrontdeskError,
  NEW_CASE_FACTS,
} from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { BoardUpdate, DeskBoard, DeskOffice, DeskUpdate } from "../../src/ports/desk.ts";
import { aCase, aPacket } from "../support/reply-builder.ts";

/** Somebody at the desk: Mia is of the team, Gus is a guest. */
type Person = "mia" | "gus";

/** What an agent wrote in the thread of the case. */
interface Written {
  readonly origin: string;
  edit(text: string): Promise<void>;
  /** Whether it is marked as sent. */
  isMarked(): boolean;
}

/** A desk on a platform, with the people who sit at it. */
export interface BoardBench {
  readonly board: DeskBoard;
  /** Texts at the heads of cases. */
  heads(): readonly string[];
  /** Words of the buttons at the head of the newest case. */
  buttons(): readonly string[];
  /** What the bot says in the thread of the case. */
  lines(): readonly string[];
  /** What this person is told, and nobody but the team. */
  told(person: Person): readonly string[];
  write(person: Person, text: string): Promise<Written>;
  press(person: Person, label: string): Promise<void>;
  /** Opens a window by a button and sends it with this text. */
  fill(person: Person, label: string, text: string): Promise<void>;
  /** Everything that the window, or a word to its sender, says of what was not sent. */
  refusals(person: Person): readonly string[];
  /** Who was called in the thread of the case, in order, by the platform's own ids. */
  rung(): readonly string[];
  /** The person as the desk knows him: `slack:U123`. */
  idOf(person: Person): string;
  /** The group that is called for cases of the team `billing`; for all others it is Gus. */
  group(): string;
  /** Files that stand in the thread of the case, with what is in them. */
  files(): readonly string[];
  /** An agent writes this with a file. */
  attach(person: Person, text: string, file: string): Promise<void>;
  /** The next file arrives, and nobody learns of it. */
  loseNextFile(): void;
  /** The next post arrives, and nobody learns of it. */
  loseNextPost(): void;
  /** The bot loses its permission for files, and keeps all others. */
  forbidFiles(): void;
  /** The organisation parts with him. */
  dismiss(person: Person): void;
  /** Whether the platform says that he is no longer there. */
  hasLeft(person: Person): Promise<boolean>;
  until<Value>(look: () => Value | null | undefined | false): Promise<Value>;
  close(): Promise<void>;
}

interface Done {
  readonly agent: string;
  readonly name: string;
  readonly role: string | undefined;
  readonly act: DeskAct;
}

/** An office that takes down what agents do, each key once. */
function takingDown() {
  const done: Done[] = [];
  const keys = new Set<string>();
  let record = aCase();
  let refusal: FrontdeskError | null = null;
  let isForgotten = false;
  const office: DeskOffice = {
    act(_id, { id: agent, name, role }, act, key) {
      if (refusal !== null) return Promise.reject(refusal);
      if (keys.has(key)) return Promise.resolve(false);
      keys.add(key);
      done.push({ agent, name, role, act });
      return Promise.resolve(true);
    },
    attend: () => Promise.resolve(),
    find: () =>
      isForgotten
        ? Promise.reject(new FrontdeskError("case_not_found", "it was removed"))
        : Promise.resolve(record),
  };
  return {
    office,
    done,
    become(parts: Partial<CaseRecord>): CaseRecord {
      record = { ...record, ...parts };
      return record;
    },
    forget(): void {
      isForgotten = true;
    },
    refuse(error: FrontdeskError): void {
      refusal = error;
    },
  };
}

type Open = (office: DeskOffice) => Promise<BoardBench>;

/** What every desk on a platform does: it shows each change once, and hands in only what was said to it. */
export function describeBoard(name: string, open: Open): void {
  describe(`a desk on ${name}`, () => {
    let office: ReturnType<typeof takingDown>;
    let bench: BoardBench;
    let step: number;
    const { signal } = new AbortController();
    const publish = (update: BoardUpdate, key = `step ${step++}`, isRetry = false) =>
      bench.board.publish(update, { key: effectKey(key), signal, isRetry });
    const entry = (parts: Partial<CaseEntry>): Extract<DeskUpdate, { type: "entry" }> => ({
      type: "entry",
      caseId: aCase().id,
      entry: { kind: "customer", name: "Ann", text: "It is urgent", at: 5_000, ...parts },
    });
    const has = (words: string) =>
      bench.until(() => bench.lines().find((one) => one.includes(words)));
    const acts = () => office.done.map(({ act }) => act);

    beforeEach(async () => {
      step = 0;
      office = takingDown();
      bench = await open(office.office);
      onTestFinished(() => bench.close());
    });

    describe("shows", () => {
      it("a case with all that is known, once, however often it is told", async () => {
        await publish({ type: "opened", record: aCase() }, "opened");
        await publish({ type: "opened", record: aCase() }, "opened", true);

        expect(bench.heads()).toHaveLength(1);
        expect(bench.heads()[0]).toMatch(/case-1.*waiting[\s\S]*Ann[\s\S]*asked for a person/u);
        expect(bench.buttons()).toEqual(expect.arrayContaining(["Claim", "Reply …", "Resolve"]));
        const said = bench.lines().filter((one) => one.includes("I lost my parking permit"));
        expect(said).toHaveLength(1);
      });

      it("who the customer is and where he asked, with the way there", async () => {
        const place = { name: "#help", isDirect: false, link: "https://chat.test/help/1" };
        const customerRights = { role: "viewer", groups: [] } as const;
        const packet = aPacket({ platform: "discord", place, customerRights });

        await publish({ type: "opened", record: office.become({ packet }) });

        expect(bench.heads()[0]).toMatch(
          /Ann.*member.*from Discord, #help.*https:\/\/chat\.test\/help\/1/u,
        );
      });

      it("a long case whole, in as many messages as it takes", async () => {
        const turn = aPacket().transcript[0];
        if (turn === undefined) throw new Error("no turn");
        const words = Array.from({ length: 8 }, (_, at) => `word${at} ${"x".repeat(240)}`);
        const transcript = words.map((text) => ({ ...turn, text }));
        const suggestedAnswer = `${"long ".repeat(250)}the end`;
        const record = aCase({ packet: aPacket({ transcript, suggestedAnswer }) });

        await publish({ type: "opened", record });

        const all = bench.lines().join("\n");
        for (const [at] of words.entries()) expect(all).toContain(`word${at} `);
        expect(all).toContain("the end");
      });

      it("what the customer says, notes and replies from elsewhere, each once and ringing nobody", async () => {
        await publish({ type: "opened", record: aCase() });
        const customer = entry({ text: "@everyone <!channel> help" });
        await publish(customer, "word");
        await publish(customer, "word", true);
        await publish(entry({ kind: "note", name: "Ben", text: "a difficult one" }));
        await publish(entry({ kind: "reply", name: "Ben", text: "on its way" }));

        expect(bench.lines().filter((one) => one.includes("help"))).toHaveLength(1);
        expect(await has("a difficult one")).toContain("Note by Ben (stays here)");
        expect(await has("on its way")).toContain("Ben → customer");
        expect(bench.rung()).toEqual([]);
      });

      it("what is to be done so that whoever has the case is called by it, and nobody else", async () => {
        const agent = bench.idOf("mia");
        const waits = "Mia, @everyone <@UGUS> <!channel> waits";
        await publish({ type: "opened", record: aCase() });
        const reminder = entry({ kind: "event", name: "", text: waits });
        const calling = { ...reminder, entry: { ...reminder.entry, calls: { agent, team: null } } };
        await publish(calling, "reminder");
        await publish(calling, "reminder", true);
        await publish(entry({ text: `${agent} <@${agent.split(":")[1]}> hello` }));

        expect(await has("waits")).toContain("Mia");
        expect(bench.rung()).toEqual([agent.split(":")[1]]);
        expect(bench.heads()).toHaveLength(1);
      });

      it("what nobody has yet so that those who look after it are called, whom the team names or the desk", async () => {
        await publish({ type: "opened", record: aCase() });
        const line = (team: string | null, agent: string | null, text: string): DeskUpdate => {
          const told = entry({ kind: "event", name: "", text });
          return { ...told, entry: { ...told.entry, calls: { agent, team } } };
        };
        await publish(line("billing", null, "one"));
        await publish(line("it", null, "two"));
        await publish(line(null, "console:zoe", "three"));

        const gus = bench.idOf("gus").split(":")[1];
        await has("three");
        expect(bench.rung()).toEqual([bench.group(), gus, gus]);
      });

      it("a word once whose post arrived and whose receipt was lost", async () => {
        await publish({ type: "opened", record: aCase() });
        bench.loseNextPost();

        await expect(publish(entry({ text: "only once" }), "lost")).rejects.toMatchObject({
          retryable: true,
        });
        await publish(entry({ text: "only once" }), "lost", true);

        expect(bench.lines().filter((one) => one.includes("only once"))).toHaveLength(1);
      });

      it("a case once whose head arrived and whose receipt was lost", async () => {
        bench.loseNextPost();

        await expect(publish({ type: "opened", record: aCase() }, "opened")).rejects.toMatchObject({
          retryable: true,
        });
        await publish({ type: "opened", record: aCase() }, "opened", true);

        expect(bench.heads()).toHaveLength(1);
        await has("I lost my parking permit");
      });

      it("who has it, that it is over, and the buttons that go with it", async () => {
        await publish({ type: "opened", record: aCase() });
        office.become({ state: "claimed", agent: "Mia" });
        const changed = { type: "state", caseId: aCase().id, at: 6_000 } as const;
        await publish({ ...changed, state: "claimed", agent: "Mia" });
        await has("Mia has this case");
        expect(bench.heads()[0]).toContain("being worked on (Mia)");
        expect(bench.buttons()).toContain("Release");

        const facts = { ...NEW_CASE_FACTS, resolution: "solved" } as const;
        office.become({ state: "resolved", agent: "Mia", facts });
        await publish({ ...changed, state: "resolved", agent: "Mia", facts });

        expect(await has("Mia: solved")).toContain("The bot answers again");
        expect(bench.buttons()).toEqual(["Reopen"]);
      });

      it("what else becomes of a case in its head alone, where it stays with the same person", async () => {
        await publish({ type: "opened", record: aCase() });
        const claimed = { state: "claimed", agent: "Mia" } as const;
        const changed = { type: "state", caseId: aCase().id, at: 6_000, ...claimed } as const;
        office.become(claimed);
        await publish(changed);
        const lines = bench.lines().length;
        office.become({ facts: { ...NEW_CASE_FACTS, priority: "urgent" } });

        await publish({ ...changed, isQuiet: true });

        expect(bench.heads()[0]).toContain("urgent");
        expect(bench.lines()).toHaveLength(lines);
      });

      /** The customer has changed the words over which the case was opened, or taken them back. */
      const revise = async (text: string, revision: "edited" | "deleted") => {
        const { packet } = aCase();
        const isGone = revision === "deleted";
        const transcript = packet.transcript.flatMap((turn) => (isGone ? [] : [{ ...turn, text }]));
        const after = { ...packet, transcript, question: isGone ? null : text, summary: "" };
        office.become({ packet: after });
        const line = { kind: "customer", name: "Ann", at: 6_000, line: "m0" } as const;
        const caseId = aCase().id;
        await publish({
          type: "revised",
          caseId,
          packet: after,
          entry: { ...line, text, revision },
        });
      };

      it("what the words over which a case was opened say now, and that they were changed", async () => {
        await publish({ type: "opened", record: aCase() });

        await revise("I lost my umbrella", "edited");

        await has("Ann changed a message above");
        await has("I lost my umbrella");
        expect(bench.lines().join("\n")).not.toContain("parking permit");
        expect(bench.heads()[0]).toContain("I lost my umbrella");
      });

      it("that the words over which a case was opened were taken back, and not one of them", async () => {
        await publish({ type: "opened", record: aCase() });
        const back = aCase({ facts: { ...NEW_CASE_FACTS, reopened: 1 } });
        office.become(back);
        await publish({ type: "opened", record: back });

        await revise("", "deleted");

        expect(await has("Ann deleted a message above")).toBeDefined();
        expect([...bench.lines(), ...bench.heads()].join("\n")).not.toContain("parking permit");
      });

      it("what a customer says who is back", async () => {
        await publish({ type: "opened", record: aCase() });
        const said = aPacket().transcript.map((turn) => ({ ...turn, text: "It is lost again" }));
        const facts = { ...NEW_CASE_FACTS, reopened: 1 };

        const back = aCase({ facts, packet: aPacket({ transcript: said }) });
        await publish({ type: "opened", record: office.become(back) });

        await has("The customer is back");
        await has("It is lost again");
        expect(bench.heads()).toHaveLength(1);
      });

      it("once that a case was deleted with its conversation, and nothing of the customer in its head any more", async () => {
        await publish({ type: "opened", record: aCase() });
        office.forget();
        const erased: BoardUpdate = { type: "erased", caseId: aCase().id, at: 6_000 };

        await publish(erased, "erased");
        await publish(erased, "erased", true);

        const told = bench.lines().filter((one) => one.includes("conversation was deleted"));
        expect(told).toHaveLength(1);
        expect(told[0]).not.toMatch(/Ann|permit/u);
        expect(bench.heads()).toHaveLength(1);
        expect(bench.heads()[0]).toMatch(/case-1.*closed/u);
        expect(bench.heads()[0]).not.toMatch(/Ann|permit/u);
        expect(bench.buttons()).toEqual([]);
      });

      it("nothing of a deleted case that it has never shown", async () => {
        await publish({ type: "erased", caseId: aCase().id, at: 6_000 });

        expect(bench.heads()).toEqual([]);
      });

      it("a case of which it has never heard, when something happens in it", async () => {
        await publish(entry({ text: "hello again" }));

        expect(bench.heads()).toHaveLength(1);
        await has("I lost my parking permit");
        await has("hello again");
      });
    });

    describe("shows files", () => {
      const file = { name: "plan.txt", mediaType: "text/plain", bytes: Buffer.from("room 12") };
      const put = (key = "file") =>
        bench.board.files.put(file, aCase().id, { key: effectKey(key), signal });

      it("in the thread of the case, each once however often it is asked, until it is taken back", async () => {
        await publish({ type: "opened", record: aCase() });

        const receipt = await put();
        const again = await put();
        const shown = bench.files();
        await bench.board.files.remove(receipt, aCase().id, { signal });
        await bench.board.files.remove(receipt, aCase().id, { signal });

        expect(shown).toEqual(["plan.txt: room 12"]);
        expect(again).toBe(receipt);
        expect(bench.files()).toEqual([]);
      });

      it("once when the file arrived and nobody learned of it", async () => {
        await publish({ type: "opened", record: aCase() });
        bench.loseNextFile();

        await expect(put()).rejects.toMatchObject({ retryable: true });
        await put();

        expect(bench.files()).toEqual(["plan.txt: room 12"]);
      });

      it("none that the bot may not bring there, and everything else", async () => {
        await publish({ type: "opened", record: aCase() });
        bench.forbidFiles();

        await expect(put()).rejects.toMatchObject({ code: "files_not_permitted" });
        await publish(entry({ text: "but these words" }));

        await has("but these words");
        expect(bench.files()).toEqual([]);
      });

      it("not before the case has a thread", async () => {
        await expect(put()).rejects.toMatchObject({ code: "delivery_uncertain", retryable: true });
      });
    });

    it("knows who of the team is no longer there", async () => {
      const before = await bench.hasLeft("mia");
      bench.dismiss("mia");

      expect([before, await bench.hasLeft("mia"), await bench.hasLeft("gus")]).toEqual([
        false,
        true,
        false,
      ]);
    });

    describe("hands in", () => {
      beforeEach(() => publish({ type: "opened", record: aCase() }));

      it("plain words as a note, and only an order as a reply, which it marks", async () => {
        await bench.write("mia", "a difficult one");
        const reply = await bench.write("mia", "!r On its way");
        await bench.until(() => office.done.length === 2);
        await publish(
          entry({ kind: "reply", name: "Mia", text: "On its way", origin: reply.origin }),
        );
        await bench.until(() => reply.isMarked());

        expect(acts()).toEqual([
          { type: "note", text: "a difficult one" },
          { type: "reply", text: "On its way" },
        ]);
        expect(office.done[0]?.name).toBe("Mia");
        expect(bench.lines().some((one) => one.includes("On its way"))).toBe(false);
      });

      it("files with the words they came with, and with a bare order to send them", async () => {
        await bench.attach("mia", "for us", "note.txt");
        await bench.attach("mia", "!r", "reply.txt");
        await bench.until(() => office.done.length === 2);

        const [note, reply] = acts();
        expect(note).toMatchObject({ type: "note", text: "for us", files: [{ name: "note.txt" }] });
        expect(reply).toMatchObject({ type: "reply", text: "", files: [{ name: "reply.txt" }] });
      });

      it("an order without the files that came with it, and says that they stay", async () => {
        await bench.attach("mia", "!canned sent", "canned.txt");
        await bench.until(() => bench.told("mia").some((one) => one.includes("files")));

        expect(acts()).toEqual([{ type: "canned", name: "sent" }]);
      });

      it("nothing of an order that it does not know, and says so", async () => {
        await bench.write("mia", "!nonsense to the customer");
        await bench.until(() => bench.told("mia").some((one) => one.includes("!nonsense")));

        expect(acts()).toEqual([]);
      });

      it("nothing of a guest, and says so", async () => {
        await bench.write("gus", "!claim");
        await bench.until(() => bench.told("gus").some((one) => one.includes("guests cannot")));

        expect(acts()).toEqual([]);
      });

      it("what became of an edited reply and of an edited note, each as what it is", async () => {
        const note = await bench.write("mia", "SECRET one");
        const reply = await bench.write("mia", "!r Room 12");
        await bench.until(() => office.done.length === 2);

        await note.edit("SECRET two");
        await reply.edit("!r Room 14");
        await bench.until(() => office.done.length === 4);

        expect(acts().slice(2)).toEqual([
          { type: "revise", of: "note", text: "SECRET two" },
          { type: "revise", of: "reply", text: "Room 14" },
        ]);
      });

      it("no order that an edit makes of a line, and says so", async () => {
        const line = await bench.write("mia", "!rr Room 12");
        await bench.until(() => bench.told("mia").some((one) => one.includes("!rr")));

        await line.edit("!r Room 12");
        await bench.until(() => bench.told("mia").some((one) => one.includes("a new message")));

        expect(acts()).toEqual([]);
      });

      it("who comes and what is to be learned, with the rights of who says so", async () => {
        await bench.write("mia", "!online");
        await bench.until(() => bench.told("mia").some((one) => one.includes("at the desk")));
        await bench.write("mia", "!learn internal");
        await bench.until(() => office.done.length === 2);

        expect(acts()[0]).toEqual({ type: "online" });
        expect(office.done[1]).toMatchObject({ role: "viewer", act: { type: "learn" } });
      });

      it("what is pressed", async () => {
        await bench.press("mia", "Claim");
        await bench.until(() => office.done.length === 1);
        await bench.press("mia", "Draft");
        await bench.until(() => office.done.length === 2);

        expect(acts()).toEqual([{ type: "claim" }, { type: "draft" }]);
      });

      it("what a window was filled with, and gives back what nobody took", async () => {
        await bench.fill("mia", "Reply …", " It is on its way ");
        await bench.until(() => office.done.length === 1);
        office.refuse(new FrontdeskError("case_taken", "somebody else has it"));
        await bench.fill("mia", "Reply …", "And this?");
        await bench.until(() =>
          bench.refusals("mia").some((one) => one.includes("somebody else has this case")),
        );

        expect(acts()).toEqual([{ type: "reply", text: "It is on its way" }]);
      });
    });
  });
}
