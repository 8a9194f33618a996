import { z } from "zod";

/** What a compound file (the container of Office files before 2007) holds. */
export type CompoundContent =
  | "encrypted"
  | "workbook"
  | "outlook"
  | "word"
  | "powerpoint"
  | "unknown";

/** Streams directly below the root, by which programs tell their files; an encrypted one hides everything else. */
const STREAMS: readonly (readonly [stream: string, content: CompoundContent])[] = [
  ["EncryptedPackage", "encrypted"],
  ["__properties_version1.0", "outlook"],
  ["Workbook", "workbook"],
  ["Book", "workbook"],
  ["WordDocument", "word"],
  ["PowerPoint Document", "powerpoint"],
];

const directory = z.object({ FullPaths: z.array(z.string()) });

/** Looks into the directory of a compound file. */
export async function compoundContent(bytes: Uint8Array): Promise<CompoundContent> {
  const library = await import("@e965/xlsx");
  try {
    const file: unknown = library.CFB.read(Buffer.from(bytes), { type: "buffer" });
    const { FullPaths: paths } = directory.parse(file);
    const [root = ""] = paths;
    return STREAMS.find(([stream]) => paths.includes(root + stream))?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}
