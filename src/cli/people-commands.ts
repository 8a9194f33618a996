import { type Command, InvalidArgumentError } from "commander";
import { readConversation } from "../application/index.ts";
import { PLATFORMS, userId } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { Person, PersonalRecords } from "../ports/people.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { idArgument, jsonOption } from "./options.ts";

type Streams = Pick<Io, "stdout" | "stderr">;

/** Reads `slack:U0123`. */
function personArgument(text: string): Person {
  const platform = PLATFORMS.find((one) => text.startsWith(`${one}:`));
  if (platform === undefined) {
    throw new InvalidArgumentError(
      `It must be PLATFORM:USER, with one of ${PLATFORMS.join(", ")}.`,
    );
  }
  return { platform, userId: userId(idArgument()(text.slice(platform.length + 1))) };
}

function isAnything({
  conversations,
  reviewed,
  feedback,
  remembered,
  isBlocked,
}: PersonalRecords): boolean {
  return (
    conversations.length + reviewed.length + feedback.length + remembered.length > 0 || isBlocked
  );
}

function sayNothing({ platform, userId: user }: Person, io: Streams): number {
  const where = "a Slack member ID (slack:U…), a Discord user ID (discord:123…), console:NAME";
  writeLine(io.stderr, `Nothing is kept about ${platform}:${user}. People are named by ${where}.`);
  return 1;
}

/** Prints all that is kept about somebody as one JSON object. Exit code 1 when there is nothing. */
async function exportPerson(
  app: Application,
  person: Person,
  io: Streams,
  signal: AbortSignal,
): Promise<number> {
  const found = await app.person(person, { signal });
  if (!isAnything(found)) return sayNothing(person, io);
  const conversations: unknown[] = [];
  for (const { id, isShared } of found.conversations) {
    const record = await readConversation(app, id, { signal });
    conversations.push({ id, isShared, ...record });
  }
  writeLine(io.stdout, JSON.stringify({ ...found, conversations }));
  const shared = sharedOf(found).length;
  if (shared > 0) {
    writeLine(
      io.stderr,
      `${shared} of the conversations hold words of others, too: look at them before you pass this on.`,
    );
  }
  return 0;
}

function sharedOf({ conversations }: PersonalRecords): PersonalRecords["conversations"] {
  return conversations.filter(({ isShared }) => isShared);
}

/** What there is, in numbers and ids. */
function summaryOf(found: PersonalRecords) {
  const { person, conversations, reviewed, feedback, cases, handovers, remembered } = found;
  return {
    person: `${person.platform}:${person.userId}`,
    conversations: conversations.map(({ id }) => id),
    shared: sharedOf(found).map(({ id }) => id),
    cases: cases.map(({ id }) => id),
    reviewed: reviewed.length,
    feedback: feedback.length,
    handovers: handovers.length,
    remembered: remembered.length,
    isBlocked: found.isBlocked,
  };
}

function describe(found: PersonalRecords, io: Streams): void {
  const { person, conversations, cases, reviewed, feedback } = summaryOf(found);
  writeLine(
    io.stdout,
    `${person}: ${conversations.length} conversations with ${cases.length} cases, ${reviewed} questions kept for review, ${feedback} thumbs.`,
  );
  for (const { id, isShared } of found.conversations) {
    writeLine(io.stdout, `  ${id}${isShared ? "  (others have written there, too)" : ""}`);
  }
}

/**
 * Erases all that is kept about somebody. Without `isSure` it only says what would go. Exit code 1 when nothing was erased.
 */
async function erasePerson(
  app: Application,
  wanted: { readonly person: Person; readonly isSure: boolean; readonly json: boolean },
  io: Streams,
  signal: AbortSignal,
): Promise<number> {
  const { person, isSure, json } = wanted;
  const found = isSure
    ? await app.erasePerson(person, { signal })
    : await app.person(person, { signal });
  if (!isAnything(found)) return sayNothing(person, io);
  if (json) writeLine(io.stdout, JSON.stringify({ isErased: isSure, ...summaryOf(found) }));
  else describe(found, io);
  if (!isSure) {
    writeLine(
      io.stderr,
      "Nothing was erased yet. A conversation goes whole, also what others said in it, with its cases. Run it again with --yes.",
    );
    return 1;
  }
  if (!json) writeLine(io.stdout, "Erased.");
  if (found.isBlocked) {
    writeLine(io.stderr, "That an agent has blocked this person stays, until the block ends.");
  }
  return 0;
}

/** `people export|erase`. */
export function addPeopleCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const { io } = context;
  const group = program
    .command("people")
    .description("export or erase what is kept about a person");
  group
    .command("export")
    .argument("<person>", "PLATFORM:USER, such as slack:U0123", personArgument)
    .description("print all that is kept about a person: one JSON object")
    .action(async (person: Person) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          exportPerson(app, person, io, signal),
        ),
      );
    });
  group
    .command("erase")
    .argument("<person>", "PLATFORM:USER, such as slack:U0123", personArgument)
    .description("erase all conversations of a person, whole, and what else is kept of him")
    .option("--yes", "do it; without this it only says what would go", false)
    .addOption(jsonOption())
    .action(async (person: Person, { yes, json }: { yes: boolean; json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          erasePerson(app, { person, isSure: yes, json }, io, signal),
        ),
      );
    });
}
