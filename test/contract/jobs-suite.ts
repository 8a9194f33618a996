import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { FrontdeskError } from "../../src/core/index.ts";
import type { JobKind, JobRecord, JobRequest, JobWorker } from "../../src/ports/jobs.ts";
import { eventually } from "../support/runtime-eventually.ts";

const KINDS: readonly JobKind[] = [
  { kind: "copy", concurrency: 3, maxAttempts: 3, backoffMs: 10 },
  { kind: "one.by.one", concurrency: 1, maxAttempts: 3, backoffMs: 10 },
];

/** Handles on one empty place for jobs, as different runs of the program would have them. */
export interface JobsPlace {
  open(kinds: readonly JobKind[]): Promise<JobWorker>;
}

function request(payload: unknown, more: Partial<JobRequest> = {}): JobRequest {
  return { kind: "copy", payload, id: null, topic: null, ...more };
}

async function settled(jobs: JobWorker, id: string): Promise<JobRecord> {
  let last: JobRecord | null = null;
  await eventually(`job ${id} has ended`, async () => {
    last = await jobs.read(id);
    return last?.state === "done" || last?.state === "failed";
  });
  if (last === null) throw new Error("the job is gone");
  return last;
}

/** A promise and its key. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** What every {@link JobWorker} promises. */
export function jobsSuite(name: string, place: () => Promise<JobsPlace>): void {
  const opened = async (): Promise<{ jobs: JobWorker; again: () => Promise<JobWorker> }> => {
    const { open } = await place();
    const again = async (): Promise<JobWorker> => {
      const jobs = await open(KINDS);
      onTestFinished(() => jobs.close());
      return jobs;
    };
    return { jobs: await again(), again };
  };

  describe(`jobs: ${name}`, () => {
    it("does what was asked for and keeps what came of it", async () => {
      const { jobs } = await opened();
      await jobs.work({ copy: async (payload) => ({ copied: payload }) });

      const { id } = await jobs.enqueue(request({ file: "a.md" }));

      expect(await settled(jobs, id)).toMatchObject({
        kind: "copy",
        state: "done",
        payload: { file: "a.md" },
        result: { copied: { file: "a.md" } },
        attempts: 1,
        reason: null,
      });
      expect(await jobs.counts()).toEqual({ waiting: 0, running: 0, done: 1, failed: 0 });
    });

    it("keeps a job until somebody works on its kind", async () => {
      const { jobs, again } = await opened();
      const { id } = await jobs.enqueue(request("early"));
      await jobs.work({ "one.by.one": async () => null });
      expect((await jobs.read(id))?.state).toBe("waiting");
      expect(await jobs.counts()).toEqual({ waiting: 1, running: 0, done: 0, failed: 0 });
      await jobs.close();

      const later = await again();
      await later.work({ copy: async (payload) => payload });

      expect((await settled(later, id)).result).toBe("early");
    });

    it("makes one job of one id, also when it is done", async () => {
      const { jobs } = await opened();
      let runs = 0;
      await jobs.work({ copy: async () => ++runs });

      const first = await jobs.enqueue(request(1, { id: "case-7:opened" }));
      await settled(jobs, first.id);
      const second = await jobs.enqueue(request(1, { id: "case-7:opened" }));

      expect(second.id).toBe(first.id);
      expect((await settled(jobs, second.id)).result).toBe(1);
      expect(runs).toBe(1);
    });

    it("joins those who ask for one topic while it is being done, and begins anew afterwards", async () => {
      const { jobs } = await opened();
      const { opened: released, open: release } = gate();
      await jobs.work({ copy: async () => void (await released) });

      const first = await jobs.enqueue(request(1, { topic: "rebuild" }));
      const joined = await jobs.enqueue(request(2, { topic: "rebuild" }));
      const other = await jobs.enqueue(request(3, { topic: "something else" }));
      release();
      await settled(jobs, first.id);
      const next = await jobs.enqueue(request(4, { topic: "rebuild" }));

      expect(joined.id).toBe(first.id);
      expect(other.id).not.toBe(first.id);
      expect(next.id).not.toBe(first.id);
      expect((await settled(jobs, next.id)).payload).toBe(4);
    });

    it("tries again what may pass, with the number of the attempt", async () => {
      const { jobs } = await opened();
      const attempts: number[] = [];
      await jobs.work({
        copy: async (_payload, { attempt }) => {
          attempts.push(attempt);
          if (attempt < 3)
            throw new FrontdeskError("store_unavailable", "away", { retryable: true });
          return "at last";
        },
      });

      const { id } = await jobs.enqueue(request(null));

      expect(await settled(jobs, id)).toMatchObject({ state: "done", result: "at last" });
      expect(attempts).toEqual([1, 2, 3]);
    });

    it("fails a job after its last attempt, and says why", async () => {
      const { jobs } = await opened();
      let runs = 0;
      await jobs.work({
        copy: async () => {
          runs += 1;
          throw new TypeError("a defect");
        },
      });

      const { id } = await jobs.enqueue(request("poison"));
      const failed = await settled(jobs, id);

      expect(failed).toMatchObject({ state: "failed", attempts: 3, maxAttempts: 3 });
      expect(failed.reason).toContain("a defect");
      expect(runs).toBe(3);
      expect(await jobs.list({ states: ["failed"], limit: 10 })).toEqual([failed]);
      expect((await jobs.counts()).failed).toBe(1);
    });

    it("fails at once what cannot get better", async () => {
      const { jobs } = await opened();
      let runs = 0;
      await jobs.work({
        copy: async () => {
          runs += 1;
          throw new FrontdeskError("source_not_found", "no such file");
        },
      });

      const { id } = await jobs.enqueue(request(null));

      expect((await settled(jobs, id)).reason).toContain("source_not_found: no such file");
      expect(runs).toBe(1);
    });

    it("gives a failed job all its attempts again", async () => {
      const { jobs } = await opened();
      let isBroken = true;
      let runs = 0;
      await jobs.work({
        copy: async () => {
          runs += 1;
          if (isBroken || runs < 6) throw new Error("broken");
          return "mended";
        },
      });
      const { id } = await jobs.enqueue(request(null));
      await settled(jobs, id);
      isBroken = false;

      expect(await jobs.resolve(id, "retry")).toBe(true);

      expect(await settled(jobs, id)).toMatchObject({ state: "done", result: "mended" });
      expect(runs).toBe(6);
      expect(await jobs.resolve(id, "retry")).toBe(false);
    });

    it("forgets a dropped job, waiting or failed", async () => {
      const { jobs } = await opened();
      const { id } = await jobs.enqueue(request(null));

      expect(await jobs.resolve(id, "drop")).toBe(true);

      expect(await jobs.read(id)).toBeNull();
      expect(await jobs.resolve(id, "drop")).toBe(false);
      expect(await jobs.list({ states: ["waiting", "failed"], limit: 10 })).toEqual([]);
    });

    it("stops a running job that is dropped, and does not begin it again", async () => {
      const { jobs } = await opened();
      const { opened: began, open: begin } = gate();
      const { opened: stopped, open: stop } = gate();
      let runs = 0;
      await jobs.work({
        copy: async (_payload, { signal }) => {
          runs += 1;
          begin();
          await once(signal, "abort");
          stop();
          throw signal.reason;
        },
      });
      const { id } = await jobs.enqueue(request(null));
      await began;

      expect(await jobs.resolve(id, "drop")).toBe(true);
      await stopped;

      await eventually("the job is gone", async () => (await jobs.read(id)) === null);
      expect(runs).toBe(1);
    });

    it("shows how far a running job is", async () => {
      const { jobs } = await opened();
      const { opened: released, open: release } = gate();
      await jobs.work({
        copy: async (_payload, { report }) => {
          report({ done: 3, of: 10, note: "reading" });
          await released;
        },
      });
      const { id } = await jobs.enqueue(request(null));

      let seen: JobRecord | null = null;
      await eventually("progress", async () => {
        seen = await jobs.read(id);
        return seen?.progress !== null;
      });
      release();

      expect(seen).toMatchObject({
        state: "running",
        progress: { done: 3, of: 10, note: "reading" },
      });
      expect((await settled(jobs, id)).progress).toBeNull();
    });

    it("does one at a time where that is the limit, in their order", async () => {
      const { jobs } = await opened();
      let active = 0;
      let most = 0;
      const order: unknown[] = [];
      await jobs.work({
        "one.by.one": async (payload) => {
          active += 1;
          most = Math.max(most, active);
          order.push(payload);
          await new Promise((resolve) => setImmediate(resolve));
          active -= 1;
        },
      });

      const ids: string[] = [];
      for (const n of [1, 2, 3, 4]) {
        ids.push((await jobs.enqueue(request(n, { kind: "one.by.one" }))).id);
      }
      for (const id of ids) await settled(jobs, id);

      expect(most).toBe(1);
      expect(order).toEqual([1, 2, 3, 4]);
    });

    it("puts back what runs when its process stops, without counting the attempt", async () => {
      const { jobs, again } = await opened();
      const { opened: began, open: begin } = gate();
      await jobs.work({
        copy: async (_payload, { signal }) => {
          begin();
          await once(signal, "abort");
          throw signal.reason;
        },
      });
      const { id } = await jobs.enqueue(request("long"));
      await began;
      await jobs.close();

      const later = await again();
      const attempts: number[] = [];
      await later.work({ copy: async (_payload, { attempt }) => void attempts.push(attempt) });

      expect((await settled(later, id)).state).toBe("done");
      expect(attempts).toEqual([1]);
    });

    it("refuses a kind that does not exist", async () => {
      const { jobs } = await opened();

      await expect(jobs.enqueue(request(null, { kind: "dance" }))).rejects.toMatchObject({
        code: "usage",
      });
    });

    it("lists the newest first, of the states that are asked for", async () => {
      const { jobs } = await opened();
      for (const n of [1, 2, 3]) {
        await jobs.enqueue(request(n));
        await new Promise((resolve) => setTimeout(resolve, 3));
      }

      const two = await jobs.list({ states: ["waiting"], limit: 2 });

      expect(two.map(({ payload }) => payload)).toEqual([3, 2]);
      expect(await jobs.list({ states: ["running", "done"], limit: 2 })).toEqual([]);
    });
  });
}
