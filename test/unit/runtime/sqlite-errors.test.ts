import { describe, expect, it } from "vitest";
import {
  translateOpenError,
  translateSqliteError,
} from "../../../src/runtime/stores/sqlite-errors.ts";

const FILE = "/data/messages.db";
const MUCH = () => 10 * 1024 ** 3;
const NOTHING = () => 0;

function coded(code: string): Error {
  return Object.assign(new Error(`${code}: refused`), { code });
}

describe("trouble with a database", () => {
  it.each([
    ["EROFS", "the file system is read-only"],
    ["EACCES", "this user may not write there"],
    ["EPERM", "this user may not write there"],
  ])("takes %s for a folder that cannot be written, and says what to do", (code, reason) => {
    const fault = translateOpenError(coded(code), FILE, MUCH);

    expect(fault.code).toBe("data_dir_unusable");
    expect(fault.message).toContain(reason);
    expect(fault.message).toContain("FRONTDESK_DATA_DIR");
  });

  it("names the full disk where SQLite only speaks of input and output", () => {
    expect(translateSqliteError(coded("SQLITE_IOERR_SHMSIZE"), FILE, NOTHING)).toMatchObject({
      code: "disk_full",
      message: "no room left for the database /data/messages.db; free some disk space",
    });
  });

  it("names the full disk where libsql cannot open a file and gives no code", () => {
    const error = new Error("Unable to open connection to local database: 14");

    expect(translateOpenError(error, FILE, NOTHING).code).toBe("disk_full");
    expect(translateOpenError(error, FILE, MUCH).code).toBe("data_dir_unusable");
  });

  it("sends to the disk when it fails though it has room", () => {
    const fault = translateSqliteError(coded("SQLITE_IOERR_READ"), FILE, MUCH);

    expect(fault).toMatchObject({ code: "store_unavailable", retryable: true });
    expect(fault.message).toContain("look at the disk");
  });

  it("names the files that go with a damaged one", () => {
    const fault = translateSqliteError(coded("SQLITE_CORRUPT"), FILE, MUCH);

    expect(fault.code).toBe("database_corrupt");
    expect(fault.message).toContain("-wal and -shm");
  });
});
