import { once } from "node:events";
import { stat } from "node:fs/promises";
import { relative, sep } from "node:path";
import { FSWatcher } from "chokidar";
import { FrontdeskError, systemErrorCode } from "../../../src/core/index.ts";
import type { FolderWatch } from "../../../src/ports/folder-watch.ts";

/** Written at every commit, checkout and pull: a checkout of Git has changed though its files may look the same. */
const GIT_LOG = [".git", ".git/logs", ".git/logs/HEAD"];

/** Watches folders as far as they are read: no hidden files, no `node_modules`, nothing that a link leads to. */
export function createFolderWatch(): FolderWatch {
  return {
    async watch(path, { onChange, onEnd }) {
      await stat(path);
      const watcher = new FSWatcher({
        ignoreInitial: true,
        followSymlinks: false,
        ignorePermissionErrors: true,
        ignored: (place) => isIgnored(relative(path, place)),
      });
      const ready = once(watcher, "ready");
      watcher.add(path);
      watcher.on("all", (event, place) => {
        if (place === path && event.startsWith("unlink")) onEnd(null);
        else onChange();
      });
      try {
        await ready;
      } catch (error) {
        await watcher.close();
        throw translate(error, path);
      }
      watcher.on("error", (error) => onEnd(translate(error, path)));
      return { close: () => watcher.close() };
    },
  };
}

function isIgnored(place: string): boolean {
  const parts = place.split(sep);
  if (GIT_LOG.includes(parts.join("/"))) return false;
  const isHidden = (part: string): boolean => part !== ".frontdeskignore" && /^\.[^.]/u.test(part);
  return parts.some((part) => part === "node_modules" || isHidden(part));
}

function translate(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code !== "ENOSPC" && code !== "EMFILE") return error;
  return new FrontdeskError(
    "source_unreadable",
    `${path} has more folders than this system lets a program watch. Raise fs.inotify.max_user_watches, or give the ` +
      "source a schedule instead (sources add --every).",
    { cause: error },
  );
}
