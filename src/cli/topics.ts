import type { Application, Speaker } from "../ports/application.ts";
import type { Entity, EntityKind } from "../ports/topics.ts";
import { type Io, writeLine } from "./io.ts";
import { table } from "./table.ts";

/** What is to be looked at, and by whom. */
interface TopicsOptions {
  readonly speaker: Speaker;
  readonly collection: string | null;
  readonly json: boolean;
}

const SHOWN = 15;
const HEADS: Readonly<Record<EntityKind, string>> = {
  person: "People",
  name: "Products and organisations",
  id: "Ids",
};

function namesOf(entities: readonly Entity[], kind: EntityKind): string {
  return entities
    .filter((entity) => entity.kind === kind)
    .slice(0, SHOWN)
    .map(({ name, passages }) => `${name} (${passages})`)
    .join(", ");
}

/** Shows what the documents of somebody are about. Exit code 0 also when there are none. */
export async function runTopics(
  app: Application,
  { json, ...query }: TopicsOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const { topics, entities, passages, leftOut } = await app.topics(query, { signal });
  if (json) {
    const shown = topics.map(({ passages: members, ...topic }) => ({
      ...topic,
      passages: members.length,
    }));
    writeLine(io.stdout, JSON.stringify({ topics: shown, entities, passages, leftOut }));
    return 0;
  }
  if (topics.length === 0) {
    writeLine(io.stdout, "There are no documents that this person may read.");
    return 0;
  }
  const rows = topics.map(({ label, documents, passages: members }, at) => [
    String(at + 1),
    label,
    String(documents),
    String(members.length),
  ]);
  writeLine(io.stdout, table([["", "TOPIC", "DOCUMENTS", "PASSAGES"], ...rows]));
  for (const kind of ["person", "name", "id"] as const) {
    const names = namesOf(entities, kind);
    if (names !== "") writeLine(io.stdout, `\n${HEADS[kind]}: ${names}`);
  }
  if (leftOut > 0) {
    writeLine(io.stdout, `\n${passages} passages were looked at; ${leftOut} more were not.`);
  }
  return 0;
}
