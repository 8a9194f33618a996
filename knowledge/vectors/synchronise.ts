import type { ChromaCollection } from "./chroma-collection.ts";
import type { VectorTable } from "./vector-table.ts";

const BATCH = 250;
const LISTED = 2_000;

/**
 * Brings Chroma into step with SQLite: deletes what vanished, sends what is missing. On a new connection what it holds is
 * compared first, id by id; where that differs (another server, a folder that was removed or put back, a crash) everything is
 * sent anew and what does not belong there is deleted.
 * @returns whether Chroma was found out of step
 */
export async function synchronise(options: {
  readonly collection: ChromaCollection;
  readonly table: VectorTable;
  readonly modelId: number;
  readonly isNewConnection: boolean;
  readonly signal: AbortSignal;
}): Promise<boolean> {
  const { collection, table, modelId, signal } = options;
  await deleteVanished(collection, table, signal);
  const isAstray = options.isNewConnection && !(await isInStep(collection, table, signal));
  if (isAstray) {
    await deleteStrangers(collection, table, signal);
    table.forgetPlace(collection.name);
  }
  for (;;) {
    signal.throwIfAborted();
    const batch = table.unplaced(modelId, collection.name, BATCH);
    if (batch.length === 0) break;
    await collection.upsert(batch.map(({ passageId, vector }) => [passageId, vector] as const));
    const chunkIds = batch.map(({ chunkId }) => chunkId);
    table.markPlaced(modelId, chunkIds, collection.name);
  }
  // What vanished while its vector was on its way is gone from the table, and in Chroma by now.
  await deleteVanished(collection, table, signal);
  return isAstray;
}

/**
 * Equal numbers prove nothing: a folder put back from a copy may hold as many other passages. What Chroma holds of ours beyond
 * what we know it to hold is no fault of it: the process ended between the sending and the note of it.
 */
async function isInStep(
  collection: ChromaCollection,
  table: VectorTable,
  signal: AbortSignal,
): Promise<boolean> {
  const placed = table.countPlaced(collection.name);
  const count = await collection.count();
  if (count < placed) return false;
  let found = 0;
  for (let offset = 0; offset < count; ) {
    signal.throwIfAborted();
    const ids = await collection.ids(offset, LISTED);
    if (ids.length === 0 || table.strangers(ids).length > 0) return false;
    found += table.countPlaced(collection.name, ids);
    offset += ids.length;
  }
  return found === placed;
}

async function deleteVanished(
  collection: ChromaCollection,
  table: VectorTable,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const ids = table.vanished(BATCH);
    if (ids.length === 0) return;
    // A passage that came back meanwhile has a vector to send: deleting it from Chroma would lose it.
    const gone = table.strangers(ids);
    if (gone.length > 0) await collection.remove(gone);
    table.forgetVanished(ids);
  }
}

async function deleteStrangers(
  collection: ChromaCollection,
  table: VectorTable,
  signal: AbortSignal,
): Promise<void> {
  for (let offset = 0; ; ) {
    signal.throwIfAborted();
    const ids = await collection.ids(offset, LISTED);
    if (ids.length === 0) return;
    const strangers = table.strangers(ids);
    if (strangers.length > 0) await collection.remove(strangers);
    offset += ids.length - strangers.length;
  }
}
