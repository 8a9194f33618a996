import { describe, expect, test } from "vitest";
import { createRegistry } from "../../../src/runtime/index.ts";
import { smallKind } from "../../support/runtime-machines.ts";

describe("registry", () => {
  test("knows its kinds by name and what version of each it reads", () => {
    const other = { ...smallKind({ version: 2, migrations: { 1: (s) => s } }), kind: "case" };

    const registry = createRegistry([smallKind(), other]);

    expect(registry.supports).toEqual({ dialogue: 1, case: 2 });
    expect(registry.get("case")?.kind.version).toBe(2);
    expect(registry.get("weather")).toBeNull();
  });

  test.each([
    ["two kinds of one name", [smallKind(), smallKind()], "two machines"],
    ["a name with a slash", [{ ...smallKind(), kind: "a/b" }], "cannot name"],
    ["version zero", [{ ...smallKind(), version: 0 }], "version"],
    ["a missing migration", [smallKind({ version: 2 })], "migration from 1"],
  ])("refuses %s", (_, kinds, message) => {
    expect(() => createRegistry(kinds)).toThrow(message);
  });
});
