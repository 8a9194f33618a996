import { z } from "zod";
import { errorMessage } from "../../src/core/index.ts";
import { createLangChain } from "./langchain-loaders.ts";

// Reads files one after the other in a process of its own, as the product does, so that a file that hangs or takes all
// memory costs itself.

const read = createLangChain(z.string().parse(process.env["LANGCHAIN"]));
process.on("message", (path) => {
  void read(z.string().parse(path)).then(
    (pieces) => process.send?.({ pieces }),
    (error: unknown) => process.send?.({ error: errorMessage(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
