// Writes a snapshot of every state of every machine as the present version stores it, to test/fixtures/snapshots. To be
// run once for each version of a kind, before it is released; what was released is never written again.
// Usage: npx tsx scripts/write-golden-snapshots.ts
import { goldenSnapshots, WALKS, writeGoldenSnapshots } from "../test/support/golden-snapshots.ts";

for (const walk of WALKS) {
  const { kind, version } = walk.kind;
  const isKept = goldenSnapshots().some((one) => one.kind === kind && one.version === version);
  if (isKept)
    console.log(`${kind} v${version} is kept already; remove its folder to write it anew`);
  else writeGoldenSnapshots(walk);
}
