import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const CASES = 55;
const root = new URL("../../", import.meta.url);

interface Row {
  readonly number: number;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
  readonly note: string;
}

function rowsOf(markdown: string): readonly Row[] {
  return markdown
    .split("\n")
    .filter((line) => /^\| \d+ \|/u.test(line))
    .map((line) => {
      const [number = "", , , tests = "", note = ""] = line.split(" | ").map((cell) => cell.trim());
      return {
        number: Number(number.replace("| ", "")),
        tests: testsOf(tests),
        note: note.replace(/ ?\|$/u, ""),
      };
    });
}

function testsOf(cell: string): Row["tests"] {
  if (cell === "none") return [];
  return cell.split("<br>").map((entry) => {
    const [file = "", name = ""] = entry.split(" › ");
    return { file: file.replaceAll("`", ""), name };
  });
}

/** Whether a file has a test of this name, however its name is quoted. */
function hasTest(file: string, name: string): boolean {
  const path = fileURLToPath(new URL(file, root));
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return [`"${name}"`, `'${name}'`, `\`${name}\``].some((quoted) => text.includes(quoted));
}

const rows = rowsOf(readFileSync(new URL("README.md", import.meta.url), "utf8"));

describe("the map of failure cases", () => {
  test("has a row for every case, in order", () => {
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: CASES }, (_, index) => index + 1),
    );
  });

  test.each(rows)(
    "case $number is shown by tests that exist, or says why not",
    ({ tests, note }) => {
      const missing = tests.filter(({ file, name }) => !hasTest(file, name));

      expect(missing).toEqual([]);
      if (tests.length === 0) expect(note.length).toBeGreaterThan(20);
    },
  );

  test("a test that does not exist is noticed", () => {
    expect(hasTest("test/failures/races.test.ts", "nobody has written this one")).toBe(false);
    expect(hasTest("test/failures/no-such-file.ts", "has a row for every case, in order")).toBe(
      false,
    );
  });
});
