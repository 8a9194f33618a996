/** One part of a form. */
interface Part {
  readonly name: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

function headerOf(head: string, pattern: RegExp): string | null {
  return pattern.exec(head)?.[1] ?? null;
}

/** The parts of a `multipart/form-data` body. */
export function readParts(raw: Buffer, contentType: string): readonly Part[] {
  const boundary = /boundary="?([^";]+)"?/u.exec(contentType)?.[1] ?? "";
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let from = raw.indexOf(mark);
  while (from >= 0) {
    const to = raw.indexOf(mark, from + mark.length);
    if (to < 0) break;
    const piece = raw.subarray(from + mark.length + 2, to - 2);
    const end = piece.indexOf("\r\n\r\n");
    const head = piece.subarray(0, end).toString("utf8");
    parts.push({
      name: headerOf(head, /name="([^"]*)"/u) ?? "",
      fileName: headerOf(head, /filename="([^"]*)"/u) ?? "",
      mediaType: headerOf(head, /content-type: ([^\r\n;]+)/iu) ?? "application/octet-stream",
      bytes: Buffer.from(piece.subarray(end + 4)),
    });
    from = to;
  }
  return parts;
}
