import type { FetchedPage } from "./fetch-page.ts";

/** Keeps pages that were downloaded to look for links until they are read, so that each is asked for once. */
export interface PageShelf {
  put(address: string, page: FetchedPage): Promise<void>;
  /** The page, which is then the caller's; null when it is not kept. */
  take(address: string): FetchedPage | null;
  /** Deletes what nobody took. */
  clear(): Promise<void>;
}

/** Pages of one large site; what comes on top is downloaded once more. */
const MAX_BYTES = 200 * 1_048_576;

/** Makes an empty shelf. */
export function createPageShelf(): PageShelf {
  const pages = new Map<string, FetchedPage>();
  let bytes = 0;
  return {
    async put(address, page) {
      if (bytes + page.sizeBytes > MAX_BYTES || pages.has(address)) {
        await page.remove();
        return;
      }
      bytes += page.sizeBytes;
      pages.set(address, page);
    },
    take(address) {
      const page = pages.get(address) ?? null;
      if (page !== null) bytes -= page.sizeBytes;
      pages.delete(address);
      return page;
    },
    async clear() {
      const left = [...pages.values()];
      pages.clear();
      bytes = 0;
      await Promise.all(left.map((page) => page.remove()));
    },
  };
}
