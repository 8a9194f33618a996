const MAX_PIECE = 2_500;

/** The code fence that is open at the end of a text, as its first line; null outside of code. */
export function openFence(text: string): string | null {
  let open: string | null = null;
  for (const line of text.split("\n")) {
    const found = /^\s{0,3}(```|~~~)/u.exec(line);
    if (found === null) continue;
    open = open === null ? line.trimStart() : null;
  }
  return open;
}

/** A text in pieces that one call each may add to a stream. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const at =
      rest.length > MAX_PIECE && /[\ud800-\udbff]/u.test(rest.charAt(MAX_PIECE - 1))
        ? MAX_PIECE - 1
        : MAX_PIECE;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return pieces;
}
