import { strToU8, type Zippable, zipSync } from "fflate";

/** A zip archive of these files. The first one is stored as it is, as EPUB and OpenDocument want it. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const entries: Zippable = {};
  for (const [index, [name, content]] of Object.entries(files).entries()) {
    const bytes = typeof content === "string" ? strToU8(content) : content;
    entries[name] = [bytes, { level: index === 0 ? 0 : 6 }];
  }
  return zipSync(entries);
}

/** Text as it stands in XML. */
export function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
