import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openDataDirectory } from "../../../src/runtime/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const opened: { release(): void }[] = [];
afterEach(() => {
  for (const directory of opened.splice(0)) directory.release();
});

describe("opening a data directory", () => {
  it("makes every folder of the path that is missing", () => {
    const path = join(temporaryFolder(), "a", "b", "c");

    const directory = openDataDirectory(path);
    if (directory !== null) opened.push(directory);

    expect(directory?.path).toBe(path);
  });

  it("ends with a message where the system takes no folder, which Node's own way never does", () => {
    expect(() => openDataDirectory("/proc/frontdesk/data")).toThrow(
      expect.objectContaining({ code: "data_dir_unusable" }),
    );
  });
});
